import { describe, expect, test } from "vitest";
import { PRESET_NAMES } from "#src/local/graph/insights/presets.ts";
import { openGraph, type Row, sumMinor } from "./graph-client.ts";

const ACME = "act_2026110001";
const TOKYO = "act_2026110002";
const BOLT = "act_2026110004";
const WEEK = { since: "2026-11-05", until: "2026-11-11" };
const COUNTS = "impressions,clicks,spend,inline_link_clicks";

describe("sums", () => {
  test("agree exactly over ads (deleted ones too), ad sets, campaigns, account, and over days", async () => {
    const { listAll } = openGraph();
    for (const [account, digits] of [
      [ACME, 2],
      [TOKYO, 0],
      ["act_2026110005", 2],
    ] as const) {
      const read = (level: string, more = {}) =>
        listAll(`/${account}/insights`, { level, time_range: WEEK, fields: COUNTS, limit: 200, ...more });
      const filtering = [{ field: "ad.effective_status", operator: "NOT_IN", value: ["NONE"] }];
      const byAdWithDeleted = await read("ad", { time_increment: 1, filtering });
      const sides = [
        await read("account"),
        await read("account", { time_increment: 1 }),
        await read("campaign"),
        await read("adset", { time_increment: 3 }),
        byAdWithDeleted,
      ];
      for (const column of COUNTS.split(",")) {
        const places = column === "spend" ? digits : 0;
        expect(new Set(sides.map((rows) => sumMinor(rows, column, places))).size, `${account} ${column}`).toBe(1);
      }
      const listed = await read("ad", { time_increment: 1 });
      expect(sumMinor(listed, "spend", digits)).toBeLessThan(sumMinor(byAdWithDeleted, "spend", digits));
    }
  });

  test("of reach don't: the whole is less than its parts, never less than one of them", async () => {
    const { listAll } = openGraph();
    const read = (more: object) =>
      listAll(`/${ACME}/insights`, { time_range: WEEK, fields: "reach,impressions,frequency", limit: 500, ...more });
    const [whole] = await read({});
    for (const more of [{ time_increment: 1 }, { level: "ad" }, { level: "campaign" }]) {
      const parts = (await read(more)).map((row) => Number(row["reach"]));
      expect(Number(whole?.["reach"])).toBeLessThan(parts.reduce((sum, reach) => sum + reach, 0));
      expect(Number(whole?.["reach"])).toBeGreaterThan(Math.max(...parts));
    }
    expect(Number(whole?.["reach"])).toBeLessThan(Number(whole?.["impressions"]));
  });
});

