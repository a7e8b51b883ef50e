import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { clockAt, NOON, openGraph } from "./graph-client.ts";

const ACME = "act_2026110001";
const KUMO = "act_2026110002";
const SECOND = 1_000;
const LIMITED = { tokens: [{ name: "default", tier: "development_access" as const }] };

interface UseCase {
  type: string;
  call_count: number;
  total_time: number;
  total_cputime: number;
  estimated_time_to_regain_access: number;
}

/** Asks until the first refusal, at most `most` times; says how many calls went well, and how the last one ended. */
async function spend({ send }: Pick<ReturnType<typeof openGraph>, "send">, path: string, most: number) {
  for (let done = 0; done < most; done += 1) {
    const response = await send(path);
    if (response.status === 200) continue;
    const { error } = (await response.json()) as { error: { code: number; error_subcode?: number } };
    return { done, error, headers: response.headers };
  }
  throw new Error(`Not one of ${most} calls was refused.`);
}

function useCasesOf(headers: Headers): Record<string, UseCase[]> {
  return JSON.parse(headers.get("x-business-use-case-usage") ?? "{}") as Record<string, UseCase[]>;
}

function scoreOf(headers: Headers): { acc_id_util_pct: number; reset_time_duration: number } {
  return JSON.parse(headers.get("x-ad-account-usage") ?? "{}") as ReturnType<typeof scoreOf>;
}

describe("the ad account's score", () => {
  test("Limited: 60 reads, then 17/2446079 for 300 s, which further calls lengthen; other accounts go on", async () => {
    const world = openGraph(LIMITED);
    const { graph, clock, send, fail } = world;
    const { done, error, headers } = await spend(world, `/${ACME}`, 100);
    expect(done).toBe(60);
    expect(error).toMatchObject({ code: 17, error_subcode: 2446079, is_transient: false });
    expect(scoreOf(headers).acc_id_util_pct).toBeCloseTo(101.67);
    expect(scoreOf(headers).reset_time_duration).toBe(300);
    expect((await send(`/${KUMO}`)).status).toBe(200);
    await clock.advance(290 * SECOND);
    // Each call while blocked costs the time in which its point is forgotten: 5 s.
    expect(await fail(`/${ACME}/insights`)).toMatchObject({ code: 17 });
    await clock.advance(13 * SECOND);
    expect(await fail(`/${ACME}`)).toMatchObject({ code: 17 });
    const block = graph.limits.blocks()[0];
    expect(block).toMatchObject({ quota: "score", account: ACME, refused: 3 });
    expect(graph.calls.list({ account: ACME, blocked: "during" })).toHaveLength(2);
    expect(graph.calls.list({ account: ACME, blocked: "begins" })).toHaveLength(1);
    await clock.advance((block?.untilMs ?? 0) - clock.now());
    expect((await send(`/${ACME}`)).status).toBe(200);
    expect(
      graph.calls.list({ account: ACME, since: block?.fromMs, until: block?.untilMs, blocked: true }),
    ).toHaveLength(3);
  });

  test("is forgotten evenly: one point every 5 s, so that slow callers never meet it", async () => {
    const { send, clock } = openGraph(LIMITED);
    for (let call = 0; call < 90; call += 1) {
      expect((await send(`/${ACME}`)).status).toBe(200);
      await clock.advance(5 * SECOND);
    }
    expect(scoreOf((await send(`/${ACME}`)).headers).acc_id_util_pct).toBeLessThan(4);
  });

  test("Full: 9,000 points scaled down, 60 s, called 613/1487742 if so wished; never by default", async () => {
    const full = openGraph();
    for (let call = 0; call < 100; call += 1) expect((await full.send(`/${ACME}`)).status).toBe(200);
    const world = openGraph({ limits: { scale: { score: 0.001 }, scoreCode: 613 } });
    const { done, error } = await spend(world, `/${ACME}/campaigns?limit=1`, 20);
    expect([done, error]).toMatchObject([9, { code: 613, error_subcode: 1487742, is_transient: false }]);
    await world.clock.advance(59 * SECOND);
    expect((await world.send(`/${ACME}`)).status).toBe(400);
    const until = world.graph.limits.blocks()[0]?.untilMs ?? 0;
    await world.clock.advance(until - world.clock.now());
    expect((await world.send(`/${ACME}`)).status).toBe(200);
  });

  test("an account's own tier stands above the token's", async () => {
    const world = openGraph({ limits: { tiers: { [ACME]: "development_access" } } });
    expect((await spend(world, `/${ACME}`, 100)).done).toBe(60);
    expect((await world.send(`/${KUMO}`)).status).toBe(200);
    world.graph.limits.set({ tiers: { [ACME]: null } });
    world.graph.limits.clear();
    expect((await world.send(`/${ACME}`)).status).toBe(200);
  });
});

