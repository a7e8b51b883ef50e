/**
 * Meta's quotas of an ad account as data, and what a number of calls means against them. Pure.
 * Source: developers.facebook.com, "Rate limiting" of the Marketing API (score) and of the Graph API (business use cases).
 */

export type Tier = "limited" | "full";

interface TierQuota {
  /** Points that may be in use at once; a read costs one. */
  score: number;
  /** How long Meta blocks when they are spent. */
  blockSeconds: number;
  /** Calls an hour without any active ad. */
  insightsPerHour: number;
  managementPerHour: number;
}

const tiers: Record<Tier, TierQuota> = {
  limited: { score: 60, blockSeconds: 300, insightsPerHour: 600, managementPerHour: 300 },
  full: { score: 9000, blockSeconds: 60, insightsPerHour: 190_000, managementPerHour: 100_000 },
};
const insightsPerActiveAd = 400;
const managementPerActiveAd = 40;
/** A point is free again after this. */
const decaySeconds = 300;
const hourSeconds = 3600;
/** Of a quota: the pace stops short of its end (pace.ts). */
const usableShare = 0.95;

/** By `ads_api_access_tier` of the usage headers; limited if they don't say. */
export function tierOf(header: string | null): Tier {
  return header === "standard_access" ? "full" : "limited";
}

/** What is counted against the quotas. */
export interface Load {
  /** Calls on insights and reports, looks at reports in the making included. */
  insightsCalls: number;
  /** All other calls of the account. */
  managementCalls: number;
}

export interface Quotas {
  tier: Tier;
  activeAds: number;
}

/** Each quota as calls an hour, and what of it the load needs. */
function hourly(load: Load, { tier, activeAds }: Quotas): { calls: number; perHour: number }[] {
  const quota = tiers[tier];
  return [
    { calls: load.insightsCalls + load.managementCalls, perHour: (quota.score * hourSeconds) / decaySeconds },
    { calls: load.insightsCalls, perHour: quota.insightsPerHour + insightsPerActiveAd * activeAds },
    { calls: load.managementCalls, perHour: quota.managementPerHour + managementPerActiveAd * activeAds },
  ];
}

/** Per cent of an hour's calls that the load needs, by the quota that it fills most; above 100 it takes hours. */
export function percentOfHour(load: Load, quotas: Quotas): number {
  return Math.max(...hourly(load, quotas).map(({ calls, perHour }) => (100 * calls) / perHour));
}

/** Seconds of waiting that the quotas force; `usedPercent` of the score is in use already. */
export function waitSeconds(load: Load, quotas: Quotas, usedPercent: number): number {
  const { score, blockSeconds } = tiers[quotas.tier];
  const usable = score * usableShare;
  const points = load.insightsCalls + load.managementCalls;
  const free = Math.max(0, usable - (score * usedPercent) / 100);
  const overScore = (Math.max(0, points - free) / usable) * decaySeconds;
  const overHours = hourly(load, quotas).map(({ calls, perHour }) => {
    const usableCalls = perHour * usableShare;
    return (Math.max(0, calls - usableCalls) / usableCalls) * hourSeconds;
  });
  const seconds = Math.max(overScore, ...overHours);
  return Math.ceil(seconds / blockSeconds) * blockSeconds;
}
