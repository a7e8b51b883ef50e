import { describe, expect, test } from "vitest";
import { openGraph } from "./graph-client.ts";

const BOLT = "act_2026110004";
const ACME = "act_2026110001";
const LISTABLE = ["ACTIVE", "PAUSED", "ARCHIVED", "CAMPAIGN_PAUSED", "ADSET_PAUSED", "WITH_ISSUES", "DISAPPROVED"];

test("me is a system user", async () => {
  const { get } = openGraph();
  expect(await get("/me")).toEqual({ id: expect.stringMatching(/^\d{18}$/), name: "meta-sync reader" });
});

test("five accounts, in five zones and currencies, with 5 to 1,000 ads", async () => {
  const { graph, listAll } = openGraph();
  const fields = "account_id,name,currency,timezone_name,timezone_offset_hours_utc,account_status";
  const accounts = await listAll("/me/adaccounts", { fields, limit: 2 });
  expect(accounts.map((one) => [one["name"], one["currency"], one["timezone_offset_hours_utc"]])).toEqual([
    ["Acme DE", "EUR", 1],
    ["Kumo Tokyo", "JPY", 9],
    ["Chai & Co", "INR", 5.5],
    ["Bolt Outdoor", "USD", -8],
    ["Reef Surf", "AUD", 11],
  ]);
  expect(graph.accounts.map(({ id }) => id)).toEqual(accounts.map((one) => one["id"]));
  for (const { id, ads } of graph.accounts) {
    const listed = await listAll(`/${id}/ads`, { effective_status: LISTABLE, limit: 500 });
    expect(new Set(listed.map((ad) => ad["id"])).size).toBe(ads);
  }
});

