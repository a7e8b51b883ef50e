/** Small Graph objects as Meta sends them, for the tests of this room. */
import type { RowContext } from "#src/meta/rows/draft.ts";

export const accountId = "590116236451029";
export const campaignId = "120203029307580037";
export const adSetId = "120203029307580041";
export const adId = "120203029307580059";

export function contextOf(over: Partial<RowContext> = {}): RowContext {
  return { accountId, level: null, since: null, until: null, volatile: [], ...over };
}

export const yenAccount = {
  id: `act_${accountId}`,
  account_id: accountId,
  name: "Kissa コーヒー ☕",
  account_status: 1,
  currency: "JPY",
  timezone_name: "Asia/Tokyo",
  timezone_offset_hours_utc: 9,
  business_name: "Kissa KK",
  business_country_code: "JP",
  created_time: "2021-03-04T09:00:00+0900",
  amount_spent: "1234567",
  balance: "-250",
  spend_cap: "0",
  min_daily_budget: 120,
};

export const campaign = {
  id: campaignId,
  account_id: accountId,
  name: "Autumn | “Sale” 🍂",
  objective: "OUTCOME_SALES",
  buying_type: "AUCTION",
  status: "ACTIVE",
  configured_status: "ACTIVE",
  effective_status: "WITH_ISSUES",
  bid_strategy: "LOWEST_COST_WITHOUT_CAP",
  daily_budget: "5000",
  budget_remaining: "1234",
  special_ad_categories: ["HOUSING", "CREDIT"],
  start_time: "2026-10-01T12:34:56+0000",
  created_time: "2026-09-30T05:00:00-0700",
  updated_time: "2026-10-02T00:00:00+0530",
};

export const adSet = {
  id: adSetId,
  account_id: accountId,
  campaign_id: campaignId,
  name: "Broad",
  effective_status: "CAMPAIGN_PAUSED",
  optimization_goal: "OFFSITE_CONVERSIONS",
  billing_event: "IMPRESSIONS",
  bid_amount: 150,
  lifetime_budget: "900719925474099312",
  end_time: "2026-12-31T23:59:59+0000",
  attribution_spec: [
    { event_type: "CLICK_THROUGH", window_days: 7 },
    { event_type: "VIEW_THROUGH", window_days: 1 },
  ],
  promoted_object: { pixel_id: "42", custom_event_type: "PURCHASE" },
};

export const ad = {
  id: adId,
  account_id: accountId,
  campaign_id: campaignId,
  adset_id: adSetId,
  name: "Carousel A",
  creative: { id: "120203029307580077" },
  conversion_domain: "shop.example",
  preview_shareable_link: "https://fb.me/1abc",
  tracking_specs: [{ "action.type": ["like", "post"], fb_pixel: ["42"] }],
};

export const creative = {
  id: "120203029307580077",
  account_id: accountId,
  name: "Carousel A",
  object_type: "SHARE",
  image_url: "https://scontent.example/a.jpg?oh=1",
  thumbnail_url: "https://scontent.example/t.jpg?oh=1",
  effective_object_story_id: "104_205",
  url_tags: "?utm_source=facebook&utm_campaign={{campaign.name}}&flag",
  object_story_spec: {
    link_data: {
      link: "https://shop.example/autumn?ref=fb",
      message: "Two cards",
      picture: "https://a.example/t/5_n.jpg?_nc=1&oh=1&oe=2",
      child_attachments: [{ link: "https://shop.example/1" }, { link: "https://shop.example/2" }],
    },
  },
};

export const adDay = {
  account_id: accountId,
  account_currency: "USD",
  campaign_id: campaignId,
  campaign_name: "Autumn",
  objective: "OUTCOME_SALES",
  adset_id: adSetId,
  adset_name: "Broad",
  ad_id: adId,
  ad_name: "Carousel A",
  attribution_setting: "7d_click_1d_view",
  optimization_goal: "OFFSITE_CONVERSIONS",
  date_start: "2026-10-01",
  date_stop: "2026-10-01",
  spend: "53.395",
  impressions: "9708",
  clicks: "261",
  inline_link_clicks: "190",
  reach: "8120",
  frequency: "1.195567",
  actions: [
    { action_type: "purchase", value: "4" },
    { action_type: "link_click", value: "190" },
    { action_type: "omni_purchase", value: "4" },
  ],
  action_values: [{ action_type: "purchase", value: "199.6" }],
};
