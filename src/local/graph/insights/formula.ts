/** The second truth: sums straight from the seed by the plainest loop; only the figures of one ad on one day are shared with pages. */
import { formatDay } from "../days.ts";
import { addAdDay, FACT, FACT_COUNT } from "../seed/ad-day.ts";
import type { AccountModel, AdModel, World } from "../seed/model.ts";
import { type Cut, cutAdDay, makeCut } from "./cut.ts";
import { isDeletedAt } from "./deleted.ts";
import type { DaySums, FormulaQuery } from "./query.ts";

/** Rows and sums of a whole account at one level, day by day; days without rows are left out. */
export function sumByFormula(world: World, query: FormulaQuery): DaySums[] {
  const account = world.accounts[query.accountIndex];
  if (account === undefined) throw new RangeError(`No seeded account has index ${query.accountIndex}.`);
  const ads = account.ads.filter((ad) => isWanted(account, ad, query));
  const cut = makeCut(account, query.breakdowns);
  const days: DaySums[] = [];
  for (let day = query.since; day <= query.until; day += 1) {
    const rows = new Set<string>();
    const sums = new Float64Array(FACT_COUNT);
    for (const ad of ads) {
      const row = rowOf(ad, query.level);
      // Sums come from the whole day, also when it is cut: so a cut that loses something is found out.
      if (addAdDay(ad, day, query.now, sums))
        for (const part of partsOf(cut, ad, day, query)) rows.add(`${row} ${part}`);
    }
    if (rows.size > 0) days.push(toDaySums(day, rows.size, sums, cut));
  }
  return days;
}

function isWanted(account: AccountModel, ad: AdModel, { level, deleted }: FormulaQuery): boolean {
  return deleted === "with" || isDeletedAt(account, level, ad) === (deleted === "only");
}

function partsOf(cut: Cut | undefined, ad: AdModel, day: number, { now }: FormulaQuery): Iterable<number> {
  if (cut === undefined) return [0];
  const parts = new Set<number>();
  cutAdDay(cut, ad, day, now, (group) => parts.add(group));
  return parts;
}

function toDaySums(day: number, rows: number, sums: Float64Array, cut: Cut | undefined): DaySums {
  const conversion = (fact: number) => (cut?.withoutConversions === true ? 0 : (sums[fact] ?? 0));
  return {
    day: formatDay(day),
    rows,
    spendMinor: sums[FACT.spendMinor] ?? 0,
    impressions: sums[FACT.impressions] ?? 0,
    clicks: sums[FACT.clicks] ?? 0,
    linkClicks: sums[FACT.linkClicks] ?? 0,
    purchases: conversion(FACT.purchases),
    purchaseValueMinor: conversion(FACT.purchaseValueMinor),
  };
}

function rowOf(ad: AdModel, level: FormulaQuery["level"]): string {
  if (level === "account") return "account";
  if (level === "campaign") return `campaign ${ad.campaign}`;
  return level === "adset" ? `adset ${ad.adSet}` : ad.id;
}
