/** The two truths about an account's window: what was served, and what the seed says. They must agree, day by day. */
import { formatDay, parseDay } from "../days.ts";
import type { GraphParts } from "../graph-parts.ts";
import { formatMoney } from "../insights/amounts.ts";
import { breakdownSet, familyOf } from "../insights/breakdown-rules.ts";
import { deletedIds } from "../insights/deleted.ts";
import { localNow } from "../insights/local-now.ts";
import type { DaySums, DeletedWish, Level } from "../insights/query.ts";
import type { AccountModel } from "../seed/model.ts";

export interface TruthQuery {
  /** `act_…`. */
  account: string;
  level: Level;
  /** ISO days, both included. */
  since: string;
  until: string;
  /** Rows of this set of breakdowns, in any order; without it the unbroken rows. */
  breakdown?: readonly string[] | undefined;
  /** Rows of deleted entities of that level: left out (the default, as in Meta's lists), alone, or along with the rest. */
  deleted?: DeletedWish | undefined;
}

export interface Truth {
  /** Daily rows: one per entity, day and part of the breakdown with delivery. */
  rows: number;
  /** Decimal in the account's currency. */
  spend: string;
  spendMinor: number;
  impressions: number;
  clicks: number;
}

/** One day; days without rows are left out of the list. Conversions are those that are known by now. */
export interface DayTruth extends Truth {
  /** ISO. */
  day: string;
}

/** What grows late, apart from the rest because a reader may not have asked for it. */
export interface ConversionTruth {
  day: string;
  linkClicks: number;
  purchases: number;
  purchaseValueMinor: number;
}

/** A question about an account or a window that doesn't exist. */
export class TruthQueryError extends Error {
  override readonly name = "TruthQueryError";
}

/** One side of the comparison: totals, the same by day, and conversions by day. */
export interface TruthSide {
  total: Truth;
  days: DayTruth[];
  conversions: ConversionTruth[];
}

/** The names of a set of breakdowns that has rows here. */
function breakdownOf({ breakdown = [] }: TruthQuery): string[] {
  const unknown = breakdown.find((name) => familyOf([name]) === undefined);
  if (unknown === undefined) return [...breakdown];
  throw new TruthQueryError(`"${unknown}" is not a breakdown that is served here: name some like age, gender.`);
}

/** Summed from the log of rows that were served, by last served value. */
export function servedSide(parts: GraphParts, query: TruthQuery): TruthSide {
  const account = accountOf(parts, query.account);
  const { level, since, until, deleted = "without" } = query;
  const ids = deleted === "with" ? [] : deletedIds(account, level);
  const entities = { only: deleted === "only", ids };
  const breakdown = breakdownSet(breakdownOf(query));
  const window = { since: formatDay(dayOf(since)), until: formatDay(dayOf(until)) };
  return toSide(account, parts.served.sumByDay({ account: query.account, level, breakdown, ...window, entities }));
}

/** Straight from the seed, as of now in world time (today counts its finished hours). */
export async function formulaSide(parts: GraphParts, query: TruthQuery): Promise<TruthSide> {
  const account = accountOf(parts, query.account);
  const now = localNow(parts.clock.now(), account.spec.timezone);
  const { level, deleted = "without" } = query;
  const days = await parts.engine.formula({
    accountIndex: account.index,
    level,
    since: dayOf(query.since),
    until: Math.min(dayOf(query.until), now.today),
    now,
    breakdowns: breakdownOf(query),
    deleted,
  });
  return toSide(account, days);
}

function toSide(account: AccountModel, sums: readonly DaySums[]): TruthSide {
  const days = sums.map((day) => ({ day: day.day, ...toTruth(account, [day]) }));
  const conversions = sums.map(({ day, linkClicks, purchases, purchaseValueMinor }) => ({
    day,
    linkClicks,
    purchases,
    purchaseValueMinor,
  }));
  return { total: toTruth(account, sums), days, conversions };
}

function toTruth(account: AccountModel, days: readonly DaySums[]): Truth {
  const sum = (key: "rows" | "spendMinor" | "impressions" | "clicks") => days.reduce((all, day) => all + day[key], 0);
  const spendMinor = sum("spendMinor");
  return {
    rows: sum("rows"),
    spend: formatMoney(spendMinor, account.spec.minorDigits),
    spendMinor,
    impressions: sum("impressions"),
    clicks: sum("clicks"),
  };
}

function accountOf(parts: GraphParts, id: string): AccountModel {
  const node = parts.world.nodes.get(id);
  if (node?.kind === "account") return node.account;
  throw new TruthQueryError(`"${id}" is not a seeded ad account: ask for one of GET /accounts.`);
}

function dayOf(iso: string): number {
  const day = parseDay(iso);
  if (day === undefined) throw new TruthQueryError(`"${iso}" is not a day: write it as YYYY-MM-DD.`);
  return day;
}
