/** A throttle in the middle of a job on two lanes: who still calls, who waits, what people read, and that the rows are the same. */
import { expect, test } from "vitest";
import type { FaultRule } from "#src/local/graph/faults/rule-book.ts";
import { accounts, createWorld, useWorlds, type TestWorld, type WorldSettings } from "#test/support/world.ts";
import { metaCalls, warehouse } from "./steps.ts";
import { listenTo, type Heard } from "./listen.ts";

useWorlds();

const large = accounts.losAngeles;
const small = accounts.kolkata;
const partsPerLane = 2;
const settings: WorldSettings = {
  config: { sliceConcurrency: partsPerLane, workersPerJob: 2 },
  beforeGraphAnswer: (clock) => clock.advance(200),
};

interface Block {
  scope: string;
  key: string;
  reason: string;
  fromMs: number;
  untilMs: number;
}

async function blocksOf(world: TestWorld): Promise<Block[]> {
  const rows = await world.query("select * from meta_sync.blocks order by created_at");
  return rows.map((row) => ({
    scope: String(row["scope"]),
    key: String(row["key"]),
    reason: String(row["reason"]),
    fromMs: Date.parse(String(row["created_at"])),
    untilMs: Date.parse(String(row["blocked_until"])),
  }));
}

const jobs = (world: TestWorld) =>
  world.query("select state, attempt, warnings from public.background_jobs order by created_at");

/** Delivers and moves the clock to what is due next, until a block is stored and nothing moves any more. */
async function runUntilBlocked(world: TestWorld): Promise<Block> {
  for (let step = 0; step < 100; step += 1) {
    await world.settle();
    const [block] = await blocksOf(world);
    if (block !== undefined) return block;
    const due = world.queue.pending().flatMap((one) => (one.scheduleId === null ? [one.nextDeliveryAt ?? 0] : []));
    await world.clock.advance(Math.max(0, Math.min(...due) - world.clock.now()) + 1);
  }
  throw new Error("There was no block.");
}

async function expectTruth(world: TestWorld): Promise<void> {
  const truth = { account: large, level: "ad", since: "2026-11-08", until: "2026-11-14", deleted: "with" } as const;
  const formula = await world.graph.truthFormula(truth);
  expect(world.graph.truthServed(truth)).toEqual(formula);
  const stored = await world.query(
    "select count(*)::int as rows, sum(spend)::float as spend from meta_ads.insights_daily where level = 'ad' and breakdown_key = '' and account_id = '2026110004'",
  );
  expect(stored).toEqual([{ rows: formula.rows, spend: Number(formula.spend) }]);
}

let unthrottled: Record<string, unknown>[] | undefined;

/** The rows of the same two orders when Meta asks for nothing. To be asked for before a test makes its own world. */
async function rowsUnthrottled(): Promise<Record<string, unknown>[]> {
  if (unthrottled !== undefined) return unthrottled;
  const world = await createWorld(settings);
  await world.type(`${large} 7d`);
  await world.run();
  await world.type(`${small} 7d`);
  await world.run();
  unthrottled = await warehouse(world);
  return unthrottled;
}

/** What this account's lanes did from the moment the block was stored until it ended. */
function expectQuiet(heard: readonly Heard[], block: Block): void {
  const at = heard.findIndex((one) => one.what === "block_stored");
  expect(at).toBeGreaterThan(0);
  const during = heard.slice(at + 1).filter((one) => one.account === large && one.atMs < block.untilMs);
  const calls = during.filter((one) => one.what === "call_begins").map((one) => one.call);
  // The lane that was throttled begins none; the other one at most one call for each part in its hand.
  expect(calls.length).toBeLessThanOrEqual(partsPerLane);
  expect(new Set(calls).size).toBe(calls.length);
  const firstTold = [1, 2].map((lane) => during.findIndex((one) => one.what === "sql_answers" && one.lane === lane));
  const whenTold = during.slice(Math.max(0, ...firstTold));
  expect(whenTold.filter((one) => one.what === "call_begins")).toEqual([]);
}

/** The first call after the block is answered before a second one begins; then both lanes go on. */
function expectCarefulReturn(world: TestWorld, block: Block): void {
  const [first, second] = metaCalls(world, large).filter((call) => call.atMs >= block.untilMs);
  expect(first?.status).toBe(200);
  expect(second?.atMs).toBeGreaterThanOrEqual(first?.endedMs ?? Number.POSITIVE_INFINITY);
}

interface Throttle {
  name: string;
  scope: "account" | "app";
  seconds: number;
  match: FaultRule["match"];
  action: { code: number; subcode?: number; regainMinutes?: number };
}

const throttles: Throttle[] = [
  {
    name: "17/2446079 at a report's page",
    scope: "account",
    seconds: 60,
    match: { kind: "results", nth: 3 },
    action: { code: 17, subcode: 2446079 },
  },
  {
    name: "80000 at a look at a report",
    scope: "account",
    seconds: 120,
    match: { kind: "poll", nth: 2 },
    action: { code: 80_000, subcode: 2446079, regainMinutes: 2 },
  },
  {
    name: "80004 at a list of ads",
    scope: "account",
    seconds: 180,
    match: { pathIncludes: "/ads", nth: 2 },
    action: { code: 80_004, subcode: 2446079, regainMinutes: 3 },
  },
  {
    name: "613/1487742 at a report's page",
    scope: "account",
    seconds: 60,
    match: { kind: "results", nth: 2 },
    action: { code: 613, subcode: 1487742 },
  },
  {
    name: "613 alone at figures by GET",
    scope: "account",
    seconds: 1800,
    match: { kind: "insights", nth: 2 },
    action: { code: 613 },
  },
  {
    name: "4/1504022 at the start of a report",
    scope: "app",
    seconds: 60,
    match: { kind: "report", nth: 1 },
    action: { code: 4, subcode: 1504022 },
  },
  { name: "4 at a report's page", scope: "app", seconds: 300, match: { kind: "results", nth: 5 }, action: { code: 4 } },
];