describe("lists", () => {
  test("hide archived entities unless asked, and deleted ones always", async () => {
    const { listAll, list } = openGraph();
    const shown = await listAll(`/${BOLT}/ads`, { fields: "effective_status", limit: 1_000 });
    expect(shown.map((ad) => ad["effective_status"])).not.toContain("ARCHIVED");
    const archived = await listAll(`/${BOLT}/ads`, { effective_status: ["ARCHIVED"], fields: "effective_status" });
    expect(new Set(archived.map((ad) => ad["effective_status"]))).toEqual(new Set(["ARCHIVED"]));
    expect(shown.length + archived.length).toBe(1_000);
    expect(await list(`/${BOLT}/ads`, { effective_status: ["DELETED"] })).toEqual({ data: [] });
    const byFilter = [{ field: "ad.effective_status", operator: "IN", value: ["ARCHIVED", "DELETED"] }];
    expect((await listAll(`/${BOLT}/ads`, { filtering: byFilter })).length).toBe(archived.length);
  });

  test("page completely forwards, and back again, with opaque cursors", async () => {
    const { list, listAll } = openGraph();
    const whole = await list(`/${ACME}/ads`, { limit: 1_000 });
    expect(whole.paging?.next).toBeUndefined();
    expect(await listAll(`/${ACME}/ads`, { limit: 7 })).toEqual(whole.data);
    expect(whole.data.length).toBeGreaterThan(25);
    expect((await list(`/${ACME}/ads`)).data).toEqual(whole.data.slice(0, 25));
    const second = await list(`/${ACME}/ads`, {
      limit: 7,
      after: (await list(`/${ACME}/ads`, { limit: 7 })).paging?.cursors.after,
    });
    const back = await list(`/${ACME}/ads`, { limit: 7, before: second.paging?.cursors.before });
    expect(back.data).toEqual(whole.data.slice(0, 7));
  });

  test("count themselves when asked, whatever the page, also without rows", async () => {
    const { list, listAll, fail } = openGraph();
    for (const edge of ["campaigns", "adsets", "ads", "adcreatives"]) {
      const total_count = (await listAll(`/${ACME}/${edge}`, { limit: 500 })).length;
      const page = await list(`/${ACME}/${edge}`, { limit: 1, summary: "total_count" });
      expect([page.data.length, page.summary]).toEqual([1, { total_count }]);
      expect(await list(`/${ACME}/${edge}`, { limit: 0, summary: true })).toEqual({
        data: [],
        summary: { total_count },
      });
    }
    expect(await fail(`/${ACME}/ads`, { summary: "colour" })).toMatchObject({ code: 100 });
  });

  test("refuse cursors of another edge or none at all, and limits that are no counts", async () => {
    const { list, fail } = openGraph();
    const after = (await list(`/${ACME}/ads`, { limit: 1 })).paging?.cursors.after;
    expect(await fail(`/${ACME}/campaigns`, { after })).toMatchObject({ http: 400, code: 2642 });
    expect(await fail(`/${ACME}/ads`, { after: "garbage" })).toMatchObject({ code: 2642 });
    expect(await fail(`/${ACME}/ads`, { limit: "many" })).toMatchObject({ code: 100 });
  });

  test("cut a limit above the knob", async () => {
    const { list } = openGraph({ knobs: { maxEdgeLimit: 10 } });
    expect((await list(`/${ACME}/ads`, { limit: 5_000 })).data).toHaveLength(10);
  });

  test("filter by time, id and parent", async () => {
    const { listAll } = openGraph();
    const all = await listAll(`/${BOLT}/ads`, { fields: "updated_time,campaign_id", limit: 1_000 });
    const times = all.map((ad) => Date.parse(String(ad["updated_time"])) / 1_000).sort((a, b) => a - b);
    const middle = times[Math.floor(times.length / 2)] ?? 0;
    const newer = times.filter((time) => time > middle).length;
    const filtering = [{ field: "ad.updated_time", operator: "GREATER_THAN", value: middle }];
    expect(await listAll(`/${BOLT}/ads`, { filtering, limit: 1_000 })).toHaveLength(newer);
    const older = [{ field: "updated_time", operator: "LESS_THAN", value: middle }];
    expect(await listAll(`/${BOLT}/ads`, { filtering: older, limit: 1_000 })).toHaveLength(
      times.filter((t) => t < middle).length,
    );
    const since = times.filter((time) => time >= middle).length;
    expect(await listAll(`/${BOLT}/ads`, { updated_since: middle, limit: 1_000 })).toHaveLength(since);
    const campaign = all[3]?.["campaign_id"];
    const inCampaign = [{ field: "campaign.id", operator: "IN", value: [campaign] }];
    const expected = all.filter((ad) => ad["campaign_id"] === campaign).map((ad) => ad["id"]);
    const found = await listAll(`/${BOLT}/ads`, { filtering: inCampaign, limit: 1_000 });
    expect(found.map((ad) => ad["id"])).toEqual(expected);
    expect((await listAll(`/${String(campaign)}/ads`, { limit: 1_000 })).map((ad) => ad["id"])).toEqual(expected);
  });

  test("refuse a status that the kind doesn't have", async () => {
    const { fail } = openGraph();
    expect(await fail(`/${ACME}/campaigns`, { effective_status: ["ACTIVE", "ADSET_PAUSED"] })).toMatchObject({
      code: 100,
      message: expect.stringMatching(
        /^\(#100\) Param effective_status\[1\] must be one of \{ACTIVE, .*got "ADSET_PAUSED"$/,
      ),
    });
  });

  test("refuse filters that Meta refuses", async () => {
    const { fail } = openGraph();
    const time = [{ field: "updated_time", operator: "EQUAL", value: 1 }];
    expect(await fail(`/${ACME}/ads`, { filtering: time })).toMatchObject({
      code: 100,
      message: "(#100) Filtering field 'updated_time' with operation 'equal' is not supported",
    });
    expect(
      await fail(`/${ACME}/campaigns`, { filtering: [{ field: "ad.id", operator: "IN", value: ["1"] }] }),
    ).toMatchObject({ code: 100 });
    expect(await fail(`/${ACME}/campaigns`, { filtering: "nonsense" })).toMatchObject({ code: 100 });
  });

  test("hang together as a tree", async () => {
    const { listAll, get, fail } = openGraph();
    const campaigns = await listAll(`/${ACME}/campaigns`, { limit: 100 });
    const campaign = String(campaigns[0]?.["id"]);
    const adSets = await listAll(`/${campaign}/adsets`, { fields: "campaign_id,campaign{name}" });
    expect(adSets.length).toBeGreaterThan(1);
    expect(new Set(adSets.map((one) => one["campaign_id"]))).toEqual(new Set([campaign]));
    const adSet = String(adSets[0]?.["id"]);
    const ad = (await listAll(`/${adSet}/ads`, { fields: "adset_id,creative{id}" }))[0];
    expect(ad?.["adset_id"]).toBe(adSet);
    expect((await listAll(`/${String(ad?.["id"])}/adcreatives`))[0]).toEqual(ad?.["creative"]);
    expect(await get(`/${String(ad?.["id"])}`, { fields: "name,adset_id" })).toEqual({
      id: ad?.["id"],
      name: expect.any(String),
      adset_id: adSet,
    });
    expect(await fail(`/${adSet}/campaigns`)).toMatchObject({ code: 100, error_subcode: 33 });
    expect((await listAll(`/${ACME}/adcreatives`, { limit: 500 })).length).toBe(48);
  });
});

describe("nodes", () => {
  test("show ids as text beyond 2^53, times in the account's zone without colon, budgets in minor units", async () => {
    const { get, list } = openGraph();
    const campaign = (
      await list("/act_2026110003/campaigns", { fields: "id,created_time,updated_time,daily_budget,status" })
    ).data[0];
    expect(BigInt(String(campaign?.["id"]))).toBeGreaterThan(2n ** 53n);
    expect(String(Number(campaign?.["id"]))).not.toBe(campaign?.["id"]);
    expect(campaign?.["created_time"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0530$/);
    expect(campaign?.["daily_budget"]).toMatch(/^\d+$/);
    expect(await get("/act_2026110003")).toEqual({ id: "act_2026110003", account_id: "2026110003" });
  });

  test("keep their updated_time from read to read and over time", async () => {
    const { list, clock } = openGraph();
    const before = await list(`/${BOLT}/ads`, { fields: "updated_time", limit: 1_000 });
    await clock.advance(40 * 86_400_000);
    expect(await list(`/${BOLT}/ads`, { fields: "updated_time", limit: 1_000 })).toEqual(before);
    const newest = Math.max(...before.data.map((ad) => Date.parse(String(ad["updated_time"]))));
    expect(newest).toBeLessThan(Date.parse("2026-11-10"));
  });

  test("have fields that are known but not modelled left out, not refused", async () => {
    const { get } = openGraph();
    expect(await get(`/${ACME}`, { fields: "name,tax_id,io_number" })).toEqual({ id: ACME, name: "Acme DE" });
  });

  test("cover the names and objectives that break careless clients", async () => {
    const { listAll } = openGraph();
    const campaigns = await listAll(`/${ACME}/campaigns`, {
      fields: "name,objective",
      effective_status: ["ACTIVE", "PAUSED", "ARCHIVED", "WITH_ISSUES"],
    });
    const objectives = new Set(campaigns.map((one) => one["objective"]));
    for (const word of ["AWARENESS", "TRAFFIC", "ENGAGEMENT", "LEADS", "APP_PROMOTION", "SALES"])
      expect(objectives).toContain(`OUTCOME_${word}`);
    const names = (await listAll(`/${BOLT}/ads`, { fields: "name", limit: 1_000 }))
      .concat(campaigns)
      .map((one) => String(one["name"]));
    const tricky = ["<script>", "<!channel>", "👩‍👩‍👧‍👦", '"', "|", "מודעה"];
    expect(tricky.filter((part) => !names.some((name) => name.includes(part)))).toEqual([]);
    expect(Math.max(...names.map((name) => name.length))).toBeGreaterThan(300);
    expect(new Set(names).size).toBeLessThan(names.length);
  });
});
