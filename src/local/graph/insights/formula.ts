/** The second truth: sums straight from the seed by the plainest loop; only the figures of one ad on one day are shared with pages. */
import { addAdDay, FACT, FACT_COUNT } from "../seed/ad-day.ts";
import type { AdModel, World } from "../seed/model.ts";
import type { FormulaQuery, FormulaSums } from "./query.ts";

/** Daily rows and sums of a whole account at one level: deleted ads count in parents, not in the list of ads. */
export function sumByFormula(world: World, query: FormulaQuery): FormulaSums {
  const ads = world.accounts[query.accountIndex]?.ads ?? [];
  const counted = query.level === "ad" ? ads.filter((ad) => ad.status !== "DELETED") : ads;
  const sums = new Float64Array(FACT_COUNT);
  let rows = 0;
  for (let day = query.since; day <= query.until; day += 1) {
    const seen = new Set<string>();
    for (const ad of counted) if (addAdDay(ad, day, query.now, sums)) seen.add(rowOf(ad, query.level));
    rows += seen.size;
  }
  return {
    rows,
    spendMinor: sums[FACT.spendMinor] ?? 0,
    impressions: sums[FACT.impressions] ?? 0,
    clicks: sums[FACT.clicks] ?? 0,
  };
}

function rowOf(ad: AdModel, level: FormulaQuery["level"]): string {
  if (level === "account") return "account";
  if (level === "campaign") return `campaign ${ad.campaign}`;
  return level === "adset" ? `adset ${ad.adSet}` : ad.id;
}
