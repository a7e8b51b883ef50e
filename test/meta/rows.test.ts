import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeRows } from "#src/meta/rows.ts";
import type { TargetTable } from "#src/sync/streams.ts";
import {
  accountId,
  ad,
  adDay,
  adId,
  adSet,
  adSetId,
  campaign,
  campaignId,
  contextOf,
  creative,
  yenAccount,
} from "./graph-objects.ts";

const daily = contextOf({ level: "ad", since: "2026-10-01", until: "2026-10-07" });

function without(object: object, ...keys: string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

describe("rows of entities", () => {
  it("keeps a yen account's money in whole minor units and says that it has no minor digits", () => {
    const { rows, quarantined } = makeRows("ad_accounts", [yenAccount], contextOf());
    expect(quarantined).toEqual([]);
    expect(rows).toEqual([
      {
        id: accountId,
        name: "Kissa コーヒー ☕",
        account_status: 1,
        disable_reason: null,
        currency: "JPY",
        currency_minor_digits: 0,
        timezone_name: "Asia/Tokyo",
        timezone_offset_hours_utc: "9",
        business_name: "Kissa KK",
        business_country_code: "JP",
        business_state: null,
        created_time: "2021-03-04T09:00:00+09:00",
        amount_spent_minor: "1234567",
        balance_minor: "-250",
        spend_cap_minor: "0",
        min_daily_budget_minor: "120",
        raw: yenAccount,
        row_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
  });

  it("counts minor digits by Meta's table, not by ISO 4217: none for its eleven, two for all others", () => {
    const whole = ["CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"];
    const digitsOf = (currency: string) => {
      const { rows } = makeRows("ad_accounts", [{ ...yenAccount, currency }], contextOf());
      return rows.map((row) => ("currency_minor_digits" in row ? row.currency_minor_digits : null));
    };
    expect(whole.flatMap(digitsOf)).toEqual(whole.map(() => 0));
    expect(["USD", "EUR", "BHD", "KWD", "UGX", "XAF"].flatMap(digitsOf)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it("writes a campaign's times with a colon in the offset and what Meta omits as null", () => {
    const { rows } = makeRows("campaigns", [campaign], contextOf());
    expect(rows[0]).toMatchObject({
      account_id: accountId,
      id: campaignId,
      daily_budget_minor: "5000",
      lifetime_budget_minor: null,
      stop_time: null,
      start_time: "2026-10-01T12:34:56+00:00",
      created_time: "2026-09-30T05:00:00-07:00",
      updated_time: "2026-10-02T00:00:00+05:30",
      special_ad_categories: ["HOUSING", "CREDIT"],
      raw: campaign,
    });
  });

  it("keeps all digits of an ad set's ids and budgets", () => {
    const { rows } = makeRows("ad_sets", [adSet], contextOf());
    expect(rows[0]).toMatchObject({
      id: adSetId,
      campaign_id: campaignId,
      bid_amount_minor: "150",
      lifetime_budget_minor: "900719925474099312",
      end_time: "2026-12-31T23:59:59+00:00",
      attribution_spec: adSet.attribution_spec,
      promoted_object: { pixel_id: "42", custom_event_type: "PURCHASE" },
    });
  });

  it("links an ad to its ad set and, if it has one, its creative", () => {
    const { rows } = makeRows("ads", [ad, { ...without(ad, "creative"), id: "120203029307580060" }], contextOf());
    expect(rows).toMatchObject([
      {
        id: adId,
        ad_set_id: adSetId,
        creative_id: "120203029307580077",
        conversion_domain: "shop.example",
        preview_shareable_link: "https://fb.me/1abc",
        tracking_specs: ad.tracking_specs,
      },
      { id: "120203029307580060", creative_id: null },
    ]);
  });

  it("stores a creative and keeps unknown fields in raw", () => {
    const { rows } = makeRows("creatives", [{ ...creative, brand_new_field: { deep: [1] } }], contextOf());
    expect(rows[0]).toMatchObject({
      id: creative.id,
      image_url: creative.image_url,
      effective_object_story_id: "104_205",
      instagram_permalink_url: null,
      object_story_spec: creative.object_story_spec,
      asset_feed_spec: null,
      raw: { brand_new_field: { deep: [1] } },
    });
  });
});

describe("rows of figures", () => {
  it("fills the columns of a day and leaves nothing twice in raw", () => {
    const { rows } = makeRows("insights_daily", [{ ...adDay, cpm: "5.5" }], daily);
    expect(rows[0]).toMatchObject({
      account_id: accountId,
      level: "ad",
      date_start: "2026-10-01",
      entity_id: adId,
      breakdown_key: "",
      spend: "53.395",
      impressions: "9708",
      actions: [
        { action_type: "link_click", value: "190" },
        { action_type: "omni_purchase", value: "4" },
        { action_type: "purchase", value: "4" },
      ],
    });
    expect(rows[0]?.raw).toEqual({ cpm: "5.5" });
  });

  it.each([
    ["account", accountId],
    ["campaign", campaignId],
    ["adset", adSetId],
    ["ad", adId],
  ] as const)("names the entity of level %s", (level, entity) => {
    const { rows } = makeRows("insights_daily", [adDay], { ...daily, level });
    expect(rows[0]).toMatchObject({ level, entity_id: entity });
  });

  it("takes omitted counters as zero, omitted reach and actions as unknown, bare numbers as text", () => {
    const object = { ...without(adDay, "spend", "clicks", "reach", "actions"), impressions: 12, action_values: [] };
    const { rows } = makeRows("insights_daily", [object], daily);
    expect(rows[0]).toMatchObject({
      spend: "0",
      clicks: "0",
      impressions: "12",
      reach: null,
      actions: null,
      action_values: null,
    });
  });

  it("gives a period row the window that was asked, though Meta clips the future", () => {
    const context = contextOf({ level: "account", since: "2026-10-01", until: "2026-10-31" });
    const { rows } = makeRows("insights_period", [{ ...adDay, date_stop: "2026-10-12" }], context);
    expect(rows[0]).toMatchObject({ since: "2026-10-01", until: "2026-10-31", entity_id: accountId });
    expect(rows[0]?.raw).toMatchObject({ date_start: "2026-10-01", date_stop: "2026-10-12" });
  });

  it("sorts by primary key and keeps the last of two rows with one key", () => {
    const objects = [
      { ...adDay, date_start: "2026-10-02", date_stop: "2026-10-02" },
      { ...adDay, spend: "1" },
      { ...adDay, spend: "2" },
    ];
    const { rows } = makeRows("insights_daily", objects, daily);
    expect(rows).toMatchObject([
      { date_start: "2026-10-01", spend: "2" },
      { date_start: "2026-10-02", spend: "53.395" },
    ]);
  });
});

describe("quarantine", () => {
  it.each([
    ["insights_daily", { ...adDay, spend: "12,50" }, 'insights_daily: spend is "12,50": expected a decimal number'],
    ["insights_daily", without(adDay, "ad_id"), "insights_daily: ad_id is missing: a row of level ad must name its ad"],
    [
      "insights_daily",
      { ...adDay, date_stop: "2026-10-02" },
      'insights_daily: date_stop is "2026-10-02": expected 2026-10-01, because the row was asked for one day',
    ],
    [
      "insights_daily",
      { ...adDay, actions: [{ value: "3" }] },
      "insights_daily: actions.0.action_type is missing: Invalid input: expected string, received undefined",
    ],
    ["campaigns", { ...campaign, daily_budget: "50.5" }, 'campaigns: daily_budget is "50.5": expected a whole number'],
    [
      "campaigns",
      { ...campaign, start_time: "2026-13-45T00:00:00+0000" },
      'campaigns: start_time is "2026-13-45T00:00:00+0000": expected a time with offset',
    ],
    [
      "campaigns",
      { ...campaign, account_id: "7" },
      `campaigns: account_id is "7": expected ${accountId}, the account that was asked`,
    ],
    ["ad_sets", without(adSet, "campaign_id"), "ad_sets: campaign_id is missing: expected text or a number"],
    ["ads", null, "ads: object is null: Invalid input: expected object, received null"],
  ] as const)("%s: says value and place, and lets the others pass (%#)", (table, bad, reason) => {
    const good: Record<string, object> = { insights_daily: adDay, campaigns: campaign, ad_sets: adSet, ads: ad };
    const { rows, quarantined } = makeRows(table, [bad, good[table]], daily);
    expect(quarantined).toEqual([{ reason, raw: bad }]);
    expect(rows).toHaveLength(1);
  });
});

describe("columns", () => {
  const migration = readFileSync(
    new URL("../../supabase/migrations/20261101000200_meta_ads.sql", import.meta.url),
    "utf8",
  );
  const addedBySql = new Set(["workspace_id", "is_final", "first_seen_at", "synced_at", "job_id"]);

  function columnsOf(table: string): string[] {
    const body = new RegExp(`create table meta_ads\\.${table} \\(\\n(.*?)\\n\\)`, "s").exec(migration)?.[1] ?? "";
    const names = body.split("\n").flatMap((line) => /^ {2}(\w+) /.exec(line)?.[1] ?? []);
    return names.filter((name) => name !== "primary" && !addedBySql.has(name)).sort();
  }

  const samples: Record<TargetTable, object> = {
    ad_accounts: yenAccount,
    campaigns: campaign,
    ad_sets: adSet,
    ads: ad,
    creatives: creative,
    insights_daily: adDay,
    insights_period: adDay,
  };

  it.each(Object.entries(samples))("of a row are those of meta_ads.%s", (table, sample) => {
    const { rows } = makeRows(table as TargetTable, [sample], daily);
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(columnsOf(table));
  });
});
