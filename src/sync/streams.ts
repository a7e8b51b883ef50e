/**
 * The catalogue of what is read from Meta, as data: a new stream is a new row here and a table.
 * Field names and edges: Graph API v26.0. Nothing here fetches.
 */
import type { Level } from "./request.ts";

export const streamNames = [
  "account",
  "totals",
  "reach",
  "campaign_totals",
  "campaigns",
  "ad_sets",
  "ads",
  "creatives",
  "insights",
  "proof",
] as const;
export type StreamName = (typeof streamNames)[number];

/** The table of schema meta_ads that a stream's rows go to. */
export type TargetTable =
  | "ad_accounts"
  | "campaigns"
  | "ad_sets"
  | "ads"
  | "creatives"
  | "insights_daily"
  | "insights_period";

export interface Stream {
  /** 1 account, 2 totals and entities, 3 insights, 4 proof. */
  phase: 1 | 2 | 3 | 4;
  kind: "node" | "edge" | "insights";
  /** Path below act_<id>; empty for the account itself. */
  edge: "" | "campaigns" | "adsets" | "ads" | "adcreatives" | "insights";
  table: TargetTable;
  fields: readonly string[];
  /** Stored, but left out of the row's hash: they change at each read without anything having happened. */
  volatile: readonly string[];
  /** Rows asked for per call. */
  pageSize: number;
  /** For insights: the level; null means the level the job asked for. */
  level: Level | null;
  /** "1" a row a day, "all_days" one row for the window, null not insights. */
  timeIncrement: "1" | "all_days" | null;
  /** The job fails when a part of it fails; otherwise it ends with a warning. */
  required: boolean;
  /** How people read it in the thread. */
  label: string;
}

const insightsMetrics = [
  "account_id",
  "account_currency",
  "date_start",
  "date_stop",
  "spend",
  "impressions",
  "clicks",
  "inline_link_clicks",
  "reach",
  "frequency",
  "actions",
  "action_values",
] as const;

const campaignNames = ["campaign_id", "campaign_name", "objective"] as const;

const insights = { kind: "insights", edge: "insights", volatile: [] } as const;
const entity = { phase: 2, kind: "edge", level: null, timeIncrement: null, required: false } as const;

export const streams: Record<StreamName, Stream> = {
  account: {
    phase: 1,
    kind: "node",
    edge: "",
    table: "ad_accounts",
    fields: [
      "id",
      "account_id",
      "name",
      "account_status",
      "currency",
      "timezone_name",
      "timezone_offset_hours_utc",
      "business_country_code",
      "created_time",
      "amount_spent",
      "balance",
      "spend_cap",
    ],
    volatile: ["amount_spent", "balance", "timezone_offset_hours_utc"],
    pageSize: 1,
    level: null,
    timeIncrement: null,
    required: true,
    label: "Account",
  },
  totals: {
    ...insights,
    phase: 2,
    table: "insights_daily",
    fields: insightsMetrics,
    pageSize: 500,
    level: "account",
    timeIncrement: "1",
    required: true,
    label: "Totals",
  },
  reach: {
    ...insights,
    phase: 2,
    table: "insights_period",
    fields: insightsMetrics,
    pageSize: 25,
    level: "account",
    timeIncrement: "all_days",
    required: false,
    label: "Reach",
  },
  campaign_totals: {
    ...insights,
    phase: 2,
    table: "insights_period",
    fields: [...insightsMetrics, ...campaignNames],
    pageSize: 500,
    level: "campaign",
    timeIncrement: "all_days",
    required: false,
    label: "Campaign totals",
  },
  campaigns: {
    ...entity,
    edge: "campaigns",
    table: "campaigns",
    fields: [
      "id",
      "account_id",
      "name",
      "objective",
      "buying_type",
      "status",
      "configured_status",
      "effective_status",
      "bid_strategy",
      "daily_budget",
      "lifetime_budget",
      "budget_remaining",
      "spend_cap",
      "start_time",
      "stop_time",
      "created_time",
      "updated_time",
    ],
    volatile: ["budget_remaining"],
    pageSize: 500,
    label: "Campaigns",
  },
  ad_sets: {
    ...entity,
    edge: "adsets",
    table: "ad_sets",
    fields: [
      "id",
      "account_id",
      "campaign_id",
      "name",
      "status",
      "configured_status",
      "effective_status",
      "optimization_goal",
      "billing_event",
      "bid_strategy",
      "bid_amount",
      "daily_budget",
      "lifetime_budget",
      "budget_remaining",
      "destination_type",
      "start_time",
      "end_time",
      "created_time",
      "updated_time",
    ],
    volatile: ["budget_remaining"],
    pageSize: 500,
    label: "Ad sets",
  },
  ads: {
    ...entity,
    edge: "ads",
    table: "ads",
    fields: [
      "id",
      "account_id",
      "campaign_id",
      "adset_id",
      "name",
      "status",
      "configured_status",
      "effective_status",
      "creative{id}",
      "created_time",
      "updated_time",
    ],
    volatile: [],
    pageSize: 500,
    label: "Ads",
  },
  creatives: {
    ...entity,
    edge: "adcreatives",
    table: "creatives",
    fields: [
      "id",
      "account_id",
      "name",
      "title",
      "body",
      "status",
      "object_type",
      "call_to_action_type",
      "link_url",
      "url_tags",
      "image_hash",
      "image_url",
      "thumbnail_url",
      "video_id",
      "effective_object_story_id",
    ],
    // Meta signs these addresses anew at each read.
    volatile: ["image_url", "thumbnail_url"],
    pageSize: 250,
    label: "Creatives",
  },
  insights: {
    ...insights,
    phase: 3,
    table: "insights_daily",
    fields: [
      ...insightsMetrics,
      ...campaignNames,
      "adset_id",
      "adset_name",
      "ad_id",
      "ad_name",
      "optimization_goal",
      "attribution_setting",
    ],
    pageSize: 500,
    level: null,
    timeIncrement: "1",
    required: true,
    label: "Insights",
  },
  proof: {
    ...insights,
    phase: 4,
    table: "insights_daily",
    fields: insightsMetrics,
    pageSize: 500,
    level: "account",
    timeIncrement: "1",
    required: false,
    label: "Proof",
  },
};

/** The statuses asked for on entity edges: without them Meta hides archived objects; deleted ones are never listed. */
export const listedStatuses: Record<"campaigns" | "adsets" | "ads", readonly string[]> = {
  campaigns: ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"],
  adsets: ["ACTIVE", "PAUSED", "CAMPAIGN_PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"],
  ads: [
    "ACTIVE",
    "PAUSED",
    "CAMPAIGN_PAUSED",
    "ADSET_PAUSED",
    "ARCHIVED",
    "IN_PROCESS",
    "WITH_ISSUES",
    "DISAPPROVED",
    "PENDING_REVIEW",
    "PREAPPROVED",
    "PENDING_BILLING_INFO",
  ],
};

export const lastPhase = 4;
