/** Every node as Meta shows it: field names and shapes of the reference, empty ones undefined. */
import type { NodeType, NodeView } from "../fields.ts";
import type { EndpointInput } from "../graph-parts.ts";
import type { AccountModel, AdModel, AdSetModel, CampaignModel, NodeRef } from "../seed/model.ts";
import { formatGraphTime, localTime } from "../zones.ts";
import { businessOf } from "./businesses.ts";
import { budgetRemaining, growing, type Reading, signedImage } from "./volatile.ts";

export const NODE_TYPES: Record<NodeRef["kind"], NodeType> = {
  account: "AdAccount",
  campaign: "Campaign",
  adset: "AdSet",
  ad: "Ad",
  creative: "AdCreative",
};

/** A reading of one node by that call. */
export function readingOf({ parts, caller }: EndpointInput): Reading {
  const number = parts.knobs.volatileValues ? parts.chance.next("reading") : 0;
  return { nowMs: parts.clock.now(), scopes: caller.token.scopes, number };
}

/**
 * All modelled fields of a node. Budgets are strings in minor units; times are in the account's zone. Without
 * the scope business_management, what concerns the business is left out.
 */
export function viewNode({ kind, account, index }: NodeRef, reading: Reading): NodeView {
  if (kind === "account") {
    const view = viewAccount(account, reading);
    return reading.scopes.includes("business_management") ? view : withoutBusiness(view);
  }
  if (kind === "campaign") return viewCampaign(account, index, reading);
  if (kind === "adset") return viewAdSet(account, index, reading);
  return kind === "ad" ? viewAd(account, index, reading) : viewCreative(account, index, reading);
}

function withoutBusiness(view: NodeView): NodeView {
  return Object.fromEntries(Object.entries(view).filter(([name]) => !name.startsWith("business")));
}

function viewAccount(account: AccountModel, reading: Reading): NodeView {
  const { nowMs } = reading;
  const { spec, createdMs } = account;
  const { id: businessId, name: businessName } = businessOf(account);
  return {
    id: `act_${spec.accountId}`,
    account_id: spec.accountId,
    name: spec.name,
    account_status: 1,
    age: Math.round(((nowMs - createdMs) / 86_400_000) * 1_000) / 1_000,
    // A made-up figure: Meta's lifetime total has no window that insights could be compared with.
    amount_spent: growing(spec.cpmMinor * spec.dailyImpressions * spec.ads, reading),
    balance: growing(spec.cpmMinor * 12, reading),
    business: { id: businessId, name: businessName },
    business_country_code: spec.country,
    business_name: businessName,
    created_time: formatGraphTime(createdMs, spec.timezone),
    currency: spec.currency,
    disable_reason: 0,
    is_personal: 0,
    is_prepay_account: false,
    min_daily_budget: Math.round(spec.cpmMinor / 8),
    owner: businessId,
    spend_cap: "0",
    timezone_name: spec.timezone,
    timezone_offset_hours_utc: localTime(nowMs, spec.timezone).offsetMinutes / 60,
    user_tasks: ["ANALYZE"],
  };
}

function viewCampaign(account: AccountModel, index: number, reading: Reading): NodeView {
  const campaign = account.campaigns[index];
  if (campaign === undefined) return {};
  return {
    ...common(account, campaign),
    bid_strategy: campaign.dailyBudgetMinor === undefined ? undefined : campaign.bidStrategy,
    budget_remaining: budgetRemaining(campaign.dailyBudgetMinor, reading),
    buying_type: campaign.buyingType,
    daily_budget: campaign.dailyBudgetMinor?.toString(),
    objective: campaign.objective,
    smart_promotion_type: "GUIDED_CREATION",
    special_ad_categories: [],
    special_ad_category: "NONE",
    start_time: formatGraphTime(campaign.createdMs + 3_600_000, account.spec.timezone),
  };
}

function viewAdSet(account: AccountModel, index: number, reading: Reading): NodeView {
  const adSet = account.adSets[index];
  if (adSet === undefined) return {};
  return {
    ...common(account, adSet),
    attribution_spec: attributionSpec(adSet.attributionSetting),
    billing_event: adSet.billingEvent,
    budget_remaining: budgetRemaining(adSet.dailyBudgetMinor, reading),
    campaign: () => viewCampaign(account, adSet.campaign, reading),
    campaign_id: account.campaigns[adSet.campaign]?.id,
    daily_budget: adSet.dailyBudgetMinor?.toString(),
    destination_type: "WEBSITE",
    is_dynamic_creative: false,
    optimization_goal: adSet.optimizationGoal,
    start_time: formatGraphTime(adSet.createdMs + 3_600_000, account.spec.timezone),
    targeting: { geo_locations: { countries: [account.spec.country] }, age_min: 18, age_max: 65 },
  };
}

function viewAd(account: AccountModel, index: number, reading: Reading): NodeView {
  const ad = account.ads[index];
  if (ad === undefined) return {};
  return {
    ...common(account, ad),
    adset: () => viewAdSet(account, ad.adSet, reading),
    adset_id: account.adSets[ad.adSet]?.id,
    bid_type: "ABSOLUTE_OCPM",
    campaign: () => viewCampaign(account, ad.campaign, reading),
    campaign_id: account.campaigns[ad.campaign]?.id,
    creative: () => viewCreative(account, ad.creative, reading),
    last_updated_by_app_id: "0",
  };
}

function viewCreative(account: AccountModel, index: number, reading: Reading): NodeView {
  const creative = account.creatives[index];
  if (creative === undefined) return {};
  return {
    id: creative.id,
    account_id: account.spec.accountId,
    body: creative.body,
    call_to_action_type: creative.callToAction,
    image_url: creative.objectType === "VIDEO" ? undefined : signedImage(creative.id, 1080, reading),
    link_url: creative.linkUrl,
    name: creative.name,
    object_type: creative.objectType,
    status: "ACTIVE",
    thumbnail_url: signedImage(creative.id, 64, reading),
    title: creative.title,
    url_tags: "utm_source=facebook&utm_campaign={{campaign.name}}",
    video_id: creative.objectType === "VIDEO" ? `9${creative.id.slice(3)}` : undefined,
  };
}

function common({ spec }: AccountModel, entity: CampaignModel | AdSetModel | AdModel): NodeView {
  return {
    id: entity.id,
    account_id: spec.accountId,
    configured_status: entity.status,
    created_time: formatGraphTime(entity.createdMs, spec.timezone),
    effective_status: entity.effectiveStatus,
    name: entity.name,
    status: entity.status,
    updated_time: formatGraphTime(entity.updatedMs, spec.timezone),
  };
}

function attributionSpec(setting: string): { event_type: string; window_days: number }[] {
  const click = { event_type: "CLICK_THROUGH", window_days: setting.startsWith("7d") ? 7 : 1 };
  return setting.includes("view") ? [click, { event_type: "VIEW_THROUGH", window_days: 1 }] : [click];
}