test.each(throttles)(
  "I13: $name holds the $scope back for $seconds s",
  async ({ scope, seconds, match = {}, action }) => {
    const rows = await rowsUnthrottled();
    const world = await createWorld(settings);
    const heard = listenTo(world);
    const rule = world.graph.faults.add({
      match: { account: large, ...match },
      times: 1,
      // With its subcode Meta calls it not transient, though it passes by itself.
      action: { kind: "error", http: 400, isTransient: false, ...action },
    });
    await world.type(`${large} 7d`);
    const block = await runUntilBlocked(world);
    expect(block).toMatchObject({ scope, key: scope === "app" ? "test-app" : "2026110004" });
    expect(Math.round((block.untilMs - block.fromMs) / 1000)).toBe(seconds);

    await world.type(`${small} 7d`);
    await world.settle();
    await world.clock.advance(5000);
    await world.settle();
    const [first, second] = world.read();
    const until = new Intl.DateTimeFormat("en-GB", { timeZone: "America/Los_Angeles", timeStyle: "short" });
    const words = `Paused until ${until.format(block.untilMs)} (America/Los_Angeles) because Meta asked`;
    expect(first?.root).toContain(words);
    expect(world.clock.now()).toBeLessThan(block.untilMs);
    // Whoever shares the quota waits, too; nobody else does.
    expect(second?.root).toContain(scope === "account" ? "Sync complete" : "because Meta asked");
    expect(metaCalls(world, small).length > 0).toBe(scope === "account");

    await world.run();
    expect(await jobs(world)).toMatchObject([
      { state: "succeeded", attempt: 1, warnings: "[]" },
      { state: "succeeded", attempt: 1, warnings: "[]" },
    ]);
    expect(metaCalls(world).filter((call) => call.rule === rule.id)).toHaveLength(1);
    expectQuiet(heard, block);
    expectCarefulReturn(world, block);
    expect(await warehouse(world)).toEqual(rows);
    await expectTruth(world);
  },
);

/** One call at a time: the few points of these quotas are fewer than two lanes may have under way. */
const oneByOne: WorldSettings = { ...settings, config: { sliceConcurrency: 1, workersPerJob: 1 } };
const limited = { [small]: "development_access" } as const;
let smallUnthrottled: Record<string, unknown>[] | undefined;

async function smallRows(): Promise<Record<string, unknown>[]> {
  if (smallUnthrottled !== undefined) return smallUnthrottled;
  const world = await createWorld(settings);
  await world.type(`${small} 7d`);
  await world.run();
  smallUnthrottled = await warehouse(world);
  return smallUnthrottled;
}

test("a quota that is really spent, and told by no header before: each block is met once, and the rows are the same", async () => {
  const rows = await smallRows();
  const world = await createWorld(oneByOne);
  world.graph.limits.set({ tiers: limited, scale: { score: 0.1 }, headersMissingPercent: 100 });
  await world.type(`${small} 7d`);
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 1, warnings: "[]" }]);
  const refused = world.graph.calls.list({ account: small, blocked: true });
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.map((call) => [call.blocked, call.errorCode, call.errorSubcode])).toEqual(
    refused.map(() => ["begins", 17, 2446079]),
  );
  expect(await warehouse(world)).toEqual(rows);
});

test("a quota that the headers show to be nearly gone: the job pauses by itself, and Meta refuses nothing", async () => {
  const rows = await smallRows();
  const world = await createWorld(oneByOne);
  world.graph.limits.set({ tiers: limited, scale: { score: 0.15 } });
  await world.type(`${small} 7d`);
  const block = await runUntilBlocked(world);
  expect(block).toMatchObject({ scope: "account", key: "2026110003" });
  expect(block.reason).toMatch(/^Meta's headers say that (9[5-9]|100) % /);
  await world.clock.advance(5000);
  await world.settle();
  expect(world.read()[0]?.root).toMatch(/Paused until \d\d:\d\d \(Asia\/Kolkata\) because Meta asked/);
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 1, warnings: "[]" }]);
  expect(world.graph.calls.list({ blocked: true })).toEqual([]);
  expect(await warehouse(world)).toEqual(rows);
});

test("the headers of an error count too: trouble that has nothing to do with limits, at 97 % of the quota, pauses the job", async () => {
  const rows = await smallRows();
  const world = await createWorld(settings);
  const { limits, faults } = world.graph;
  limits.set({ tiers: limited });
  const tier = "development_access";
  limits.charge({ account: small, activeAds: 5, isInsights: false, tier, points: 58, atMs: world.clock.now() });
  faults.add({ match: { account: small }, times: 1, action: { kind: "error", code: 2, http: 500 } });
  await world.type(`${small} 7d`);
  const block = await runUntilBlocked(world);
  expect(block).toMatchObject({ key: "2026110003", reason: expect.stringContaining("Meta's headers say that 97 %") });
  expect(metaCalls(world)).toMatchObject([{ errorCode: 2 }]);
  await world.run();
  expect(metaCalls(world)[1]?.atMs).toBeGreaterThanOrEqual(block.untilMs);
  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 1, warnings: "[]" }]);
  expect(await warehouse(world)).toEqual(rows);
});
