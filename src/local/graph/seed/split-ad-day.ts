/** Splits one ad's figures of one day into the cells of a breakdown: whole numbers whose sums are the unbroken ones. */
import { FACT, FACT_COUNT, type LocalNow } from "./ad-day.ts";
import { mix } from "./hash.ts";
import type { AdModel } from "./model.ts";

/** The smallest piece that a family of breakdowns tells apart, e.g. women of 25 to 34. */
export interface Cell {
  /** Share of the whole, in any unit. */
  weight: number;
  /** Hour of the account's day; cells of today's later hours are empty. */
  hour?: number;
}

/** One ad in five is not shown in a given cell at all, so that rows are missing as they are in life. */
const ABSENT_IN = 5;
/** Each fact is split in the proportions of another one that is never smaller: so no cell has more clicks than impressions. */
const SPLIT_BY: readonly (readonly [fact: number, by: number])[] = [
  [FACT.clicks, FACT.impressions],
  [FACT.spendMinor, FACT.impressions],
  [FACT.videoViews, FACT.impressions],
  [FACT.engagements, FACT.impressions],
  [FACT.linkClicks, FACT.clicks],
  [FACT.landingPageViews, FACT.linkClicks],
  [FACT.addToCarts, FACT.linkClicks],
  [FACT.purchases, FACT.linkClicks],
  [FACT.leads, FACT.linkClicks],
  [FACT.appInstalls, FACT.linkClicks],
  [FACT.purchaseValueMinor, FACT.purchases],
];

// Lent to one split at a time: there are millions of them.
const upTo = new Float64Array(FACT_COUNT);
const part = new Float64Array(FACT_COUNT);

/** Weights of the cells for that ad and day, written into `weights`; returns their sum, at least 1. */
export function weighCells(
  ad: AdModel,
  day: number,
  now: LocalNow,
  cells: readonly Cell[],
  weights: Float64Array,
): number {
  let total = 0;
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index];
    const weight = cell === undefined ? 0 : weigh(ad, day, now, cell, index);
    weights[index] = weight;
    total += weight;
  }
  if (total > 0) return total;
  weights[0] = 1;
  return 1;
}

/** Calls `visit` with each cell that has impressions and its part of `facts`; `part` is only lent. */
export function splitFacts(
  facts: Float64Array,
  weights: Float64Array,
  totalWeight: number,
  visit: (cell: number, part: Float64Array) => void,
): void {
  upTo.fill(0);
  const impressions = facts[FACT.impressions] ?? 0;
  let weight = 0;
  for (let cell = 0; cell < weights.length; cell += 1) {
    if (weights[cell] === 0) continue;
    weight += weights[cell] ?? 0;
    take(FACT.impressions, Math.floor((impressions * weight) / totalWeight));
    for (const [fact, by] of SPLIT_BY) {
      const whole = facts[by] ?? 0;
      take(fact, whole === 0 ? 0 : Math.floor(((facts[fact] ?? 0) * (upTo[by] ?? 0)) / whole));
    }
    if (part[FACT.impressions] !== 0) visit(cell, part);
  }
}

/** Running totals are rounded, not the parts: the last total is the whole, so nothing is lost or made up. */
function take(fact: number, next: number): void {
  part[fact] = next - (upTo[fact] ?? 0);
  upTo[fact] = next;
}

function weigh(ad: AdModel, day: number, now: LocalNow, cell: Cell, index: number): number {
  if (cell.hour !== undefined && day === now.today && cell.hour >= now.hour) return 0;
  const salt = mix(ad.hash ^ Math.imul(index + 1, 0x27d4eb2f));
  if (index > 0 && salt % ABSENT_IN === 0) return 0;
  return cell.weight * (70 + (mix(salt ^ day) % 61));
}
