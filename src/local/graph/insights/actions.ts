/** The action lists of a row. Types overlap as Meta's do: purchase, omni_purchase and the pixel's hold the same events. */
import { FACT } from "../seed/ad-day.ts";
import { formatMoney, formatRatio } from "./amounts.ts";

export interface ActionStat {
  action_type: string;
  value: string;
}

const ACTION_TYPES: readonly (readonly [fact: number, ...types: string[]])[] = [
  [FACT.linkClicks, "link_click"],
  [FACT.landingPageViews, "landing_page_view", "omni_landing_page_view"],
  [FACT.videoViews, "video_view"],
  [FACT.engagements, "post_engagement", "page_engagement"],
  [FACT.addToCarts, "add_to_cart", "omni_add_to_cart", "offsite_conversion.fb_pixel_add_to_cart"],
  [FACT.purchases, "purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"],
  [FACT.leads, "lead", "offsite_conversion.fb_pixel_lead"],
  [FACT.appInstalls, "mobile_app_install", "omni_app_install"],
];
const PURCHASE_TYPES = ["purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"];
const CONVERSION_TYPES = ["contact_total", "contact_website"];

export function listActions(sums: Float64Array): ActionStat[] | undefined {
  return stats((fact) => {
    const count = sums[fact] ?? 0;
    return count === 0 ? undefined : String(count);
  });
}

/** Values of purchases in major units. */
export function listActionValues(sums: Float64Array, digits: number): ActionStat[] | undefined {
  const value = sums[FACT.purchaseValueMinor] ?? 0;
  return value === 0 ? undefined : repeat(PURCHASE_TYPES, formatMoney(value, digits));
}

export function listCostPerAction(sums: Float64Array, digits: number): ActionStat[] | undefined {
  const spend = (sums[FACT.spendMinor] ?? 0) / 10 ** digits;
  return stats((fact) => formatRatio(spend, sums[fact] ?? 0));
}

/** Custom conversions: here the contacts that lead campaigns count. */
export function listConversions(sums: Float64Array): ActionStat[] | undefined {
  const leads = sums[FACT.leads] ?? 0;
  return leads === 0 ? undefined : repeat(CONVERSION_TYPES, String(leads));
}

export function listCostPerConversion(sums: Float64Array, digits: number): ActionStat[] | undefined {
  const cost = formatRatio((sums[FACT.spendMinor] ?? 0) / 10 ** digits, sums[FACT.leads] ?? 0);
  return cost === undefined ? undefined : repeat(CONVERSION_TYPES, cost);
}

/** Value of purchases over spend, for one action type. */
export function listRoas(sums: Float64Array, actionType: string): ActionStat[] | undefined {
  const roas = formatRatio(sums[FACT.purchaseValueMinor] ?? 0, sums[FACT.spendMinor] ?? 0);
  return roas === undefined ? undefined : repeat([actionType], roas);
}

export function listSingle(actionType: string, value: string | undefined): ActionStat[] | undefined {
  return value === undefined ? undefined : repeat([actionType], value);
}

function stats(valueOf: (fact: number) => string | undefined): ActionStat[] | undefined {
  const list = ACTION_TYPES.flatMap(([fact, ...types]) => {
    const value = valueOf(fact);
    return value === undefined ? [] : repeat(types, value);
  });
  return list.length === 0 ? undefined : list;
}

function repeat(types: readonly string[], value: string): ActionStat[] {
  return types.map((type) => ({ action_type: type, value }));
}