describe("an account's hour", () => {
  test("80000 for insights by the formula, with minutes to wait; other calls go on, 80004 has its own count", async () => {
    const world = openGraph({ limits: { scale: { insights: 0.000_05, management: 0.000_05 } } });
    const { send, clock } = world;
    const { graph } = world;
    const ads = await world.listAll(`/${KUMO}/ads`, { effective_status: ["ACTIVE"], limit: 100 });
    graph.limits.clear();
    // (190,000 + 400 for each active ad) × 0.00005.
    const quota = Math.floor((190_000 + 400 * ads.length) * 0.000_05);
    const { done, error, headers } = await spend(world, `/${KUMO}/insights?level=campaign`, 50);
    expect(done).toBe(quota);
    expect(error).toMatchObject({ code: 80000, error_subcode: 2446079, is_transient: true });
    const item = useCasesOf(headers)["2026110002"]?.[0];
    expect(item).toMatchObject({ type: "ads_insights", estimated_time_to_regain_access: 60 });
    expect(item?.call_count).toBeGreaterThan(100);
    expect((await send(`/${KUMO}`)).status).toBe(200);
    const management = await spend(world, `/${KUMO}/ads?limit=1`, 50);
    expect(management.error).toMatchObject({ code: 80004, error_subcode: 2446079 });
    // The item that matters is the second one of its id, and the business has an id of its own.
    const all = useCasesOf(management.headers);
    expect(Object.keys(all)).toHaveLength(2);
    expect(all["2026110002"]?.map((one) => [one.type, one.estimated_time_to_regain_access > 0])).toEqual([
      ["ads_insights", true],
      ["ads_management", true],
    ]);
    await clock.advance(3_600 * SECOND + (3_600 * SECOND) / 5);
    expect((await send(`/${KUMO}/insights?level=campaign`)).status).toBe(200);
  });

  test("counts time as well as calls, and own mistakes make it smaller", async () => {
    const heavy = openGraph({ limits: { scale: { insights: 0.000_05 }, timeWeight: 2, cpuWeight: 0.5 } });
    const { done, headers } = await spend(heavy, `/${KUMO}/insights?level=campaign`, 50);
    expect(done).toBe(4);
    const item = useCasesOf(headers)["2026110002"]?.[0];
    expect(item?.total_time).toBeGreaterThan(100);
    expect(item?.call_count).toBeLessThan(100);
    expect(item?.total_cputime).toBeLessThan(item?.call_count ?? 0);
  });
});

