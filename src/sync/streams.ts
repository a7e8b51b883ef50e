/**
 * The catalogue of what is read from Meta, as data: a new stream is a new row here and a table.
 * Field names and edges: Graph API v26.0. Nothing here fetches.
 */
import { accountFields, adFields, adSetFields, campaignFields, creativeFields } from "./entity-fields.ts";
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
  "deleted",
  "breakdowns",
  "breakdown_totals",
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
  /** Where it is first read: 1 account, 2 totals and entities, 3 insights, 4 proof. */
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
  /** Each job reads it, so it has a line from the beginning; others get theirs when they are planned. */
  always: boolean;
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

const levelNames = [...campaignNames, "adset_id", "adset_name", "ad_id", "ad_name"] as const;

const insights = { kind: "insights", edge: "insights", volatile: [], always: true } as const;
const entity = { phase: 2, kind: "edge", level: null, timeIncrement: null, required: false, always: true } as const;

export const streams: Record<StreamName, Stream> = {
  account: {
    phase: 1,
    kind: "node",
    edge: "",
    table: "ad_accounts",
    fields: accountFields,
    volatile: ["amount_spent", "balance", "timezone_offset_hours_utc"],
    pageSize: 1,
    level: null,
    timeIncrement: null,
    required: true,
    always: true,
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
    fields: campaignFields,
    volatile: ["budget_remaining"],
    pageSize: 500,
    label: "Campaigns",
  },
  ad_sets: {
    ...entity,
    edge: "adsets",
    table: "ad_sets",
    fields: adSetFields,
    volatile: ["budget_remaining"],
    pageSize: 500,
    label: "Ad sets",
  },
  ads: {
    ...entity,
    edge: "ads",
    table: "ads",
    fields: adFields,
    volatile: ["preview_shareable_link"],
    pageSize: 500,
    label: "Ads",
  },
  creatives: {
    ...entity,
    edge: "adcreatives",
    table: "creatives",
    fields: creativeFields,
    // Meta signs these addresses anew at each read.
    volatile: ["image_url", "thumbnail_url"],
    pageSize: 250,
    label: "Creatives",
  },
  insights: {
    ...insights,
    phase: 3,
    table: "insights_daily",
    fields: [...insightsMetrics, ...levelNames, "optimization_goal", "attribution_setting"],
    pageSize: 500,
    level: null,
    timeIncrement: "1",
    required: true,
    label: "Insights",
  },
  deleted: {
    ...insights,
    phase: 3,
    table: "insights_daily",
    fields: [...insightsMetrics, ...levelNames, "optimization_goal", "attribution_setting"],
    pageSize: 500,
    level: null,
    timeIncrement: "1",
    required: false,
    always: false,
    label: "Insights of deleted objects",
  },
  breakdowns: {
    ...insights,
    phase: 3,
    table: "insights_daily",
    fields: [...insightsMetrics, ...levelNames],
    pageSize: 500,
    level: null,
    timeIncrement: "1",
    required: true,
    always: false,
    label: "Breakdowns",
  },
  breakdown_totals: {
    ...insights,
    phase: 3,
    table: "insights_daily",
    fields: insightsMetrics,
    pageSize: 500,
    level: "account",
    timeIncrement: "1",
    required: false,
    always: false,
    label: "Breakdown totals",
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

/** Left out of lean parts: de-duplicated over people, slow, and not kept as long as the rest. */
export const uniqueFields: ReadonlySet<string> = new Set(["reach", "frequency"]);

/** Phase 5 reads again what the proof found to differ; most jobs have nothing in it. */
export const lastPhase = 5;
