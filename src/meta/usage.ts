/** Reads what Meta's usage headers say about how much of a quota is gone. Pure; every answer carries some, errors too. */
import { z } from "zod";

export interface Usage {
  /** The highest of all percentages; may be above 100. Null when no header was there. */
  maxPercent: number | null;
  /** Of the quota that all accounts of the app share. */
  appPercent: number | null;
  /** Of the quotas of single ad accounts, the highest. */
  accountPercent: number | null;
  /**
   * The same as a reason to stop: the insights header's own share counts only as far as its app's, because it was seen to
   * stick at 100 long after the load.
   */
  accountStopPercent: number | null;
  /** The longest wait that Meta names until quota is back; says nothing by itself about being blocked. */
  regainSeconds: number | null;
  /** `development_access` (limited) or `standard_access` (full). */
  tier: string | null;
  /** Meta leaves reach out of breakdown rows older than 13 months, without an error. */
  reachThrottled: boolean;
}

interface Readings {
  app: number[];
  account: number[];
  stop: number[];
  regain: number[];
  tiers: string[];
}

const secondsPerMinute = 60;
const percent = z.coerce.number().optional().catch(undefined);
const tier = z.string().optional().catch(undefined);

const countsSchema = z.object({ call_count: percent, total_time: percent, total_cputime: percent });
const adAccountSchema = z.object({ acc_id_util_pct: percent, reset_time_duration: percent, ads_api_access_tier: tier });
const insightsSchema = z.object({ app_id_util_pct: percent, acc_id_util_pct: percent, ads_api_access_tier: tier });
const useCaseSchema = countsSchema.extend({ estimated_time_to_regain_access: percent, ads_api_access_tier: tier });
/** Business or ad account id → one item per use case. Any number of both. */
const useCasesSchema = z.record(z.string(), z.array(useCaseSchema));

/** A usage header that can't be read must not cost the page it came with, so it counts as absent. */
function readHeader<T>(headers: Headers, name: string, schema: z.ZodType<T>): T | null {
  const text = headers.get(name);
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function add<T>(list: T[], ...values: (T | undefined)[]): void {
  for (const value of values) if (value !== undefined) list.push(value);
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function readUseCases(headers: Headers, into: Readings): void {
  const useCases = readHeader(headers, "x-business-use-case-usage", useCasesSchema) ?? {};
  for (const item of Object.values(useCases).flat()) {
    add(into.account, item.call_count, item.total_time, item.total_cputime);
    add(into.stop, item.call_count, item.total_time, item.total_cputime);
    add(into.tiers, item.ads_api_access_tier);
    // This one header counts in minutes, the others in seconds.
    add(into.regain, (item.estimated_time_to_regain_access ?? 0) * secondsPerMinute);
  }
}

/**
 * Reads X-App-Usage, X-Ad-Account-Usage, X-Business-Use-Case-Usage (all ids, all items) and X-FB-Ads-Insights-Throttle.
 * Source: https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
export function readUsage(headers: Headers): Usage {
  const readings: Readings = { app: [], account: [], stop: [], regain: [], tiers: [] };
  const app = readHeader(headers, "x-app-usage", countsSchema);
  const adAccount = readHeader(headers, "x-ad-account-usage", adAccountSchema);
  const insights = readHeader(headers, "x-fb-ads-insights-throttle", insightsSchema);
  add(readings.app, app?.call_count, app?.total_time, app?.total_cputime, insights?.app_id_util_pct);
  add(readings.account, adAccount?.acc_id_util_pct, insights?.acc_id_util_pct);
  add(readings.stop, adAccount?.acc_id_util_pct);
  if (insights?.acc_id_util_pct !== undefined && insights.app_id_util_pct !== undefined) {
    add(readings.stop, Math.min(insights.acc_id_util_pct, insights.app_id_util_pct));
  }
  add(readings.regain, adAccount?.reset_time_duration);
  add(readings.tiers, adAccount?.ads_api_access_tier, insights?.ads_api_access_tier);
  readUseCases(headers, readings);
  return {
    maxPercent: highest([...readings.app, ...readings.account]),
    appPercent: highest(readings.app),
    accountPercent: highest(readings.account),
    accountStopPercent: highest(readings.stop),
    regainSeconds: highest(readings.regain.filter((seconds) => seconds > 0)),
    tier: readings.tiers[0] ?? null,
    reachThrottled: headers.has("x-fb-ads-insights-reach-throttle"),
  };
}
