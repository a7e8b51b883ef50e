/** The key figures: volumes as stored, ratios made from sums, each with its change. */
import type { Figures, Sums } from "./figures.ts";
import { type ChangeKind, changeText } from "./comparison.ts";
import { isOtherType, type PurchaseType, purchasesOf } from "./conversions.ts";
import { type Decimal, decimalOf, divideDecimals, isZero, multiplyDecimal, parseDecimal } from "./decimal.ts";
import { moneyText } from "./money.ts";
import { decimalCountText, fixedText, noValue } from "./number-text.ts";

export const kpiIds = [
  "spend",
  "impressions",
  "clicks",
  "ctr",
  "cpc",
  "cpm",
  "purchases",
  "purchase_value",
  "roas",
  "cost_per_purchase",
  "reach",
] as const;
export type KpiId = (typeof kpiIds)[number];

export interface Kpi {
  id: KpiId;
  /** As Ads Manager names it. */
  label: string;
  value: string;
  /** "+4%", "−0.12 pp", "+0.20"; null when nothing may be compared. */
  change: string | null;
  /** The previous period's value as text; null when its days are incomplete or it can't be compared. */
  previous: string | null;
}

type Unit = "money" | "count" | "rate" | "factor";

/** Decimals kept in a ratio: enough that a change of it is right to the last digit shown. */
const RATIO_SCALE = 12;

interface KpiRule {
  label: string;
  unit: Unit;
  change: ChangeKind;
  /** null: there is no such value, for example a ratio over zero. */
  read: (sums: Sums, type: PurchaseType | null) => Decimal | null;
  usesPurchases: boolean;
}

function rule(label: string, unit: Unit, read: KpiRule["read"], usesPurchases = false): KpiRule {
  const change = unit === "rate" || unit === "factor" ? unit : "volume";
  return { label, unit, change, read, usesPurchases };
}

const over = (top: Decimal, bottom: Decimal): Decimal | null => divideDecimals(top, bottom, RATIO_SCALE);
const spendOf = (sums: Sums): Decimal => parseDecimal(sums.spend);

/** Reach is not here: it is de-duplicated by Meta over the whole window, so that no sum and no earlier value exists. */
const rules: Record<Exclude<KpiId, "reach">, KpiRule> = {
  spend: rule("Spend", "money", spendOf),
  impressions: rule("Impressions", "count", (sums) => decimalOf(sums.impressions)),
  clicks: rule("Clicks (all)", "count", (sums) => decimalOf(sums.clicks)),
  ctr: rule("CTR (all)", "rate", (sums) => over(decimalOf(sums.clicks), decimalOf(sums.impressions))),
  cpc: rule("CPC (all)", "money", (sums) => over(spendOf(sums), decimalOf(sums.clicks))),
  cpm: rule("CPM", "money", (sums) => over(multiplyDecimal(spendOf(sums), 1000n), decimalOf(sums.impressions))),
  purchases: rule("Purchases", "count", (sums, type) => purchasesOf(sums, type).count, true),
  purchase_value: rule("Purchase value", "money", (sums, type) => purchasesOf(sums, type).value, true),
  roas: rule("ROAS", "factor", (sums, type) => over(purchasesOf(sums, type).value, spendOf(sums)), true),
  cost_per_purchase: rule(
    "Cost per purchase",
    "money",
    (sums, type) => over(spendOf(sums), purchasesOf(sums, type).count),
    true,
  ),
};

function valueText(value: Decimal | null, unit: Unit, currency: string): string {
  if (value === null) return noValue;
  if (unit === "money") return moneyText(value, currency);
  if (unit === "rate") return `${fixedText(multiplyDecimal(value, 100n), 2)}%`;
  return unit === "factor" ? fixedText(value, 2) : decimalCountText(value);
}

/** Return on ad spend as text, from sums. */
export function roasText(value: Decimal, spend: Decimal): string {
  return valueText(over(value, spend), "factor", "");
}

/** All KPIs in the order of `kpiIds`. `comparable`: the previous period's days are complete. */
export function buildKpis(figures: Figures, type: PurchaseType | null, comparable: boolean): Kpi[] {
  return kpiIds.map((id) => {
    if (id === "reach") {
      const value = figures.reach === null ? "not given by Meta" : decimalCountText(decimalOf(figures.reach));
      return { id, label: "Reach", value, change: null, previous: null };
    }
    const { label, unit, change, read, usesPurchases } = rules[id];
    const current = read(figures.current, type);
    const canCompare = comparable && !(usesPurchases && isOtherType(figures.previous, type));
    const previous = canCompare ? read(figures.previous, type) : null;
    return {
      id,
      label,
      value: valueText(current, unit, figures.currency),
      change: changeText(change, current, previous),
      previous: previous === null ? null : valueText(previous, unit, figures.currency),
    };
  });
}

/** Share of `part` in `whole` as "18%" or "under 1%"; null when the whole is 0. */
export function shareText(part: Decimal, whole: Decimal): string | null {
  if (isZero(whole)) return null;
  const share = divideDecimals(multiplyDecimal(part, 100n), whole, 0);
  if (share === null) return null;
  return isZero(share) && !isZero(part) ? "under 1%" : `${fixedText(share, 0)}%`;
}
