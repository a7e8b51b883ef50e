/** The two truths about an account's window: what was served, and what the seed says. They must agree. */
import { parseDay } from "../days.ts";
import type { GraphParts } from "../graph-parts.ts";
import { formatMoney } from "../insights/amounts.ts";
import { localNow } from "../insights/endpoint.ts";
import type { AccountModel } from "../seed/model.ts";
import type { ServedSums, TruthQuery } from "./served-log.ts";

export interface Truth {
  /** Daily rows: one per entity and day with delivery. */
  rows: number;
  /** Decimal in the account's currency. */
  spend: string;
  spendMinor: number;
  impressions: number;
  clicks: number;
}

/** A question about an account or a window that doesn't exist. */
export class TruthQueryError extends Error {
  override readonly name = "TruthQueryError";
}

/** Summed from the log of rows that were served, by last served value. */
export function truthServed(parts: GraphParts, query: TruthQuery): Truth {
  const account = accountOf(parts, query.account);
  return withMoney(account, parts.served.sum(query));
}

/** Straight from the seed, as of now in world time (today counts its finished hours). */
export async function truthFormula(parts: GraphParts, query: TruthQuery): Promise<Truth> {
  const account = accountOf(parts, query.account);
  const now = localNow(parts.clock.now(), account.spec.timezone);
  const since = dayOf(query.since);
  const until = Math.min(dayOf(query.until), now.today);
  const { level } = query;
  return withMoney(account, await parts.engine.formula({ accountIndex: account.index, level, since, until, now }));
}

function withMoney(account: AccountModel, sums: ServedSums): Truth {
  const { rows, spendMinor, impressions, clicks } = sums;
  return { rows, spend: formatMoney(spendMinor, account.spec.minorDigits), spendMinor, impressions, clicks };
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
