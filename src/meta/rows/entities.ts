/** Rows of what doesn't belong to a day: the ad account, campaigns, ad sets, ads, creatives. Columns as in meta_ads.*. */
import { currencyMinorDigits } from "../currency.ts";
import { adAccountSchema, adSchema, adSetSchema, campaignSchema, creativeSchema } from "../schemas.ts";
import { drafter, refuseOtherAccount } from "./draft.ts";

export const draftAdAccount = drafter({
  schema: adAccountSchema,
  refuse: refuseOtherAccount,
  toRow: (fields, raw) => ({
    id: fields.account_id,
    name: fields.name,
    account_status: fields.account_status,
    currency: fields.currency,
    currency_minor_digits: currencyMinorDigits(fields.currency),
    timezone_name: fields.timezone_name,
    timezone_offset_hours_utc: fields.timezone_offset_hours_utc,
    business_country_code: fields.business_country_code,
    amount_spent_minor: fields.amount_spent,
    balance_minor: fields.balance,
    spend_cap_minor: fields.spend_cap,
    created_time: fields.created_time,
    raw,
  }),
});

export const draftCampaign = drafter({
  schema: campaignSchema,
  refuse: refuseOtherAccount,
  toRow: (fields, raw, { accountId }) => ({
    account_id: accountId,
    id: fields.id,
    name: fields.name,
    objective: fields.objective,
    buying_type: fields.buying_type,
    status: fields.status,
    configured_status: fields.configured_status,
    effective_status: fields.effective_status,
    bid_strategy: fields.bid_strategy,
    daily_budget_minor: fields.daily_budget,
    lifetime_budget_minor: fields.lifetime_budget,
    budget_remaining_minor: fields.budget_remaining,
    spend_cap_minor: fields.spend_cap,
    start_time: fields.start_time,
    stop_time: fields.stop_time,
    created_time: fields.created_time,
    updated_time: fields.updated_time,
    raw,
  }),
});

export const draftAdSet = drafter({
  schema: adSetSchema,
  refuse: refuseOtherAccount,
  toRow: (fields, raw, { accountId }) => ({
    account_id: accountId,
    id: fields.id,
    campaign_id: fields.campaign_id,
    name: fields.name,
    status: fields.status,
    configured_status: fields.configured_status,
    effective_status: fields.effective_status,
    optimization_goal: fields.optimization_goal,
    billing_event: fields.billing_event,
    bid_strategy: fields.bid_strategy,
    bid_amount_minor: fields.bid_amount,
    daily_budget_minor: fields.daily_budget,
    lifetime_budget_minor: fields.lifetime_budget,
    budget_remaining_minor: fields.budget_remaining,
    destination_type: fields.destination_type,
    start_time: fields.start_time,
    end_time: fields.end_time,
    created_time: fields.created_time,
    updated_time: fields.updated_time,
    raw,
  }),
});

export const draftAd = drafter({
  schema: adSchema,
  refuse: refuseOtherAccount,
  toRow: (fields, raw, { accountId }) => ({
    account_id: accountId,
    id: fields.id,
    campaign_id: fields.campaign_id,
    ad_set_id: fields.adset_id,
    creative_id: fields.creative?.id ?? null,
    name: fields.name,
    status: fields.status,
    configured_status: fields.configured_status,
    effective_status: fields.effective_status,
    created_time: fields.created_time,
    updated_time: fields.updated_time,
    raw,
  }),
});

export const draftCreative = drafter({
  schema: creativeSchema,
  refuse: refuseOtherAccount,
  toRow: (fields, raw, { accountId }) => ({
    account_id: accountId,
    id: fields.id,
    name: fields.name,
    title: fields.title,
    body: fields.body,
    status: fields.status,
    object_type: fields.object_type,
    call_to_action_type: fields.call_to_action_type,
    link_url: fields.link_url,
    url_tags: fields.url_tags,
    image_hash: fields.image_hash,
    image_url: fields.image_url,
    thumbnail_url: fields.thumbnail_url,
    video_id: fields.video_id,
    effective_object_story_id: fields.effective_object_story_id,
    raw,
  }),
});
