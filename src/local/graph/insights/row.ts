/** Turns sums into a row with exactly the asked fields; what is empty or not modelled is left out, as Meta does. */
import { formatDay } from "../days.ts";
import { FACT } from "../seed/ad-day.ts";
import type { AccountModel, AdModel } from "../seed/model.ts";
import { formatGraphTime } from "../zones.ts";
import {
  listActions,
  listActionValues,
  listConversions,
  listCostPerAction,
  listCostPerConversion,
  listRoas,
  listSingle,
} from "./actions.ts";
import { formatCount, formatMoney, formatRatio } from "./amounts.ts";
import { isHourly } from "./breakdown-rules.ts";
import type { Level, Period } from "./query.ts";
import { LEVELS } from "./query.ts";
import type { Unit } from "./units.ts";

export interface RowFacts {
  account: AccountModel;
  level: Level;
  unit: Unit;
  period: Period;
  sums: Float64Array;
  /** Values of the breakdowns, if any were asked. */
  broken?: Readonly<Record<string, string>>;
}

type Column = (facts: RowFacts) => unknown;

/**
 * People reached, from impressions alone: concave, so it is below impressions, never shrinks when a window grows,
 * and the parts of a window or of an account always add up to more than the whole, as with Meta's de-duplication.
 */
function reachOf(impressions: number): number {
  return Math.max(1, Math.floor(impressions ** 0.94));
}

/** Lists of actions have no single value. */
const UNSORTABLE = /action|conversion|roas|outbound/;

const COLUMNS: Record<string, Column> = {
  account_id: ({ account }) => account.spec.accountId,
  account_name: ({ account }) => account.spec.name,
  account_currency: ({ account }) => account.spec.currency,
  campaign_id: from("campaign", (facts, ad) => facts.account.campaigns[ad.campaign]?.id),
  campaign_name: from("campaign", (facts, ad) => facts.account.campaigns[ad.campaign]?.name),
  objective: from("campaign", (facts, ad) => facts.account.campaigns[ad.campaign]?.objective),
  buying_type: from("campaign", (facts, ad) => facts.account.campaigns[ad.campaign]?.buyingType),
  adset_id: from("adset", (facts, ad) => facts.account.adSets[ad.adSet]?.id),
  adset_name: from("adset", (facts, ad) => facts.account.adSets[ad.adSet]?.name),
  optimization_goal: from("adset", (facts, ad) => facts.account.adSets[ad.adSet]?.optimizationGoal),
  ad_id: from("ad", (_, ad) => ad.id),
  ad_name: from("ad", (_, ad) => ad.name),
  created_time: from("campaign", (facts, ad) => dateOf(facts, ad, "createdMs")),
  updated_time: from("campaign", (facts, ad) => dateOf(facts, ad, "updatedMs")),
  attribution_setting: attributionOf,
  date_start: ({ period }) => formatDay(period.since),
  date_stop: ({ period }) => formatDay(period.until),
  impressions: count(FACT.impressions),
  clicks: count(FACT.clicks),
  inline_link_clicks: count(FACT.linkClicks),
  inline_post_engagement: count(FACT.engagements),
  spend: (facts) => formatMoney(factOf(facts, FACT.spendMinor), digitsOf(facts)),
  reach: (facts) => (isHourlyRow(facts) ? "0" : String(reachOf(factOf(facts, FACT.impressions)))),
  frequency: (facts) =>
    isHourlyRow(facts) ? "0" : formatRatio(factOf(facts, FACT.impressions), reachOf(factOf(facts, FACT.impressions))),
  ctr: (facts) => formatRatio(factOf(facts, FACT.clicks) * 100, factOf(facts, FACT.impressions)),
  inline_link_click_ctr: (facts) => formatRatio(factOf(facts, FACT.linkClicks) * 100, factOf(facts, FACT.impressions)),
  cpc: (facts) => formatRatio(spendOf(facts), factOf(facts, FACT.clicks)),
  cpm: (facts) => formatRatio(spendOf(facts) * 1_000, factOf(facts, FACT.impressions)),
  cpp: (facts) =>
    isHourlyRow(facts) ? undefined : formatRatio(spendOf(facts) * 1_000, reachOf(factOf(facts, FACT.impressions))),
  cost_per_inline_link_click: (facts) => formatRatio(spendOf(facts), factOf(facts, FACT.linkClicks)),
  cost_per_inline_post_engagement: (facts) => formatRatio(spendOf(facts), factOf(facts, FACT.engagements)),
  actions: ({ sums }) => listActions(sums),
  action_values: (facts) => listActionValues(facts.sums, digitsOf(facts)),
  cost_per_action_type: (facts) => listCostPerAction(facts.sums, digitsOf(facts)),
  conversions: ({ sums }) => listConversions(sums),
  cost_per_conversion: (facts) => listCostPerConversion(facts.sums, digitsOf(facts)),
  purchase_roas: ({ sums }) => listRoas(sums, "omni_purchase"),
  website_purchase_roas: ({ sums }) => listRoas(sums, "offsite_conversion.fb_pixel_purchase"),
  outbound_clicks: (facts) => listSingle("outbound_click", formatCount(factOf(facts, FACT.linkClicks))),
  video_play_actions: (facts) =>
    isHourlyRow(facts) ? undefined : listSingle("video_view", formatCount(factOf(facts, FACT.videoViews))),
};

