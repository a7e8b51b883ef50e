/** Rows of figures: one per entity and day (insights_daily), one per entity and window (insights_period). */
import type { Level } from "../../sync/request.ts";
import { type Insight, insightSchema } from "../schemas.ts";
import { keyOfBreakdown, plainBreakdowns, refuseMissingBreakdown } from "./breakdown.ts";
import { drafter, type Json, refuseOtherAccount, type RowContext } from "./draft.ts";

const entityField = { campaign: "campaign_id", adset: "adset_id", ad: "ad_id" } as const;

function entityId(fields: Insight, context: RowContext): string | null {
  const level = context.level ?? "account";
  return level === "account" ? context.accountId : fields[entityField[level]];
}

function refuseNameless(fields: Insight, context: RowContext): string | null {
  if (entityId(fields, context) !== null) return null;
  const level = context.level as Exclude<Level, "account">;
  return `${entityField[level]} is missing: a row of level ${level} must name its ${level}`;
}

function refuseSeveralDays(fields: Insight): string | null {
  if (fields.date_start === fields.date_stop) return null;
  return `date_stop is "${fields.date_stop}": expected ${fields.date_start}, because the row was asked for one day`;
}

/** Columns that both tables have. */
function sharedColumns(fields: Insight, raw: Json, context: RowContext) {
  const breakdowns = plainBreakdowns(raw, context);
  return {
    account_id: context.accountId,
    level: context.level ?? ("account" as const),
    entity_id: entityId(fields, context) ?? "",
    breakdown_key: keyOfBreakdown(breakdowns),
    breakdowns,
    campaign_id: fields.campaign_id,
    campaign_name: fields.campaign_name,
    account_currency: fields.account_currency,
    objective: fields.objective,
    spend: fields.spend,
    impressions: fields.impressions,
    clicks: fields.clicks,
    inline_link_clicks: fields.inline_link_clicks,
    reach: fields.reach,
    frequency: fields.frequency,
    actions: fields.actions,
    action_values: fields.action_values,
  };
}

const sharedFields = [
  "account_id",
  "campaign_id",
  "campaign_name",
  "account_currency",
  "objective",
  "spend",
  "impressions",
  "clicks",
  "inline_link_clicks",
  "reach",
  "frequency",
  "actions",
  "action_values",
];
const dailyFields = [
  ...sharedFields,
  "date_start",
  "date_stop",
  "adset_id",
  "adset_name",
  "ad_id",
  "ad_name",
  "optimization_goal",
  "attribution_setting",
];

/** A million rows a year and account: what has a column isn't stored twice. */
function leftOver(raw: Json, fieldsWithColumn: readonly string[], { breakdowns = [] }: RowContext): Json {
  const stored = [...fieldsWithColumn, ...breakdowns];
  return Object.fromEntries(Object.entries(raw).filter(([field]) => !stored.includes(field)));
}

function refuseUnplaced(fields: Insight, context: RowContext): string | null {
  return (
    refuseOtherAccount(fields, context) ?? refuseNameless(fields, context) ?? refuseMissingBreakdown(fields, context)
  );
}

export const draftDailyInsight = drafter({
  schema: insightSchema,
  refuse: (fields, context) => refuseUnplaced(fields, context) ?? refuseSeveralDays(fields),
  toRow: (fields, raw, context) => ({
    ...sharedColumns(fields, raw, context),
    date_start: fields.date_start,
    adset_id: fields.adset_id,
    adset_name: fields.adset_name,
    ad_id: fields.ad_id,
    ad_name: fields.ad_name,
    optimization_goal: fields.optimization_goal,
    attribution_setting: fields.attribution_setting,
    raw: leftOver(raw, dailyFields, context),
  }),
});

export const draftPeriodInsight = drafter({
  schema: insightSchema,
  refuse: refuseUnplaced,
  toRow: (fields, raw, context) => ({
    ...sharedColumns(fields, raw, context),
    // The window as it was asked: Meta clips an `until` in the future, and the key must not move with the clock.
    since: context.since ?? fields.date_start,
    until: context.until ?? fields.date_stop,
    raw: leftOver(raw, sharedFields, context),
  }),
});
