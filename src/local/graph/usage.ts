/** Meta's usage headers, with true counts of what was served; nothing is throttled by them yet. */
import type { CallInfo, CallLog } from "./call-log.ts";
import type { AccountModel } from "./seed/model.ts";
import type { TokenRow } from "./tokens.ts";

type Tier = TokenRow["tier"];

const HOUR_MS = 3_600_000;
const SCORE_WINDOW_MS = 300_000;
/** Reads score one point each; the score decays over 300 s (reference: quotas). */
const SCORE_LIMIT: Record<Tier, number> = { development_access: 60, standard_access: 9_000 };
const INSIGHTS_BASE: Record<Tier, number> = { development_access: 600, standard_access: 190_000 };
const MANAGEMENT_BASE: Record<Tier, number> = { development_access: 300, standard_access: 100_000 };
/** The platform limit is 200 calls an hour per user of the app; an app with 1,000 users is assumed. */
const APP_CALLS_PER_HOUR = 200 * 1_000;

/** Header names and values for one answer; the account's only when the call names one. */
export function usageHeaders(
  calls: CallLog,
  info: CallInfo,
  account: AccountModel | undefined,
  tier: Tier,
): Record<string, string> {
  const appPercent = percent(calls.count(info.atMs, HOUR_MS), APP_CALLS_PER_HOUR);
  const whole = Math.round(appPercent);
  const headers: Record<string, string> = {
    "x-app-usage": JSON.stringify({ call_count: whole, total_time: whole, total_cputime: whole }),
  };
  if (account === undefined) return headers;
  const { accountId } = account.spec;
  const isInsights = info.path.endsWith("/insights");
  const score = percent(calls.count(info.atMs, SCORE_WINDOW_MS, { account: `act_${accountId}` }), SCORE_LIMIT[tier]);
  headers["x-ad-account-usage"] = JSON.stringify({
    acc_id_util_pct: score,
    reset_time_duration: tier === "standard_access" ? 60 : 300,
    ads_api_access_tier: tier,
  });
  const served = calls.count(info.atMs, HOUR_MS, { account: `act_${accountId}`, insights: isInsights });
  headers["x-business-use-case-usage"] = businessUsage(account, tier, isInsights, served);
  if (isInsights) {
    headers["x-fb-ads-insights-throttle"] = JSON.stringify({
      app_id_util_pct: appPercent,
      acc_id_util_pct: score,
      ads_api_access_tier: tier,
    });
  }
  return headers;
}

function businessUsage(account: AccountModel, tier: Tier, isInsights: boolean, served: number): string {
  const activeAds = account.ads.filter((ad) => ad.effectiveStatus === "ACTIVE").length;
  const limit = isInsights ? INSIGHTS_BASE[tier] + 400 * activeAds : MANAGEMENT_BASE[tier] + 40 * activeAds;
  const share = Math.round(percent(served, limit));
  return JSON.stringify({
    [account.spec.accountId]: [
      {
        type: isInsights ? "ads_insights" : "ads_management",
        call_count: share,
        total_cputime: share,
        total_time: share,
        estimated_time_to_regain_access: 0,
        ads_api_access_tier: tier,
      },
    ],
  });
}

/** In per cent, two decimals. */
function percent(count: number, limit: number): number {
  return Math.round((count / limit) * 10_000) / 100;
}