/** The ids down to the level, the dates, impressions and spend: what Meta sends when no fields are asked. */
export function defaultFields(level: Level): string[] {
  const ids = LEVELS.slice(0, LEVELS.indexOf(level) + 1).map((name) => `${name}_id`);
  return [...ids, "impressions", "spend"];
}

/** `date_start` and `date_stop` are on every row, asked or not. */
export function renderRow(fields: readonly string[], facts: RowFacts): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const field of fields) {
    const value = COLUMNS[field]?.(facts);
    if (value !== undefined) row[field] = value;
  }
  row["date_start"] = COLUMNS["date_start"]?.(facts);
  row["date_stop"] = COLUMNS["date_stop"]?.(facts);
  return { ...row, ...facts.broken };
}

export function isSortable(field: string): boolean {
  return COLUMNS[field] !== undefined && !UNSORTABLE.test(field);
}

/** The value to sort by: a number where the text is one. */
export function sortValue(field: string, facts: RowFacts): number | string {
  const value = COLUMNS[field]?.(facts);
  if (typeof value !== "string") return 0;
  return Number.isNaN(Number(value)) ? value : Number(value);
}

/** The totals under `summary`: only what was asked, and only what a total has. */
export function renderSummary(fields: readonly string[], facts: RowFacts): Record<string, unknown> {
  const entries = fields.map((field) => [field, COLUMNS[field]?.(facts)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Hours have no reach and no video figures of their own. */
function isHourlyRow({ broken }: RowFacts): boolean {
  return broken !== undefined && isHourly(Object.keys(broken));
}

/** A column that exists from `level` downwards: a campaign row has no ad name. */
function from(level: Level, read: (facts: RowFacts, ad: AdModel) => string | undefined): Column {
  return (facts) => {
    const ad = facts.unit.ads[0];
    if (ad === undefined || LEVELS.indexOf(facts.level) < LEVELS.indexOf(level)) return undefined;
    return read(facts, ad);
  };
}

function dateOf({ account, level }: RowFacts, ad: AdModel, key: "createdMs" | "updatedMs"): string | undefined {
  const entity = level === "ad" ? ad : level === "adset" ? account.adSets[ad.adSet] : account.campaigns[ad.campaign];
  return entity && formatGraphTime(entity[key], account.spec.timezone).slice(0, 10);
}

/** One setting when all ad sets of the row agree; the word for several is our guess, the reference has none. */
function attributionOf({ account, unit }: RowFacts): string | undefined {
  const settings = new Set(unit.ads.map((ad) => account.adSets[ad.adSet]?.attributionSetting));
  return settings.size === 1 ? [...settings][0] : "mixed";
}

function count(fact: number): Column {
  return (facts) => formatCount(factOf(facts, fact));
}

function factOf(facts: RowFacts, fact: number): number {
  return facts.sums[fact] ?? 0;
}

function digitsOf(facts: RowFacts): number {
  return facts.account.spec.minorDigits;
}

function spendOf(facts: RowFacts): number {
  return factOf(facts, FACT.spendMinor) / 10 ** digitsOf(facts);
}
