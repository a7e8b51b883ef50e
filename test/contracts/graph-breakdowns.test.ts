import { describe, expect, test } from "vitest";
import { BULK_ACCOUNT } from "#src/local/graph/seed/accounts.ts";
import { openGraph, type Row, sumMinor } from "./graph-client.ts";

const ACME = "act_2026110001";
const TOKYO = "act_2026110002";
const BOLT = "act_2026110004";
const WINDOW = { since: "2026-11-13", until: "2026-11-15" };
const FIELDS = "spend,impressions,clicks,inline_link_clicks,reach,actions";
const HOURS = "hourly_stats_aggregated_by_advertiser_time_zone";
const SETS = [
  ["age"],
  ["gender"],
  ["gender", "age"],
  ["country"],
  ["region"],
  ["publisher_platform"],
  ["publisher_platform", "platform_position"],
  ["device_platform"],
  ["product_id"],
  [HOURS],
];

describe("breakdowns", () => {
  test.each(SETS)("%s %s: rows of an entity's day add up to its unbroken row, at every level", async (...names) => {
    const breakdowns = names.filter((name) => typeof name === "string");
    const { graph, listAll } = openGraph();
    for (const level of ["account", "campaign", "adset", "ad"] as const) {
      const ask = { level, time_range: WINDOW, time_increment: 1, limit: 1_000, fields: `${level}_id,${FIELDS}` };
      const whole = groupRows(await listAll(`/${TOKYO}/insights`, ask), level);
      const broken = await listAll(`/${TOKYO}/insights`, { ...ask, breakdowns });
      const parts = groupRows(broken, level);
      expect([...parts.keys()]).toEqual([...whole.keys()]);
      for (const [key, rows] of parts) {
        expect(totals(rows), `${level} ${key}`).toEqual(totals(whole.get(key) ?? []));
        const marks = rows.map((row) => breakdowns.map((name) => row[name]).join());
        expect(new Set(marks).size).toBe(rows.length);
      }
      for (const row of broken) expect(Number(row["impressions"])).toBeGreaterThan(0);
      const query = { account: TOKYO, level, ...WINDOW, breakdown: breakdowns.toReversed() };
      expect(graph.daysServed(query)).toEqual(await graph.daysFormula(query));
      expect(graph.truthServed(query).rows).toBe(broken.length);
    }
  });

  test("reach is of each part and doesn't add up; hours have none; some ads miss some parts", async () => {
    const { list, listAll } = openGraph();
    const ask = { time_range: WINDOW, fields: "reach,frequency,impressions,video_play_actions", limit: 500 };
    const [whole] = (await list(`/${ACME}/insights`, ask)).data;
    const byAge = await listAll(`/${ACME}/insights`, { ...ask, breakdowns: "age" });
    expect(byAge.map((row) => String(row["age"])).toSorted()).toEqual(
      ["18-24", "25-34", "35-44", "45-54", "55-64", "65+", "Unknown"].toSorted(),
    );
    const sum = byAge.reduce((all, row) => all + Number(row["reach"]), 0);
    expect(sum).not.toBe(Number(whole?.["reach"]));
    for (const hour of await listAll(`/${ACME}/insights`, { ...ask, breakdowns: [HOURS] })) {
      expect(hour).toMatchObject({ reach: "0", frequency: "0" });
      expect(hour).not.toHaveProperty("video_play_actions");
    }
    const cells = await listAll(`/${ACME}/insights`, { ...ask, level: "ad", breakdowns: "age,gender" });
    const ads = await listAll(`/${ACME}/insights`, { ...ask, level: "ad" });
    expect(cells.length).toBeGreaterThan(ads.length * 8);
    expect(cells.length).toBeLessThan(ads.length * 21);
  });

  test("today has only the hours that are over; regions and hours have no conversions outside Meta", async () => {
    const { listAll } = openGraph();
    const ask = { date_preset: "today", fields: "impressions,actions" };
    const hours = await listAll(`/${ACME}/insights`, { ...ask, breakdowns: HOURS });
    // 13:30 in Berlin.
    expect(hours.map((row) => String(row[HOURS])).toSorted()).toEqual(
      Array.from({ length: 13 }, (_, hour) => `${twoDigits(hour)}:00:00 - ${twoDigits(hour)}:59:59`),
    );
    const kinds = async (breakdowns: string) =>
      new Set(
        (await listAll(`/${ACME}/insights`, { fields: "actions", breakdowns, limit: 100 })).flatMap((row) =>
          (row["actions"] as { action_type: string }[]).map((action) => action.action_type),
        ),
      );
    expect(await kinds("region")).not.toContain("purchase");
    expect(await kinds("region")).toContain("link_click");
    expect(await kinds("country")).toContain("purchase");
  });

  test("filters, cursors, sorting and totals work with them", async () => {
    const { list, listAll, fail } = openGraph();
    const campaign = String((await list(`/${ACME}/campaigns`)).data[0]?.["id"]);
    const filtering = [{ field: "campaign.id", operator: "IN", value: [campaign] }];
    const ask = { level: "ad", time_range: WINDOW, fields: "ad_id,campaign_id,spend,impressions", breakdowns: "age" };
    const rows = await listAll(`/${ACME}/insights`, { ...ask, filtering, limit: 7 });
    expect(new Set(rows.map((row) => row["campaign_id"]))).toEqual(new Set([campaign]));
    expect(await listAll(`/${campaign}/insights`, { ...ask, limit: 500 })).toEqual(rows);
    const sorted = await listAll(`/${campaign}/insights`, { ...ask, sort: "spend_descending", limit: 9 });
    const bySpend = rows.map((row) => Number(row["spend"])).toSorted((left, right) => right - left);
    expect(sorted.map((row) => Number(row["spend"]))).toEqual(bySpend);
    const summed = await list(`/${campaign}/insights`, { ...ask, filtering, summary: "spend,impressions", limit: 1 });
    expect(summed.summary).toEqual({
      spend: String(sumMinor(rows, "spend", 2) / 100),
      impressions: String(sumMinor(rows, "impressions", 0)),
    });
    expect(await fail(`/${ACME}/insights`, { fields: "spend", summary: "clicks" })).toMatchObject({
      code: 100,
      message:
        "(#100) Cannot include clicks in summary param because they weren't there while creating the report run.",
    });
    expect(await fail(`/${ACME}/insights`, { fields: "spend", sort: "colour_descending" })).toMatchObject({
      code: 100,
    });
  });

  test.each([
    ["platform_position", "invalid"],
    ["age,country", "invalid"],
    ["gender,publisher_platform", "invalid"],
    ["age,gender,country", "invalid"],
    ["dma", "no longer available"],
    ["colour", "must be one of the following values"],
    ["skan_version", "not served by this local"],
  ])("%s is refused: %s", async (breakdowns, message) => {
    const { fail } = openGraph();
    const error = { http: 400, code: 100, message: expect.stringContaining(message) };
    expect(await fail(`/${ACME}/insights`, { breakdowns })).toMatchObject(error);
    expect(await fail(`/${ACME}/insights`, { breakdowns }, { method: "POST" })).toMatchObject(error);
  });

  test("what needs an opt-in has no rows and no error until the account opts in", async () => {
    const { graph, list, send } = openGraph();
    const breakdowns = "publisher_platform,platform_position,impression_device";
    expect(await list(`/${ACME}/insights`, { breakdowns })).toEqual({ data: [] });
    graph.knobs.breakdownOptIns.push(ACME);
    expect((await list(`/${ACME}/insights`, { breakdowns })).data[0]).toHaveProperty("impression_device");
    expect((await send(`/${BOLT}/insights?breakdowns=impression_device`)).status).toBe(200);
  });
});