describe("rows", () => {
  test("are made of decimal strings that follow from each other, and overlapping action types", async () => {
    const { listAll } = openGraph();
    const fields =
      "spend,impressions,clicks,ctr,cpc,cpm,actions,action_values,purchase_roas,cost_per_action_type,objective,attribution_setting,account_currency";
    const rows = await listAll(`/${ACME}/insights`, { level: "campaign", time_range: WEEK, fields });
    const row = rows.find((one) => one["objective"] === "OUTCOME_SALES") ?? {};
    const spend = Number(row["spend"]);
    expect(Number(row["cpc"])).toBeCloseTo(spend / Number(row["clicks"]), 5);
    expect(Number(row["cpm"])).toBeCloseTo((spend / Number(row["impressions"])) * 1_000, 5);
    expect(Number(row["ctr"])).toBeCloseTo((Number(row["clicks"]) / Number(row["impressions"])) * 100, 5);
    const purchases = ["purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"].map((type) =>
      valueOf(row, "actions", type),
    );
    expect(Number(purchases[0])).toBeGreaterThan(0);
    expect(new Set(purchases).size).toBe(1);
    const value = Number(valueOf(row, "action_values", "omni_purchase"));
    expect(Number(valueOf(row, "purchase_roas", "omni_purchase"))).toBeCloseTo(value / spend, 5);
    expect(Number(valueOf(row, "cost_per_action_type", "purchase"))).toBeCloseTo(spend / Number(purchases[0]), 5);
    expect(row["attribution_setting"]).toMatch(/^(7d_click_1d_view|1d_click|mixed)$/);
    const awareness = rows.find((one) => one["objective"] === "OUTCOME_AWARENESS");
    expect(awareness).not.toHaveProperty("purchase_roas");
  });

  test("write yen without decimals", async () => {
    const { listAll } = openGraph();
    const rows = await listAll(`/${TOKYO}/insights`, {
      level: "ad",
      time_range: WEEK,
      time_increment: 1,
      limit: 100,
      fields: "spend,account_currency",
    });
    expect(rows.length).toBeGreaterThan(100);
    for (const row of rows)
      expect(row).toMatchObject({ account_currency: "JPY", spend: expect.stringMatching(/^[1-9]\d*$/) });
  });

  test("are the same whenever and wherever they are made, and others for another seed", async () => {
    const ask = { level: "ad", time_range: WEEK, time_increment: 1, fields: `ad_id,${COUNTS},actions`, limit: 1_000 };
    const first = await openGraph().list(`/${BOLT}/insights`, ask);
    expect(first.data).toHaveLength(1_000);
    expect(await openGraph({ offThread: false }).list(`/${BOLT}/insights`, ask)).toEqual(first);
    expect(await openGraph({ seed: 2 }).list(`/${BOLT}/insights`, ask)).not.toEqual(first);
  });

  test("have only what was asked, dates always, and ids, impressions and spend when nothing was", async () => {
    const { list } = openGraph();
    const asked =
      (await list(`/${ACME}/insights`, { level: "ad", fields: "ad_name,wish_bid", limit: 1 })).data[0] ?? {};
    expect(Object.keys(asked).sort()).toEqual(["ad_name", "date_start", "date_stop"]);
    const bare = (await list(`/${ACME}/insights`, { level: "adset", limit: 1 })).data[0] ?? {};
    expect(Object.keys(bare)).toEqual([
      "account_id",
      "campaign_id",
      "adset_id",
      "impressions",
      "spend",
      "date_start",
      "date_stop",
    ]);
  });

  test("exist for campaigns, ad sets and ads by their own id, deleted ads too", async () => {
    const { list, listAll } = openGraph();
    const filtering = [{ field: "ad.effective_status", operator: "IN", value: ["DELETED"] }];
    const ask = { level: "ad", time_range: WEEK, fields: "ad_id,campaign_id,spend" };
    const deleted = (await listAll(`/${ACME}/insights`, { ...ask, filtering }))[0];
    expect(
      (await list(`/${String(deleted?.["ad_id"])}/insights`, { time_range: WEEK, fields: "ad_id,campaign_id,spend" }))
        .data,
    ).toEqual([deleted]);
    const campaign = String(deleted?.["campaign_id"]);
    const below = await listAll(`/${campaign}/insights`, ask);
    expect(below.length).toBeGreaterThan(1);
    expect(below.map((row) => row["ad_id"])).not.toContain(deleted?.["ad_id"]);
    const total = (await list(`/${campaign}/insights`, { time_range: WEEK, fields: "spend" })).data;
    expect(sumMinor(total, "spend", 2)).toBe(sumMinor([...below, deleted ?? {}], "spend", 2));
  });
});

