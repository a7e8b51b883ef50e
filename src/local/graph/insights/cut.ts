/** A cut: how a breakdown divides the figures of ads. Cells of a family are gathered into the groups that were asked. */
import { addAdDay, FACT, FACT_COUNT, type LocalNow } from "../seed/ad-day.ts";
import { cellsOf, type NamedCell } from "../seed/breakdown-cells.ts";
import type { AccountModel, AdModel } from "../seed/model.ts";
import { splitFacts, weighCells } from "../seed/split-ad-day.ts";
import { dropsConversions, familyOf } from "./breakdown-rules.ts";

const CONVERSIONS = [FACT.addToCarts, FACT.purchases, FACT.purchaseValueMinor, FACT.leads, FACT.appInstalls];

export interface Cut {
  cells: readonly NamedCell[];
  /** Group of each cell. */
  groupOf: Int32Array;
  /** Values of the asked breakdowns, by group. */
  groups: readonly Readonly<Record<string, string>>[];
  withoutConversions: boolean;
}

/** The cut for these breakdowns; undefined for none. */
export function makeCut(account: AccountModel, breakdowns: readonly string[]): Cut | undefined {
  const family = familyOf(breakdowns);
  if (family === undefined) return undefined;
  const cells = cellsOf(family, account.spec);
  const found = new Map<string, number>();
  const groups: Record<string, string>[] = [];
  const groupOf = Int32Array.from(cells, ({ values }) => {
    const picked = Object.fromEntries(breakdowns.map((name) => [name, values[name] ?? ""]));
    const key = JSON.stringify(picked);
    const known = found.get(key) ?? groups.push(picked) - 1;
    found.set(key, known);
    return known;
  });
  return { cells, groupOf, groups, withoutConversions: dropsConversions(breakdowns) };
}

/** Calls `visit` with each part of that ad's day that has impressions; `part` is only lent. False: no delivery. */
export function cutAdDay(
  cut: Cut,
  ad: AdModel,
  day: number,
  now: LocalNow,
  visit: (group: number, part: Float64Array) => void,
): boolean {
  const facts = new Float64Array(FACT_COUNT);
  if (!addAdDay(ad, day, now, facts)) return false;
  if (cut.withoutConversions) for (const fact of CONVERSIONS) facts[fact] = 0;
  const weights = new Float64Array(cut.cells.length);
  const total = weighCells(ad, day, now, cut.cells, weights);
  splitFacts(facts, weights, total, (cell, part) => visit(cut.groupOf[cell] ?? 0, part));
  return true;
}
