import { describe, expect, it } from "vitest";
import { readUsage } from "#src/meta/usage.ts";

const none = {
  maxPercent: null,
  appPercent: null,
  accountPercent: null,
  accountStopPercent: null,
  regainSeconds: null,
  tier: null,
  reachThrottled: false,
};

function headersOf(values: Record<string, unknown>): Headers {
  return new Headers(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
}

describe("readUsage", () => {
  it("knows nothing without headers", () => {
    expect(readUsage(new Headers())).toEqual(none);
  });

  it("reads the app's header", () => {
    const headers = headersOf({ "X-App-Usage": { call_count: 28, total_time: 25, total_cputime: 31 } });
    expect(readUsage(headers)).toEqual({ ...none, maxPercent: 31, appPercent: 31 });
  });

  it("takes the ad account's reset time as seconds", () => {
    const headers = headersOf({
      "X-Ad-Account-Usage": { acc_id_util_pct: 9.67, reset_time_duration: 100, ads_api_access_tier: "standard_access" },
    });
    expect(readUsage(headers)).toEqual({
      ...none,
      maxPercent: 9.67,
      accountPercent: 9.67,
      accountStopPercent: 9.67,
      regainSeconds: 100,
      tier: "standard_access",
    });
  });

  it("takes the regain time of use cases as minutes, over all ids and all items", () => {
    const item = { type: "ads_insights", call_count: 2, total_cputime: 0, total_time: 0 };
    const headers = headersOf({
      "X-Business-Use-Case-Usage": {
        "1569761797025413": [
          { ...item, estimated_time_to_regain_access: 0, ads_api_access_tier: "development_access" },
          { ...item, type: "ads_management", total_time: 118, estimated_time_to_regain_access: 3 },
        ],
        "590116236451029": [{ ...item, call_count: 60, estimated_time_to_regain_access: 47 }],
      },
    });
    expect(readUsage(headers)).toEqual({
      ...none,
      maxPercent: 118,
      accountPercent: 118,
      accountStopPercent: 118,
      regainSeconds: 47 * 60,
      tier: "development_access",
    });
  });

  it("keeps the app's and the account's share of the insights header apart", () => {
    const headers = headersOf({ "X-FB-Ads-Insights-Throttle": { app_id_util_pct: 100, acc_id_util_pct: 10 } });
    expect(readUsage(headers)).toMatchObject({ maxPercent: 100, appPercent: 100, accountPercent: 10 });
  });

  it("notices that reach is left out", () => {
    expect(readUsage(new Headers({ "x-Fb-Ads-Insights-Reach-Throttle": "{}" })).reachThrottled).toBe(true);
  });

  it("takes a header that can't be read as absent", () => {
    const headers = new Headers({
      "x-app-usage": "{cut",
      "x-ad-account-usage": "[]",
      "x-business-use-case-usage": "7",
    });
    expect(readUsage(headers)).toEqual(none);
  });
});
