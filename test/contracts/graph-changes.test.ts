import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { EntityChangeError } from "#src/local/graph/seed/apply-change.ts";
import { clockAt, NOON, openGraph, type Row } from "./graph-client.ts";

const ACME = "act_2026110001";
const BOLT = "act_2026110004";
const DAY_MS = 86_400_000;
const EVERY = ["ACTIVE", "PAUSED", "ARCHIVED", "CAMPAIGN_PAUSED", "ADSET_PAUSED", "WITH_ISSUES", "DISAPPROVED"];

type Opened = ReturnType<typeof openGraph>;

/** Ids of what was updated after that moment, by filter, oldest seed first. */
async function updatedAfter({ listAll }: Opened, edge: string, ms: number): Promise<unknown[]> {
  const filtering = [
    { field: `${edge.slice(0, -1)}.updated_time`, operator: "GREATER_THAN", value: Math.floor(ms / 1_000) },
  ];
  const status = edge === "ads" ? { effective_status: EVERY } : {};
  return (await listAll(`/${ACME}/${edge}`, { filtering, ...status })).map((row) => row["id"]);
}

async function firstIds({ list }: Opened) {
  const ad = (await list(`/${ACME}/ads`, { fields: "adset_id,campaign_id", limit: 1 })).data[0] ?? {};
  return { ad: String(ad["id"]), adSet: String(ad["adset_id"]), campaign: String(ad["campaign_id"]) };
}

describe("a changed entity", () => {
  test("moves its updated_time, so that incremental reads find it and nothing else", async () => {
    const world = openGraph();
    const { graph, clock, get, listAll } = world;
    const { ad, campaign } = await firstIds(world);
    const before = clock.now();
    await clock.advance(60_000);
    graph.entities.rename(ad, "Renamed ✨");
    graph.entities.setDailyBudget(campaign, 12_300);
    expect(await get(`/${ad}`, { fields: "name,updated_time" })).toEqual({
      id: ad,
      name: "Renamed ✨",
      updated_time: "2026-11-15T13:31:00+0100",
    });
    expect(await get(`/${campaign}`, { fields: "daily_budget" })).toEqual({ id: campaign, daily_budget: "12300" });
    expect(await updatedAfter(world, "ads", before)).toEqual([ad]);
    expect(await updatedAfter(world, "campaigns", before)).toEqual([campaign]);
    const since = await listAll(`/${ACME}/ads`, { updated_since: Math.floor(before / 1_000) + 60 });
    expect(since.map((row) => row["id"])).toEqual([ad]);
    const named = { level: "ad", fields: "ad_id,ad_name", date_preset: "last_3d", limit: 100 };
    const row = (await listAll(`/${ACME}/insights`, named)).find((one) => one["ad_id"] === ad);
    expect(row?.["ad_name"]).toBe("Renamed ✨");
  });

  test("pausing, archiving and deleting go down the tree; updated_time of what is below moves only if wished", async () => {
    const world = openGraph();
    const { graph, clock, get, listAll, list } = world;
    const { campaign, adSet, ad } = await firstIds(world);
    const before = clock.now();
    await clock.advance(1_000);
    graph.entities.pause(campaign);
    const show = async (id: string) =>
      Object.values(await get(`/${id}`, { fields: "status,effective_status" })).slice(0, 2);
    expect(await show(campaign)).toEqual(["PAUSED", "PAUSED"]);
    expect(await show(adSet)).toEqual(["ACTIVE", "CAMPAIGN_PAUSED"]);
    expect(await updatedAfter(world, "ads", before)).toEqual([]);
    graph.entities.archive(adSet, { touchChildren: true });
    expect(await show(ad)).toEqual(["ARCHIVED", "ARCHIVED"]);
    expect(await updatedAfter(world, "ads", before)).toContain(ad);
    const listed = await listAll(`/${ACME}/ads`, { limit: 100 });
    expect(listed.map((row) => row["id"])).not.toContain(ad);
    graph.entities.delete(campaign);
    expect(await show(ad)).toEqual(["DELETED", "DELETED"]);
    expect((await list(`/${ACME}/ads`, { filtering: [{ field: "ad.id", operator: "IN", value: [ad] }] })).data).toEqual(
      [],
    );
    expect(() => graph.entities.rename(ad, "too late")).toThrow(EntityChangeError);
    expect(graph.accounts[0]?.ads).toBeLessThan(60);
  });

  test("what is stopped delivers to the end of its day, a new ad from the next one; both truths agree", async () => {
    const world = openGraph();
    const { graph, clock, listAll, get } = world;
    const { ad, adSet } = await firstIds(world);
    graph.entities.pause(ad);
    const made = graph.entities.createAd({ adSetId: adSet, name: "Brand new" });
    expect(await get(`/${made.id}`, { fields: "name,creative{id,name},effective_status" })).toMatchObject({
      name: "Brand new",
      effective_status: "ACTIVE",
      creative: { id: made.creativeId },
    });
    await clock.advance(2 * DAY_MS);
    const window = { since: "2026-11-14", until: "2026-11-16" };
    const params = { level: "ad", fields: "ad_id,spend,impressions,clicks", time_increment: 1, time_range: window };
    const rows = await listAll(`/${ACME}/insights`, { ...params, limit: 500 });
    const days = (id: string) => rows.filter((row) => row["ad_id"] === id).map((row) => row["date_start"]);
    expect(days(ad)).toEqual(["2026-11-14", "2026-11-15"]);
    expect(days(made.id)).toEqual(["2026-11-16"]);
    const truth = { account: ACME, level: "ad" as const, ...window };
    expect(graph.truthServed(truth)).toEqual(await graph.truthFormula(truth));
  });

  test("the worker's rows follow, and a deleted ad stays in what is above it", async () => {
    const world = openGraph();
    const { graph, listAll } = world;
    const window = { since: "2026-11-01", until: "2026-11-14" };
    const ads = async () => {
      const params = {
        level: "ad",
        fields: "ad_id,ad_name,spend",
        time_range: window,
        limit: 1_000,
        time_increment: 1,
      };
      return listAll(`/${BOLT}/insights`, params);
    };
    const total = async () => listAll(`/${BOLT}/insights`, { fields: "spend", time_range: window });
    const before = await ads();
    const sum = await total();
    const [first, second] = [...new Set(before.map((row) => String(row["ad_id"])))];
    graph.entities.rename(first ?? "", "Renamed in the worker");
    graph.entities.delete(second ?? "");
    const after = await ads();
    const of = (rows: Row[], id: string | undefined) => rows.filter((row) => row["ad_id"] === id);
    expect(new Set(of(after, first).map((row) => row["ad_name"]))).toEqual(new Set(["Renamed in the worker"]));
    expect(of(after, second)).toEqual([]);
    expect(after).toHaveLength(before.length - of(before, second).length);
    expect(await total()).toEqual(sum);
  });
});