describe("time", () => {
  test("today is the account's: Tokyo has begun a day that Los Angeles hasn't", async () => {
    // 2026-11-15T20:30Z: Monday 05:30 in Tokyo, Sunday 12:30 in Los Angeles.
    const { list, clock } = openGraph();
    await clock.advance(8 * 3_600_000);
    const today = async (account: string) =>
      (await list(`/${account}/insights`, { date_preset: "today" })).data[0]?.["date_start"];
    expect([await today(TOKYO), await today(BOLT)]).toEqual(["2026-11-16", "2026-11-15"]);
  });

  test("today grows by the hour and is empty in its first; yesterday stands still", async () => {
    const { list, clock } = openGraph();
    const impressions = async (preset: string) =>
      Number(
        (await list(`/${ACME}/insights`, { date_preset: preset, fields: "impressions" })).data[0]?.["impressions"] ?? 0,
      );
    const atNoon = await impressions("today");
    const yesterday = await impressions("yesterday");
    await clock.advance(5 * 3_600_000);
    expect(await impressions("today")).toBeGreaterThan(atNoon);
    expect(await impressions("yesterday")).toBe(yesterday);
    await clock.advance(5 * 3_600_000);
    // 23:30 in Berlin; an hour on it is half past midnight.
    await clock.advance(3_600_000);
    expect(await list(`/${ACME}/insights`, { date_preset: "today" })).toEqual({ data: [] });
    expect(await impressions("yesterday")).toBeGreaterThan(atNoon);
  });

  test("is cut by increments, by months, or not at all; the future is clipped", async () => {
    const { listAll } = openGraph();
    const spans = async (params: object) =>
      (await listAll(`/${ACME}/insights`, { fields: "spend", ...params })).map(
        (row) => `${String(row["date_start"])}..${String(row["date_stop"])}`,
      );
    const time_range = { since: "2026-10-25", until: "2026-12-31" };
    expect(await spans({ time_range })).toEqual(["2026-10-25..2026-11-15"]);
    expect(await spans({ time_range, time_increment: "all_days" })).toEqual(["2026-10-25..2026-11-15"]);
    expect(await spans({ time_range, time_increment: "monthly" })).toEqual([
      "2026-10-25..2026-10-31",
      "2026-11-01..2026-11-15",
    ]);
    expect(await spans({ time_range, time_increment: 10 })).toEqual([
      "2026-10-25..2026-11-03",
      "2026-11-04..2026-11-13",
      "2026-11-14..2026-11-15",
    ]);
    expect(await spans({ time_range, time_increment: 1 })).toHaveLength(22);
    expect(await spans({ time_range: { since: "2026-12-01", until: "2026-12-02" } })).toEqual([]);
  });

  test("all twenty presets are spans in the account's calendar", async () => {
    const { list } = openGraph();
    expect(PRESET_NAMES).toHaveLength(20);
    const spans: Record<string, string> = {};
    for (const date_preset of PRESET_NAMES) {
      const row = (await list(`/${ACME}/insights`, { date_preset })).data[0];
      spans[date_preset] = `${String(row?.["date_start"])}..${String(row?.["date_stop"])}`;
    }
    // The clock stands on Sunday, 2026-11-15.
    expect(spans).toEqual({
      today: "2026-11-15..2026-11-15",
      yesterday: "2026-11-14..2026-11-14",
      this_month: "2026-11-01..2026-11-15",
      last_month: "2026-10-01..2026-10-31",
      this_quarter: "2026-10-01..2026-11-15",
      last_quarter: "2026-07-01..2026-09-30",
      this_year: "2026-01-01..2026-11-15",
      last_year: "2025-01-01..2025-12-31",
      last_3d: "2026-11-12..2026-11-14",
      last_7d: "2026-11-08..2026-11-14",
      last_14d: "2026-11-01..2026-11-14",
      last_28d: "2026-10-18..2026-11-14",
      last_30d: "2026-10-16..2026-11-14",
      last_90d: "2026-08-17..2026-11-14",
      last_week_mon_sun: "2026-11-02..2026-11-08",
      last_week_sun_sat: "2026-11-08..2026-11-14",
      this_week_mon_today: "2026-11-09..2026-11-15",
      this_week_sun_today: "2026-11-15..2026-11-15",
      maximum: "2023-10-16..2026-11-15",
      data_maximum: "2023-10-16..2026-11-15",
    });
  });
});

describe("refusals", () => {
  test.each<[string, Record<string, unknown>, object]>([
    [
      "an unknown field",
      { fields: "spend,colour" },
      { code: 100, message: expect.stringContaining("colour is not valid for fields param") },
    ],
    ["a breakdown as a field", { fields: "spend,age" }, { code: 100 }],
    ["an unknown level", { level: "adgroup" }, { code: 100 }],
    [
      "an unknown preset",
      { date_preset: "lifetime" },
      { code: 100, message: expect.stringContaining("date_preset must be one of") },
    ],
    ["an increment over 90", { time_increment: 91 }, { code: 100 }],
    ["a day that isn't one", { time_range: { since: "2026-02-30", until: "2026-03-01" } }, { code: 100 }],
    ["a range backwards", { time_range: { since: "2026-11-02", until: "2026-11-01" } }, { code: 100 }],
    ["more than 37 months", { time_range: { since: "2023-10-15", until: "2026-11-01" } }, { code: 3018 }],
    ["a cursor of another kind", { after: "QVFIabc" }, { code: 2642 }],
    ["explicit attribution windows, so far", { action_attribution_windows: ["7d_click"] }, { code: 100 }],
  ])("%s", async (_, params, expected) => {
    const { fail } = openGraph();
    expect(await fail(`/${ACME}/insights`, params)).toMatchObject({ http: 400, ...expected });
  });

  test("the oldest day that may be asked is one day inside 37 months", async () => {
    const { list } = openGraph();
    expect(
      (await list(`/${ACME}/insights`, { time_range: { since: "2023-10-16", until: "2026-11-01" } })).data,
    ).toHaveLength(1);
  });

  test("too many rows, or too many in one page: reduce the amount of data", async () => {
    const { fail } = openGraph();
    const reduce = {
      http: 500,
      code: 1,
      message: "Please reduce the amount of data you're asking for, then retry your request",
    };
    const tooMany = { level: "ad", time_increment: 1, time_range: { since: "2026-01-01", until: "2026-11-01" } };
    expect(await fail(`/${BOLT}/insights`, tooMany)).toMatchObject(reduce);
    expect(await fail(`/${ACME}/insights`, { limit: 1_001 })).toMatchObject(reduce);
  });
});

function valueOf(row: Row, column: string, type: string): string | undefined {
  const list = row[column] as { action_type: string; value: string }[] | undefined;
  return list?.find((one) => one.action_type === type)?.value;
}