describe("how far back", () => {
  test("people are not counted by breakdown beyond 13 months, silently; unbroken they are; hours are refused", async () => {
    const { send, list, fail } = openGraph();
    const ask = { fields: "spend,reach,frequency", time_range: { since: "2025-10-14", until: "2025-10-16" } };
    expect(Object.keys((await list(`/${ACME}/insights`, { ...ask, breakdowns: "gender" })).data[0] ?? {})).toEqual([
      "spend",
      "date_start",
      "date_stop",
      "gender",
    ]);
    expect((await list(`/${ACME}/insights`, ask)).data[0]).toHaveProperty("reach");
    expect(await fail(`/${ACME}/insights`, { ...ask, breakdowns: HOURS })).toMatchObject({ code: 3018 });
    const query = new URLSearchParams({ fields: "reach", breakdowns: "age", date_preset: "maximum" });
    const response = await send(`/${ACME}/insights?${query}`);
    expect(response.headers.has("x-fb-ads-insights-reach-throttle")).toBe(true);
  });
});

describe("too much at once", () => {
  const ask = { level: "ad", time_range: WINDOW, time_increment: 1, fields: "spend", breakdowns: "age,gender" };
  test.each([
    ["reduce", { http: 500, code: 1 }],
    ["data-per-call", { http: 400, code: 100, error_subcode: 1_487_534 }],
    ["timeout", { http: 400, code: 100, error_subcode: 1_504_018 }],
    ["request-timeout", { http: 400, code: 2, error_subcode: 1_504_038 }],
  ] as const)("entities x days x parts above the knob: %s", async (insightsRefusal, error) => {
    // 60 ads, 3 days, 21 parts.
    const { graph, fail, list } = openGraph({ knobs: { maxInsightsRows: 60 * 3 * 21, insightsRefusal } });
    expect((await list(`/${ACME}/insights`, ask)).data).toHaveLength(25);
    graph.knobs.maxInsightsRows -= 1;
    expect(await fail(`/${ACME}/insights`, ask)).toMatchObject(error);
  });

  test("a page of too many bytes, until its limit is halved", async () => {
    const { list, fail } = openGraph({ knobs: { maxPageBytes: 20_000 } });
    expect(await fail(`/${ACME}/insights`, { ...ask, limit: 400 })).toMatchObject({ http: 500, code: 1 });
    expect((await list(`/${ACME}/insights`, { ...ask, limit: 100 })).data).toHaveLength(100);
    expect(await list(`/${ACME}/insights`, { ...ask, limit: 0 })).toEqual({ data: [] });
  });

  test("a million rows are there without being made, and each page of them comes by a report", async () => {
    const bulk = `act_${BULK_ACCOUNT.accountId}`;
    const { list, start, fail, graph } = openGraph({ extraAccounts: [BULK_ACCOUNT], knobs: { reportSpeed: Infinity } });
    const range = { time_range: { since: "2024-01-15", until: "2026-11-14" }, time_increment: 1 };
    const params = { level: "ad", fields: "ad_id,spend,impressions", ...range };
    expect(await fail(`/${bulk}/insights`, params)).toMatchObject({ code: 1 });
    const id = await start(`/${bulk}/insights`, params);
    const total = graph.reports.list()[0]?.rows ?? 0;
    expect(total).toBeGreaterThan(1_000_000);
    const seen: Row[] = [];
    for (const offset of [0, 499_990, total - 5]) {
      const after = Buffer.from(String(offset - 1))
        .toString("base64")
        .replaceAll("=", "ZD");
      const page = await list(`/${id}/insights`, { limit: 10, ...(offset === 0 ? {} : { after }) });
      expect(page.paging?.next === undefined).toBe(offset === total - 5);
      seen.push(...page.data);
    }
    expect(seen).toHaveLength(25);
    expect([seen[0]?.["date_start"], seen.at(-1)?.["date_start"]]).toEqual(["2024-01-15", "2026-11-14"]);
  });
});

function groupRows(rows: readonly Row[], level: string): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => `${String(row[`${level}_id`])} ${String(row["date_start"])}`);
}

function totals(rows: readonly Row[]): Record<string, number> {
  const actions = rows.flatMap((row) => (row["actions"] ?? []) as { action_type: string; value: string }[]);
  const counts = Object.fromEntries(
    ["link_click", "video_view", "post_engagement"].map((type) => [
      type,
      actions.reduce((sum, one) => sum + (one.action_type === type ? Number(one.value) : 0), 0),
    ]),
  );
  for (const column of ["spend", "impressions", "clicks", "inline_link_clicks"])
    counts[column] = sumMinor(rows, column, 0);
  return counts;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
