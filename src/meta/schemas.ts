/** What Graph answers look like: envelope, error, and the object of each stream. Unknown fields pass through. */
import { z } from "zod";
import {
  actions,
  count,
  countOrZero,
  day,
  decimal,
  decimalOrZero,
  id,
  instant,
  minorUnits,
  optionalId,
  requiredText,
  smallInteger,
  text,
} from "./fields.ts";

const pagingSchema = z.object({
  cursors: z.object({ after: z.string().optional() }).optional(),
  /** Only its presence is used: its URL may hold the token. */
  next: z.string().optional(),
});

/** A page of a list. `paging` is missing on an empty list. */
export const listSchema = z.object({ data: z.array(z.unknown()), paging: pagingSchema.optional() });

/** A single object. */
export const nodeSchema = z.looseObject({ id: z.union([z.string(), z.number()]) });

export const errorBodySchema = z.object({
  error: z.object({
    message: z.string().catch(""),
    code: z.coerce.number().int(),
    error_subcode: z.coerce.number().int().optional().catch(undefined),
    is_transient: z.boolean().optional().catch(undefined),
    error_user_title: z.string().optional().catch(undefined),
    error_user_msg: z.string().optional().catch(undefined),
    fbtrace_id: z.string().optional().catch(undefined),
  }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>["error"];

/** GET /debug_token. 0 means never for both times, which are epoch seconds. */
export const debugTokenSchema = z.object({
  data: z.object({
    app_id: optionalId,
    type: text,
    is_valid: z.boolean(),
    expires_at: z.number().default(0),
    data_access_expires_at: z.number().default(0),
    scopes: z.array(z.string()).default([]),
    user_id: optionalId,
    error: z.object({ message: z.string() }).optional(),
  }),
});

export const adAccountBriefSchema = z.object({ account_id: id, name: text, currency: text, timezone_name: text });

/** Stored as Meta sends it; only what it means to others has a shape. */
const asSent = z
  .unknown()
  .optional()
  .transform((value) => value ?? null);
const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? null);

export const adAccountSchema = z.looseObject({
  account_id: id,
  name: text,
  account_status: smallInteger,
  disable_reason: smallInteger,
  currency: requiredText,
  timezone_name: requiredText,
  timezone_offset_hours_utc: decimal,
  business_name: text,
  business_country_code: text,
  business_state: text,
  created_time: instant,
  amount_spent: minorUnits,
  balance: minorUnits,
  spend_cap: minorUnits,
  min_daily_budget: minorUnits,
});

const statuses = { status: text, configured_status: text, effective_status: text };
const changes = { created_time: instant, updated_time: instant };
const budgets = { daily_budget: minorUnits, lifetime_budget: minorUnits, budget_remaining: minorUnits };

export const campaignSchema = z.looseObject({
  id,
  account_id: optionalId,
  name: text,
  objective: text,
  buying_type: text,
  bid_strategy: text,
  spend_cap: minorUnits,
  special_ad_categories: texts,
  start_time: instant,
  stop_time: instant,
  ...statuses,
  ...budgets,
  ...changes,
});

export const adSetSchema = z.looseObject({
  id,
  account_id: optionalId,
  campaign_id: id,
  name: text,
  optimization_goal: text,
  billing_event: text,
  bid_strategy: text,
  bid_amount: minorUnits,
  destination_type: text,
  attribution_spec: asSent,
  promoted_object: asSent,
  start_time: instant,
  end_time: instant,
  ...statuses,
  ...budgets,
  ...changes,
});

export const adSchema = z.looseObject({
  id,
  account_id: optionalId,
  campaign_id: id,
  adset_id: id,
  creative: z.looseObject({ id }).nullish(),
  name: text,
  conversion_domain: text,
  preview_shareable_link: text,
  tracking_specs: asSent,
  ...statuses,
  ...changes,
});

export const creativeSchema = z.looseObject({
  id,
  account_id: optionalId,
  name: text,
  title: text,
  body: text,
  status: text,
  object_type: text,
  call_to_action_type: text,
  link_url: text,
  url_tags: text,
  image_hash: text,
  image_url: text,
  thumbnail_url: text,
  video_id: optionalId,
  effective_object_story_id: text,
  instagram_permalink_url: text,
  object_story_spec: asSent,
  asset_feed_spec: asSent,
});

export const insightSchema = z.looseObject({
  account_id: optionalId,
  date_start: day,
  date_stop: day,
  campaign_id: optionalId,
  campaign_name: text,
  adset_id: optionalId,
  adset_name: text,
  ad_id: optionalId,
  ad_name: text,
  account_currency: text,
  objective: text,
  optimization_goal: text,
  attribution_setting: text,
  spend: decimalOrZero,
  impressions: countOrZero,
  clicks: countOrZero,
  inline_link_clicks: countOrZero,
  reach: count,
  frequency: decimal,
  actions,
  action_values: actions,
});
export type Insight = z.infer<typeof insightSchema>;
