/** Every node as Meta shows it: field names and shapes of the reference, empty ones undefined. */
import type { NodeType, NodeView } from "../fields.ts";
import type { AccountModel, AdModel, AdSetModel, CampaignModel, NodeRef } from "../seed/model.ts";
import { formatGraphTime, localTime } from "../zones.ts";

export const NODE_TYPES: Record<NodeRef["kind"], NodeType> = {
  account: "AdAccount",
  campaign: "Campaign",
  adset: "AdSet",
  ad: "Ad",
  creative: "AdCreative",
};

/** All modelled fields of a node. Budgets are strings in minor units; times are in the account's zone. */
export function viewNode({ kind, account, index }: NodeRef, nowMs: number): NodeView {
  if (kind === "account") return viewAccount(account, nowMs);
  if (kind === "campaign") return viewCampaign(account, index);
  if (kind === "adset") return viewAdSet(account, index);
  return kind === "ad" ? viewAd(account, index) : viewCreative(account, index);
}

function viewAccount({ spec, createdMs, index }: AccountModel, nowMs: number): NodeView {
  return {
    id: `act_${spec.accountId}`,
    account_id: spec.accountId,
    name: spec.name,
    account_status: 1,
    age: Math.round(((nowMs - createdMs) / 86_400_000) * 1_000) / 1_000,
    // A fixed figure: Meta's lifetime total has no window that insights could be compared with.
    amount_spent: String(spec.cpmMinor * spec.dailyImpressions * spec.ads),
    balance: String(spec.cpmMinor * 12),
    business: { id: `10152026110${index}`, name: spec.name },
    business_country_code: spec.country,
    business_name: spec.name,
    created_time: formatGraphTime(createdMs, spec.timezone),
    currency: spec.currency,
    disable_reason: 0,
    is_personal: 0,
    is_prepay_account: false,
    min_daily_budget: Math.round(spec.cpmMinor / 8),
    owner: `10152026110${index}`,
    spend_cap: "0",
    timezone_name: spec.timezone,
    timezone_offset_hours_utc: localTime(nowMs, spec.timezone).offsetMinutes / 60,
    user_tasks: ["ANALYZE"],
  };
}

function viewCampaign(account: AccountModel, index: number): NodeView {
  const campaign = account.campaigns[index];
  if (campaign === undefined) return {};
  return {
    ...common(account, campaign),
    bid_strategy: campaign.dailyBudgetMinor === undefined ? undefined : campaign.bidStrategy,
    budget_remaining: campaign.dailyBudgetMinor === undefined ? "0" : String(Math.floor(campaign.dailyBudgetMinor / 3)),
    buying_type: campaign.buyingType,
    daily_budget: campaign.dailyBudgetMinor?.toString(),
    objective: campaign.objective,
    smart_promotion_type: "GUIDED_CREATION",
    special_ad_categories: [],
    special_ad_category: "NONE",
    start_time: formatGraphTime(campaign.createdMs + 3_600_000, account.spec.timezone),
  };
}

function viewAdSet(account: AccountModel, index: number): NodeView {
  const adSet = account.adSets[index];
  if (adSet === undefined) return {};
  return {
    ...common(account, adSet),
    attribution_spec: attributionSpec(adSet.attributionSetting),
    billing_event: adSet.billingEvent,
    budget_remaining: adSet.dailyBudgetMinor === undefined ? "0" : String(Math.floor(adSet.dailyBudgetMinor / 3)),
    campaign: () => viewCampaign(account, adSet.campaign),
    campaign_id: account.campaigns[adSet.campaign]?.id,
    daily_budget: adSet.dailyBudgetMinor?.toString(),
    destination_type: "WEBSITE",
    is_dynamic_creative: false,
    optimization_goal: adSet.optimizationGoal,
    start_time: formatGraphTime(adSet.createdMs + 3_600_000, account.spec.timezone),
    targeting: { geo_locations: { countries: [account.spec.country] }, age_min: 18, age_max: 65 },
  };
}

function viewAd(account: AccountModel, index: number): NodeView {
  const ad = account.ads[index];
  if (ad === undefined) return {};
  return {
    ...common(account, ad),
    adset: () => viewAdSet(account, ad.adSet),
    adset_id: account.adSets[ad.adSet]?.id,
    bid_type: "ABSOLUTE_OCPM",
    campaign: () => viewCampaign(account, ad.campaign),
    campaign_id: account.campaigns[ad.campaign]?.id,
    creative: () => viewCreative(account, ad.creative),
    last_updated_by_app_id: "0",
  };
}

function viewCreative(account: AccountModel, index: number): NodeView {
  const creative = account.creatives[index];
  if (creative === undefined) return {};
  return {
    id: creative.id,
    account_id: account.spec.accountId,
    body: creative.body,
    call_to_action_type: creative.callToAction,
    link_url: creative.linkUrl,
    name: creative.name,
    object_type: creative.objectType,
    status: "ACTIVE",
    thumbnail_url: `https://img.example/${creative.id}_64.jpg`,
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
