/** Meta's documented quotas of both access tiers, as data, and what of them a test or admin may change. */
import { z } from "zod";
import type { TokenRow } from "../tokens.ts";

export type Tier = TokenRow["tier"];

/**
 * The five quotas a call may run into: the ad account's score (17 or 613), its hour of insights (80000), its hour of
 * everything else (80004), the insights capacity of the whole app (4/1504022), and the app's hour (4).
 */
export const QUOTAS = ["score", "insights", "management", "app_insights", "app"] as const;
export type Quota = (typeof QUOTAS)[number];

export const APP_QUOTAS: ReadonlySet<Quota> = new Set<Quota>(["app_insights", "app"]);
export const HOUR_MS = 3_600_000;
/** The score, and here also the app's insights capacity, is forgotten evenly over this time. */
export const DECAY_MS = 300_000;
/** Meta's documentation names it "backend capacity" and gives no figure: this one is an estimate. */
const APP_INSIGHTS_CAPACITY = 20_000;
/** Meta's advice is to pause for one to five minutes; an estimate as well. */
const APP_INSIGHTS_BLOCK_MS = 60_000;
/** 200 calls an hour for each of the app's users; 1,000 users are assumed. */
const APP_CALLS_PER_HOUR = 200 * 1_000;

interface TierQuota {
  score: number;
  blockMs: number;
  insightsPerHour: number;
  managementPerHour: number;
}

/** Source: Meta's "Rate limiting" pages of Graph API and Marketing API (Limited and Full access). */
const TIERS: Record<Tier, TierQuota> = {
  development_access: { score: 60, blockMs: 300_000, insightsPerHour: 600, managementPerHour: 300 },
  standard_access: { score: 9_000, blockMs: 60_000, insightsPerHour: 190_000, managementPerHour: 100_000 },
};
const INSIGHTS_PER_ACTIVE_AD = 400;
const MANAGEMENT_PER_ACTIVE_AD = 40;
const PER_USER_ERROR = 0.001;

const tier = z.enum(["development_access", "standard_access"]);
const factor = z.number().positive();
const percent = z.number().min(0).max(100);

export const limitChange = z.strictObject({
  /** Multiplies a quota: `{score: 0.002}` leaves 18 of the Full tier's 9,000 points. */
  scale: z.partialRecord(z.enum(QUOTAS), factor).optional(),
  /** Tier by account (`act_…`), before the token's; null takes the wish back. */
  tiers: z.record(z.string().regex(/^act_\d+$/), tier.nullable()).optional(),
  /** What a spent score is called: 17/2446079 or 613/1487742. Meta uses both. */
  scoreCode: z.union([z.literal(17), z.literal(613)]).optional(),
  /** An hour's total_time and total_cputime against its call_count; the highest of the three decides. */
  timeWeight: z.number().min(0).optional(),
  cpuWeight: z.number().min(0).optional(),
  /** So many answers of a hundred carry no usage headers at all. */
  headersMissingPercent: percent.optional(),
});
export type LimitChange = z.input<typeof limitChange>;

export interface LimitSettings {
  scale: Record<Quota, number>;
  tiers: Record<string, Tier>;
  scoreCode: 17 | 613;
  timeWeight: number;
  cpuWeight: number;
  headersMissingPercent: number;
}

export const DEFAULT_LIMITS: LimitSettings = {
  scale: { score: 1, insights: 1, management: 1, app_insights: 1, app: 1 },
  tiers: {},
  scoreCode: 17,
  timeWeight: 1,
  cpuWeight: 1,
  headersMissingPercent: 0,
};

/** The settings after a change; throws a ZodError for a malformed one. */
export function changeLimits(settings: LimitSettings, input: LimitChange): LimitSettings {
  const { scale, tiers, ...rest } = limitChange.parse(input);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const merged: Record<string, Tier | null> = { ...settings.tiers, ...tiers };
  const kept = Object.entries(merged).filter((entry): entry is [string, Tier] => entry[1] !== null);
  return { ...settings, ...given, scale: { ...settings.scale, ...scale }, tiers: Object.fromEntries(kept) };
}

/** What a quota depends on besides the settings. */
export interface QuotaBasis {
  tier: Tier;
  activeAds: number;
  userErrors: number;
}

/** Calls (or points) that a quota allows, at least 1. */
export function sizeOf(quota: Quota, { tier: of, activeAds, userErrors }: QuotaBasis, scale: number): number {
  const base = TIERS[of];
  const full: Record<Quota, number> = {
    score: base.score,
    insights: base.insightsPerHour + INSIGHTS_PER_ACTIVE_AD * activeAds - PER_USER_ERROR * userErrors,
    management: base.managementPerHour + MANAGEMENT_PER_ACTIVE_AD * activeAds,
    app_insights: APP_INSIGHTS_CAPACITY,
    app: APP_CALLS_PER_HOUR,
  };
  return Math.max(1, full[quota] * scale);
}

/** How long a spent quota blocks at least; 0 for those that block to the end of their hour. */
export function blockMsOf(quota: Quota, of: Tier): number {
  if (quota === "score") return TIERS[of].blockMs;
  return quota === "app_insights" ? APP_INSIGHTS_BLOCK_MS : 0;
}
