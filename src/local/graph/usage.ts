/** Meta's usage headers, from the quotas that really count: on successes and on errors alike. */
import type { Charge, Limits, Share } from "./limits/limits.ts";
import type { Tier } from "./limits/quotas.ts";

/** A call as the headers see it. */
export interface UsageQuestion extends Omit<Charge, "points"> {
  /** The business that holds the account: its own entry in the use-case header. */
  business: string | null;
  /** Minutes that an error given by rule names, in place of the computed ones. */
  regainMinutes: number | undefined;
}

/** Header names and values for one answer; the account's only when the call belongs to one. */
export function usageHeaders(limits: Limits, question: UsageQuestion): Record<string, string> {
  const { account, isInsights, atMs } = question;
  const app = whole(limits.share("app", question).percent);
  const headers: Record<string, string> = {
    "x-app-usage": JSON.stringify({ call_count: app, total_time: app, total_cputime: app }),
  };
  if (account === null) return headers;
  const tier = limits.tierOf(account, question.tier);
  const score = limits.share("score", question);
  headers["x-ad-account-usage"] = JSON.stringify({
    acc_id_util_pct: twoDigits(score.percent),
    reset_time_duration: Math.ceil(((score.blockedUntilMs ?? score.emptyAtMs) - atMs) / 1_000),
    ads_api_access_tier: tier,
  });
  headers["x-business-use-case-usage"] = JSON.stringify(useCases(limits, question, tier));
  if (isInsights) {
    headers["x-fb-ads-insights-throttle"] = JSON.stringify({
      app_id_util_pct: twoDigits(limits.share("app_insights", question).percent),
      acc_id_util_pct: twoDigits(score.percent),
      ads_api_access_tier: tier,
    });
  }
  return headers;
}

/**
 * Several ids and several items, as on the wire: under the account every use case with calls in its hour, and under
 * its business what the app uses there besides. A client has to read them all.
 */
function useCases(limits: Limits, question: UsageQuestion, tier: Tier): Record<string, unknown[]> {
  const account = question.account ?? "";
  const own = question.isInsights ? "insights" : "management";
  const items = (["insights", "management"] as const)
    .filter((quota) => quota === own || limits.isUsed(quota, account, question.atMs))
    .map((quota) => {
      const share = limits.share(quota, question);
      const named = quota === own ? question.regainMinutes : undefined;
      const { timeWeight, cpuWeight } = limits.settings;
      const heaviest = Math.max(1, timeWeight, cpuWeight);
      const used = named === undefined ? share.percent : Math.max(100, share.percent);
      return {
        type: `ads_${quota}`,
        call_count: whole(used / heaviest),
        total_cputime: whole((used / heaviest) * cpuWeight),
        total_time: whole((used / heaviest) * timeWeight),
        estimated_time_to_regain_access: named ?? minutesLeft(share, question.atMs),
        ads_api_access_tier: tier,
      };
    });
  const idle = { type: "custom_audience", call_count: 0, total_cputime: 0, total_time: 0 };
  const business = { ...idle, estimated_time_to_regain_access: 0, ads_api_access_tier: tier };
  return {
    [account.replace(/^act_/, "")]: items,
    ...(question.business === null ? {} : { [question.business]: [business] }),
  };
}

/** Unlike all other times in these headers, this one is in minutes. */
function minutesLeft({ blockedUntilMs }: Share, nowMs: number): number {
  return blockedUntilMs === null ? 0 : Math.ceil((blockedUntilMs - nowMs) / 60_000);
}

function whole(percent: number): number {
  return Math.round(percent);
}

function twoDigits(percent: number): number {
  return Math.round(percent * 100) / 100;
}
