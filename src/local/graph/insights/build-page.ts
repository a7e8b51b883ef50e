/** Makes one page of rows by index range: counts per period are kept, so page N costs no more than page 1. */
import { z } from "zod";
import { addAdDay, FACT_COUNT } from "../seed/ad-day.ts";
import type { AccountModel, World } from "../seed/model.ts";
import type { InsightsPage, InsightsQuery, Period, ServedRow } from "./query.ts";
import { type RowFacts, renderRow } from "./row.ts";
import { countRows, groupUnits, type Unit, unitDelivers } from "./units.ts";

interface Plan {
  units: Unit[];
  counts: Int32Array;
  total: number;
}

const PLANS_KEPT = 16;
const servedColumns = z.object({
  spend: z.string().optional(),
  impressions: z.string().optional(),
  clicks: z.string().optional(),
  date_start: z.string(),
  date_stop: z.string(),
});

export class PageBuilder {
  #world: World;
  #plans = new Map<string, Plan>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Rows are ordered by period, then by entity: what a running day adds comes last and moves no earlier index. */
  build(query: InsightsQuery): InsightsPage {
    const account = this.#world.accounts[query.accountIndex];
    if (account === undefined) throw new RangeError(`No seeded account has index ${query.accountIndex}.`);
    const plan = this.#planFor(account, query);
    const texts: string[] = [];
    const rows: ServedRow[] = [];
    for (const facts of rowsFrom(account, plan, query)) {
      const text = JSON.stringify(renderRow(query.fields, facts));
      texts.push(text);
      rows.push(readBack(text, facts));
    }
    return { dataJson: `[${texts.join(",")}]`, rows, total: plan.total };
  }

  #planFor(account: AccountModel, query: InsightsQuery): Plan {
    const { accountIndex, level, periods, ads, now } = query;
    const key = JSON.stringify([accountIndex, level, periods, ads, now.today, now.hour > 0]);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const units = groupUnits(account, level, ads);
    const counts = countRows(units, query);
    const plan = { units, counts, total: counts.reduce((sum, rows) => sum + rows, 0) };
    this.#plans.set(key, plan);
    const oldest = this.#plans.keys().next().value;
    if (this.#plans.size > PLANS_KEPT && oldest !== undefined) this.#plans.delete(oldest);
    return plan;
  }
}

function* rowsFrom(account: AccountModel, plan: Plan, query: InsightsQuery): Generator<RowFacts> {
  let skip = query.offset;
  let left = query.limit;
  for (const [index, period] of query.periods.entries()) {
    const inPeriod = plan.counts[index] ?? 0;
    if (left === 0) return;
    if (skip >= inPeriod) {
      skip -= inPeriod;
      continue;
    }
    for (const unit of plan.units) {
      if (left === 0) return;
      if (!unitDelivers(unit, period, query.now)) continue;
      if (skip > 0) {
        skip -= 1;
        continue;
      }
      left -= 1;
      yield { account, level: query.level, unit, period, sums: sumUnit(unit, period, query) };
    }
  }
}

function sumUnit(unit: Unit, period: Period, query: InsightsQuery): Float64Array {
  const sums = new Float64Array(FACT_COUNT);
  for (let day = period.since; day <= period.until; day += 1) {
    for (const ad of unit.ads) addAdDay(ad, day, query.now, sums);
  }
  return sums;
}

/** The served-answer log must hold what the text says, not what we meant to say: so it is read back from the text. */
function readBack(text: string, { account, level, unit }: RowFacts): ServedRow {
  const row = servedColumns.parse(JSON.parse(text));
  return {
    entityId: entityIdOf(account, level, unit.entityIndex),
    dateStart: row.date_start,
    dateStop: row.date_stop,
    spend: row.spend,
    impressions: row.impressions,
    clicks: row.clicks,
  };
}

function entityIdOf(account: AccountModel, level: RowFacts["level"], index: number): string {
  if (level === "account") return account.spec.accountId;
  const list = level === "campaign" ? account.campaigns : level === "adset" ? account.adSets : account.ads;
  return list[index]?.id ?? "";
}