describe("the app", () => {
  test("4/1504022 stops insights of all accounts, code 4 everything", async () => {
    const world = openGraph({ limits: { scale: { app_insights: 0.000_2 } } });
    const { send, fail, clock } = world;
    const { done, error, headers } = await spend(world, `/${ACME}/insights`, 20);
    expect([done, error]).toMatchObject([4, { code: 4, error_subcode: 1504022, is_transient: true }]);
    expect(JSON.parse(headers.get("x-fb-ads-insights-throttle") ?? "")).toMatchObject({ app_id_util_pct: 125 });
    expect(await fail(`/${KUMO}/insights`)).toMatchObject({ code: 4, error_subcode: 1504022 });
    expect((await send(`/${KUMO}`)).status).toBe(200);
    await clock.advance(240 * SECOND);
    expect((await send(`/${KUMO}/insights`)).status).toBe(200);
    const all = openGraph({ limits: { scale: { app: 0.000_02 } } });
    const app = await spend(all, "/me", 20);
    expect([app.done, app.error.code, app.error.error_subcode]).toEqual([4, 4, undefined]);
    expect(JSON.parse(app.headers.get("x-app-usage") ?? "")).toMatchObject({ call_count: 125 });
    expect(await all.fail(`/${ACME}`)).toMatchObject({ code: 4 });
  });
});

test("usage headers are missing on the wished share of answers, the same ones for the same seed", async () => {
  const seen = async () => {
    const { send } = openGraph({ limits: { headersMissingPercent: 30 } });
    const has: boolean[] = [];
    for (let call = 0; call < 100; call += 1) has.push((await send(`/${ACME}`)).headers.has("x-app-usage"));
    return has;
  };
  const first = await seen();
  expect(first.filter((has) => !has).length).toBeGreaterThan(15);
  expect(first.filter((has) => !has).length).toBeLessThan(45);
  expect(await seen()).toEqual(first);
});

test("a restart forgets neither what was used nor the changed quotas", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "graph-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const clock = clockAt(NOON);
  const first = openGraph({ dataDir, clock });
  first.graph.limits.set({ scale: { score: 0.001 } });
  first.graph.latency.set("real");
  first.graph.latency.set("instant");
  await spend(first, `/${ACME}`, 20);
  await first.graph.close();
  const again = openGraph({ dataDir, clock });
  expect((await again.send(`/${ACME}`)).status).toBe(400);
  expect(again.graph.limits.blocks()[0]).toMatchObject({ quota: "score", account: ACME, refused: 2 });
  await clock.setOffset(clock.offsetMs - 3_600_000);
  expect((await again.send(`/${ACME}`)).status).toBe(200);
});

test("a block can be begun by hand, by method and by admin, and everything be set back", async () => {
  const { graph, fail, send, clock } = openGraph();
  graph.limits.block("score", ACME, 90 * SECOND, clock.now());
  expect(await fail(`/${ACME}`)).toMatchObject({ code: 17 });
  graph.faults.add({ times: 1, action: { kind: "html" } });
  expect((await send(`/${ACME}`)).status).toBe(502);
  expect(graph.calls.list({ blocked: "during" }).map((call) => call.status)).toEqual([400, 502]);
  expect(() => graph.limits.block("app", ACME, SECOND, clock.now())).toThrow(RangeError);
  const post = (path: string, body: unknown) =>
    graph.admin.request(path, { method: "POST", body: JSON.stringify(body) });
  expect((await post("/blocks", { quota: "app_insights", seconds: 60 })).status).toBe(201);
  expect(await fail(`/${KUMO}/insights`)).toMatchObject({ code: 4, error_subcode: 1504022 });
  expect((await post("/blocks", { quota: "score", seconds: 60 })).status).toBe(400);
  expect((await post("/limits", { scale: { score: 0.1 } })).status).toBe(200);
  expect((await post("/limits", { scale: { score: -1 } })).status).toBe(400);
  expect(await (await graph.admin.request("/limits")).json()).toMatchObject({
    settings: { scale: { score: 0.1, insights: 1 } },
    blocks: [{ quota: "score" }, { quota: "app_insights" }],
  });
  const during = await (await graph.admin.request(`/calls?blocked=during&account=${ACME}`)).json();
  expect(during).toMatchObject({
    calls: [
      { quota: "score", points: 1, kind: "node", errorCode: 17 },
      { quota: "score", points: 0 },
    ],
  });
  expect((await graph.admin.request("/limits", { method: "DELETE" })).status).toBe(204);
  expect((await send(`/${ACME}`)).status).toBe(200);
  expect(graph.limits.settings.scale.score).toBe(1);
});
