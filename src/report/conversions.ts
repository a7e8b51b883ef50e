/**
 * Which of Meta's action types counts as a purchase. Meta reports one sale under several types at once,
 * so a report uses exactly one of them, the same for counts, values, campaigns and the previous period.
 */
import { type Decimal, parseDecimal, zero } from "./decimal.ts";

/** In order of preference; the first one that the account has is the only one used. */
export const purchaseTypes = ["omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase"] as const;
export type PurchaseType = (typeof purchaseTypes)[number];

interface Actions {
  actions: Record<string, string>;
  actionValues: Record<string, string>;
}

/** The preferred type among the counted actions; null when there was no purchase of any type. */
export function choosePurchaseType(sums: Actions): PurchaseType | null {
  return purchaseTypes.find((type) => type in sums.actions) ?? null;
}

export interface Purchases {
  count: Decimal;
  /** In the account's currency. */
  value: Decimal;
}

/** Count and value under one type; an absent type is zero, because Meta leaves out what did not happen. */
export function purchasesOf(sums: Actions, type: PurchaseType | null): Purchases {
  const read = (record: Record<string, string>): Decimal => {
    const text = type === null ? undefined : record[type];
    return text === undefined ? zero : parseDecimal(text);
  };
  return { count: read(sums.actions), value: read(sums.actionValues) };
}

/** True when the other period counted its purchases under another type only, so that the two can't be compared. */
export function isOtherType(other: Actions, type: PurchaseType | null): boolean {
  const otherType = choosePurchaseType(other);
  return otherType !== null && (type === null || !(type in other.actions));
}
