/** The rows that one entity has in one period: one, or one per part of its breakdown that had impressions. */
import { addAdDay, FACT_COUNT, type LocalNow } from "../seed/ad-day.ts";
import type { AccountModel } from "../seed/model.ts";
import { type Cut, cutAdDay } from "./cut.ts";
import type { Level, Period } from "./query.ts";
import type { RowFacts } from "./row.ts";
import { type Unit, unitDelivers } from "./units.ts";

/** What all rows of an answer have in common. */
export interface RowScope {
  account: AccountModel;
  level: Level;
  now: LocalNow;
  cut: Cut | undefined;
}

/** How many rows `unitRows` gives, found without summing. */
export function countUnitRows({ cut, now }: RowScope, unit: Unit, period: Period): number {
  if (cut === undefined) return unitDelivers(unit, period, now) ? 1 : 0;
  const seen = new Set<number>();
  for (let day = period.since; day <= period.until; day += 1) {
    for (const ad of unit.ads) {
      cutAdDay(cut, ad, day, now, (group) => seen.add(group));
      if (seen.size === cut.groups.length) return seen.size;
    }
  }
  return seen.size;
}

/** In the order of the breakdown's values; none without delivery. */
export function unitRows(scope: RowScope, unit: Unit, period: Period): RowFacts[] {
  const { account, level, cut } = scope;
  const facts = { account, level, unit, period };
  if (cut === undefined) {
    return unitDelivers(unit, period, scope.now) ? [{ ...facts, sums: sumUnit(scope, unit, period) }] : [];
  }
  return cutUnit(scope, cut, unit, period).flatMap((sums, group) =>
    sums === undefined ? [] : [{ ...facts, sums, broken: cut.groups[group] ?? {} }],
  );
}

/** The unbroken figures of the entity in the period. */
export function sumUnit({ now }: RowScope, unit: Unit, period: Period): Float64Array {
  const sums = new Float64Array(FACT_COUNT);
  for (let day = period.since; day <= period.until; day += 1) {
    for (const ad of unit.ads) addAdDay(ad, day, now, sums);
  }
  return sums;
}

function cutUnit({ now }: RowScope, cut: Cut, unit: Unit, period: Period): (Float64Array | undefined)[] {
  const groups = Array.from<unknown, Float64Array | undefined>(cut.groups, () => undefined);
  for (let day = period.since; day <= period.until; day += 1) {
    for (const ad of unit.ads) {
      cutAdDay(cut, ad, day, now, (group, part) => {
        const sums = (groups[group] ??= new Float64Array(FACT_COUNT));
        for (let fact = 0; fact < FACT_COUNT; fact += 1) sums[fact] = (sums[fact] ?? 0) + (part[fact] ?? 0);
      });
    }
  }
  return groups;
}
