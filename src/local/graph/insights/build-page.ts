/** Makes one page of rows by index range: counts per period are kept, so page N costs no more than page 1. */
import type { AccountModel, World } from "../seed/model.ts";
import { makeCut } from "./cut.ts";
import type { InsightsPage, InsightsQuery, RowOrder, ServedRow } from "./query.ts";
import { readBack } from "./read-back.ts";
import { type RowFacts, renderRow, renderSummary, sortValue } from "./row.ts";
import { countUnitRows, type RowScope, sumUnit, unitRows } from "./unit-rows.ts";
import { groupUnits, type Unit } from "./units.ts";

interface Plan {
  scope: RowScope;
  units: Unit[];
  /** Rows per period; the running sum of these finds any row by its index. */
  counts: Int32Array;
  total: number;
}

const PLANS_KEPT = 16;

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
    for (const facts of query.order === null ? rowsFrom(plan, query) : sortedRows(plan, query, query.order)) {
      const text = JSON.stringify(renderRow(query.fields, facts));
      texts.push(text);
      rows.push(readBack(text, facts, query.breakdowns));
    }
    const summary = query.summary.length === 0 ? undefined : JSON.stringify(summarize(plan, query));
    return { dataJson: `[${texts.join(",")}]`, rows, total: plan.total, summaryJson: summary };
  }

  #planFor(account: AccountModel, query: InsightsQuery): Plan {
    const { accountIndex, level, periods, ads, now, breakdowns } = query;
    // Parts of today come into being by the hour; whole rows only in its first.
    const hour = breakdowns.length > 0 ? now.hour : Math.min(now.hour, 1);
    const key = JSON.stringify([this.#world.revision, accountIndex, level, periods, ads, now.today, hour, breakdowns]);
    const known = this.#plans.get(key);
    if (known !== undefined) return { ...known, scope: { ...known.scope, now } };
    const plan = makePlan(account, query);
    this.#plans.set(key, plan);
    const oldest = this.#plans.keys().next().value;
    if (this.#plans.size > PLANS_KEPT && oldest !== undefined) this.#plans.delete(oldest);
    return plan;
  }
}

function makePlan(account: AccountModel, query: InsightsQuery): Plan {
  const { level, now, breakdowns } = query;
  const scope: RowScope = { account, level, now, cut: makeCut(account, breakdowns) };
  const units = groupUnits(account, level, query.ads);
  const counts = Int32Array.from(query.periods, (period) =>
    units.reduce((rows, unit) => rows + countUnitRows(scope, unit, period), 0),
  );
  return { scope, units, counts, total: counts.reduce((sum, rows) => sum + rows, 0) };
}

function* rowsFrom({ scope, units, counts }: Plan, query: InsightsQuery): Generator<RowFacts> {
  let skip = query.offset;
  let left = query.limit;
  for (const [index, period] of query.periods.entries()) {
    if (left <= 0) return;
    const inPeriod = counts[index] ?? 0;
    if (skip >= inPeriod) {
      skip -= inPeriod;
      continue;
    }
    for (const unit of units) {
      if (left <= 0) return;
      const inUnit = skip === 0 ? 0 : countUnitRows(scope, unit, period);
      if (skip > 0 && skip >= inUnit) {
        skip -= inUnit;
        continue;
      }
      const rows = unitRows(scope, unit, period).slice(skip, skip + left);
      skip = 0;
      left -= rows.length;
      yield* rows;
    }
  }
}

/** Rows by the value of one field; equal ones keep their order. Reads them all: `refuseLongSort` keeps that small. */
function sortedRows({ scope, units }: Plan, query: InsightsQuery, { field, descending }: RowOrder): RowFacts[] {
  const rows = query.periods.flatMap((period) => units.flatMap((unit) => unitRows(scope, unit, period)));
  const direction = descending ? -1 : 1;
  const keyed = rows.map((facts) => ({ facts, key: sortValue(field, facts) }));
  keyed.sort((left, right) => direction * compare(left.key, right.key));
  return keyed.slice(query.offset, query.offset + query.limit).map(({ facts }) => facts);
}

function compare(left: number | string, right: number | string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The totals of all rows, whatever the page: sums of what adds up, one reach for everybody. */
function summarize({ scope, units }: Plan, query: InsightsQuery): Record<string, unknown> {
  const everything: Unit = { entityIndex: 0, ads: units.flatMap((unit) => unit.ads) };
  const since = query.periods[0]?.since ?? 0;
  const until = query.periods.at(-1)?.until ?? -1;
  const sums = sumUnit(scope, everything, { since, until });
  return renderSummary(query.summary, {
    account: scope.account,
    level: "account",
    unit: everything,
    period: { since, until },
    sums,
  });
}