test("a change can wait for its time, survives a restart, and shows among the activities", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "graph-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const clock = clockAt(NOON);
  const first = openGraph({ dataDir, clock });
  const { campaign, adSet } = await firstIds(first);
  first.graph.entities.rename(campaign, "Later", { atMs: NOON + DAY_MS });
  const post = (body: unknown) => first.graph.admin.request("/changes", { method: "POST", body: JSON.stringify(body) });
  const made = (await (await post({ kind: "new-ad", adSetId: adSet, name: "By admin" })).json()) as { id: string };
  expect((await post({ kind: "pause", id: "1" })).status).toBe(400);
  expect((await first.get(`/${campaign}`, { fields: "name" }))["name"]).not.toBe("Later");
  await first.graph.close();
  await clock.advance(2 * DAY_MS);
  const again = openGraph({ dataDir, clock });
  expect(await again.get(`/${campaign}`, { fields: "name,updated_time" })).toMatchObject({
    name: "Later",
    updated_time: "2026-11-16T13:30:00+0100",
  });
  expect(await again.get(`/${made.id}`, { fields: "name" })).toMatchObject({ name: "By admin" });
  const activities = await again.listAll(`/${ACME}/activities`, { limit: 1 });
  expect(activities).toMatchObject([
    { event_type: "update_campaign_name", object_id: campaign, event_time: "2026-11-16T12:30:00+0000" },
    { event_type: "create_ad", object_id: made.id },
  ]);
  const older = await again.listAll(`/${ACME}/activities`, { since: "2023-01-01", limit: 500 });
  expect(older.length).toBeGreaterThan(60);
  expect(await (await again.graph.admin.request("/changes")).json()).toMatchObject({ changes: { length: 2 } });
});

test("cursors die with their entity, unless the knob says otherwise; what only left the list keeps its place", async () => {
  const { graph, list, fail } = openGraph();
  const all = (await list(`/${ACME}/ads`, { limit: 100 })).data;
  const page = await list(`/${ACME}/ads`, { limit: 5 });
  const after = page.paging?.cursors.after;
  graph.entities.archive(String(page.data[4]?.["id"]));
  expect((await list(`/${ACME}/ads`, { limit: 100, after })).data).toEqual(all.slice(5));
  graph.entities.delete(String(page.data[4]?.["id"]));
  expect(await fail(`/${ACME}/ads`, { after })).toMatchObject({ http: 400, code: 2642 });
  graph.knobs.cursorsDie = false;
  expect((await list(`/${ACME}/ads`, { limit: 100, after })).data).toEqual(all.slice(5));
});

test("pages may be short or empty and still go on, so that only the missing next tells the end", async () => {
  const { graph, list, listAll } = openGraph({ knobs: { shortPagePercent: 50, emptyPagePercent: 30 } });
  const wished = await listAll(`/${ACME}/ads`, { limit: 4 });
  const sizes = graph.calls.list().map((call) => call.rows);
  expect(sizes).toContain(0);
  expect(sizes).toContain(2);
  graph.knobs.shortPagePercent = 0;
  graph.knobs.emptyPagePercent = 0;
  expect(wished).toEqual((await list(`/${ACME}/ads`, { limit: 100 })).data);
  graph.knobs.emptyPagePercent = 100;
  const first = await list(`/${ACME}/ads`);
  const second = await list(String(first.paging?.next));
  expect([first.data, second.data]).toEqual([[], []]);
  expect(second.paging?.cursors.after).not.toBe(first.paging?.cursors.after);
});

test("signed image addresses and what is left of budgets differ at each read, unless told to stand still", async () => {
  const { graph, list } = openGraph();
  const read = async () => [
    (await list(`/${ACME}/adcreatives`, { fields: "image_url,thumbnail_url,name", limit: 3 })).data,
    (await list(`/${ACME}/campaigns`, { fields: "budget_remaining,daily_budget", limit: 3 })).data,
    (await list("/me/adaccounts", { fields: "amount_spent,balance,name", limit: 1 })).data,
  ];
  const [first, second] = [await read(), await read()];
  const changed = first.map((rows, edge) =>
    Object.keys(rows[0] ?? {}).filter((field) => rows[0]?.[field] !== second[edge]?.[0]?.[field]),
  );
  expect(changed.map((fields) => fields.sort())).toEqual([
    expect.arrayContaining(["thumbnail_url"]),
    ["budget_remaining"],
    ["amount_spent", "balance"],
  ]);
  expect(changed[0]).not.toContain("name");
  graph.knobs.volatileValues = false;
  expect(await read()).toEqual(await read());
});
