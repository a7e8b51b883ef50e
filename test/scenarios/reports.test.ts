/** Reports that Meta makes in its own time: whatever befalls them, the rows are the same, and none is ordered without need. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld, type WorldSettings } from "#test/support/world.ts";
import { metaCalls, press, replyTs, warehouse } from "./steps.ts";

useWorlds();

interface Order {
  account: string;
  timeframe: string;
  /** First day of the window; its last one is yesterday. */
  since: string;
  /** Reports without any fault. */
  reports: number;
  knobs: Partial<TestWorld["graph"]["knobs"]>;
}

const { berlin: account } = accounts;
const refusing = { insightsRefusal: "data-per-call" } as const;
/** Too many rows for one answer here: read as one report, of one page. */
const week: Order = {
  account,
  timeframe: "7d",
  since: "2026-11-08",
  reports: 1,
  knobs: { maxInsightsRows: 100, ...refusing },
};
/** Planned as two reports of 45 days, several pages each. */
const quarter: Order = { account, timeframe: "90d", since: "2026-08-17", reports: 2, knobs: {} };

const started = (world: TestWorld) => world.graph.reports.list(account);

async function makeWorld(order: Order, settings: WorldSettings = {}): Promise<TestWorld> {
  const world = await createWorld(settings);
  Object.assign(world.graph.knobs, order.knobs);
  return world;
}

async function sync(world: TestWorld, order: Order): Promise<void> {
  await world.type(`${order.account} ${order.timeframe}`);
  await world.run();
}

const rowsOf = new Map<Order, Promise<Record<string, unknown>[]>>();

/** The rows of an order without any fault. To be asked for before a test makes its own world. */
function rowsWithoutFault(order: Order): Promise<Record<string, unknown>[]> {
  const read = async () => {
    const world = await makeWorld(order);
    await sync(world, order);
    expect(started(world)).toHaveLength(order.reports);
    return warehouse(world);
  };
  const rows = rowsOf.get(order) ?? read();
  rowsOf.set(order, rows);
  return rows;
}

/** The jobs ended well, the ads' rows are those of both truths, and `rows`, a run without fault, has the same tables. */
async function expectSame(world: TestWorld, { since }: Order, rows: Record<string, unknown>[]): Promise<void> {
  const jobs = await world.query("select distinct state, warnings from public.background_jobs");
  expect(jobs).toEqual([{ state: "succeeded", warnings: "[]" }]);
  const truth = { account, level: "ad" as const, since, until: "2026-11-14", deleted: "with" as const };
  const formula = await world.graph.truthFormula(truth);
  expect(world.graph.truthServed(truth)).toEqual(formula);
  const [stored] = await world.query(
    `select count(*)::int as rows, sum(spend)::float as spend, sum(impressions)::int as impressions
     from meta_ads.insights_daily where level = 'ad' and account_id = $1`,
    [account.slice(4)],
  );
  expect(stored).toEqual({ rows: formula.rows, spend: Number(formula.spend), impressions: formula.impressions });
  expect(await warehouse(world)).toEqual(rows);
}

interface Trouble {
  what: string;
  befall: (graph: TestWorld["graph"]) => unknown;
  reports: number;
  order?: Order;
}

type ReportRule = Parameters<TestWorld["graph"]["reports"]["failNext"]>[0];
type CallRule = Parameters<TestWorld["graph"]["faults"]["add"]>[0];
const report = (rule: ReportRule) => (graph: TestWorld["graph"]) => graph.reports.failNext(rule);
const calls = (rule: CallRule) => (graph: TestWorld["graph"]) => graph.faults.add(rule);
const broken = { kind: "error", code: 2, http: 500 } as const;
const unknown = { kind: "error", code: 100, subcode: 33, http: 400 } as const;

test.each<Trouble>([
  { what: "fails", befall: report({ ending: { kind: "failed" } }), reports: 2 },
  { what: "is skipped", befall: report({ ending: { kind: "skipped" } }), reports: 2 },
  { what: "is gone when it should be complete", befall: report({ ending: { kind: "expired" } }), reports: 2 },
  {
    what: "is gone while its pages are read",
    order: quarter,
    befall: calls({ match: { kind: "results", nth: 4 }, action: unknown }),
    reports: 3,
  },
  { what: "isn't known at the first look", befall: report({ missingPolls: 1 }), reports: 1 },
  { what: "is complete and can't be read, 3 times", befall: report({ notReadyReads: 3 }), reports: 1 },
  { what: "is complete and can't be read, 8 times", befall: report({ notReadyReads: 8 }), reports: 2 },
  { what: "loses its last rows without a word", befall: report({ dropRows: 7 }), reports: 1 },
  { what: "can't be looked at", befall: calls({ match: { kind: "poll" }, times: 4, action: broken }), reports: 1 },
  { what: "can't be ordered", befall: calls({ match: { kind: "report" }, times: 4, action: broken }), reports: 1 },
])("I14: one that $what: $reports in all, the same rows", async ({ befall, reports, order = week }) => {
  const rows = await rowsWithoutFault(order);
  const world = await makeWorld(order);
  befall(world.graph);
  await sync(world, order);
  expect(started(world)).toHaveLength(reports);
  await expectSame(world, order, rows);
});

test("those that stand still, at 0 and at 88 %, are given up after 10 minutes for one more each", async () => {
  const rows = await rowsWithoutFault(quarter);
  const world = await makeWorld(quarter);
  for (const atPercent of [0, 88]) world.graph.reports.failNext({ ending: { kind: "stuck", atPercent } });
  await sync(world, quarter);
  const [first, second, ...others] = started(world);
  expect([first?.state.percent, second?.state.percent]).toEqual([0, 88]);
  expect(others).toHaveLength(2);
  for (const stuck of [first, second]) {
    const next = others.find(({ periods }) => periods[0]?.since === stuck?.periods[0]?.since);
    const waitedMs = (next?.startedMs ?? 0) - (stuck?.startedMs ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(600_000);
    expect(waitedMs).toBeLessThan(660_000);
    // Looked at after 2, 4, 8, 15 s, then every 30 s.
    expect(stuck?.polls).toBeLessThan(28);
  }
  await expectSame(world, quarter, rows);
});

test("one that fails twice is cut in two, and the account has learned nothing from it", async () => {
  const rows = await rowsWithoutFault(week);
  const world = await makeWorld(week);
  world.graph.reports.failNext({ ending: { kind: "failed" }, times: 2 });
  await sync(world, week);
  const spans = started(world).map(({ periods }) => periods.length);
  expect(spans).toEqual([7, 7, 4, 3]);
  expect(await world.query("select 1 from meta_sync.learned")).toEqual([]);
  await expectSame(world, week, rows);
});

/** Most reports that Meta had in the making at once. */
function mostAtOnce(reports: ReturnType<typeof started>): number {
  const isMaking = (one: (typeof reports)[number], atMs: number) =>
    one.startedMs <= atMs && atMs < one.startedMs + one.durationMs;
  return Math.max(...reports.map(({ startedMs }) => reports.filter((one) => isMaking(one, startedMs)).length));
}

test("too large ones become halves; the next job plans so from the start, with four in the making at most", async () => {
  const rows = await rowsWithoutFault(quarter);
  const world = await makeWorld(quarter);
  world.graph.knobs.reportMaxRows = 1000;
  await sync(world, quarter);
  const endings = started(world).map(({ rows: size, state }) => `${size > 1000 ? "large" : "small"} ${state.status}`);
  expect(new Set(endings)).toEqual(new Set(["large Job Failed", "small Job Completed"]));
  const completed = endings.filter((ending) => ending === "small Job Completed").length;
  await expectSame(world, quarter, rows);

  // Slower than the looks at them, so that they wait for each other.
  world.graph.knobs.reportSpeed = 0.1;
  await sync(world, quarter);
  const later = started(world).slice(endings.length);
  expect(new Set(later.map(({ state }) => state.status))).toEqual(new Set(["Job Completed"]));
  expect(later.length).toBeGreaterThan(4);
  expect(later.length).toBeLessThanOrEqual(completed + 1);
  expect(mostAtOnce(later)).toBe(4);
  await expectSame(world, quarter, rows);
});

test("a page too heavy for Meta is asked for smaller, of the same report; the next job begins with that size", async () => {
  const rows = await rowsWithoutFault(quarter);
  const world = await makeWorld(quarter);
  world.graph.knobs.maxPageBytes = 250_000;
  const refusals = () => metaCalls(world).filter(({ errorCode }) => errorCode !== null).length;
  await sync(world, quarter);
  const before = refusals();
  expect(before).toBeGreaterThan(0);
  expect(started(world)).toHaveLength(2);
  await expectSame(world, quarter, rows);

  await sync(world, quarter);
  expect(started(world)).toHaveLength(4);
  expect(refusals()).toBe(before);
  await expectSame(world, quarter, rows);
});

test("one day too large is cut by campaigns, with a piece for those that nobody knows", async () => {
  const day: Order = {
    ...week,
    timeframe: "2026-11-14..2026-11-14",
    since: "2026-11-14",
    knobs: { maxInsightsRows: 50, ...refusing },
  };
  const rows = await rowsWithoutFault(day);
  const world = await makeWorld(day);
  world.graph.knobs.reportMaxRows = 30;
  await sync(world, day);
  const [whole, ...pieces] = started(world);
  expect(pieces).toHaveLength(3);
  expect(pieces.filter(({ rows: size }) => size === 0)).toHaveLength(1);
  expect(pieces.reduce((sum, { rows: size }) => sum + size, 0)).toBe(whole?.rows);
  await expectSame(world, day, rows);
});

test("pages over many slices: each report goes on at its cursor, and no page is asked for twice", async () => {
  const rows = await rowsWithoutFault(quarter);
  const beforeGraphAnswer: WorldSettings["beforeGraphAnswer"] = (clock) => clock.advance(500);
  const world = await makeWorld(quarter, { config: { sliceSeconds: 2 }, beforeGraphAnswer });
  await sync(world, quarter);
  expect(started(world)).toHaveLength(2);
  const pages = metaCalls(world)
    .filter(({ kind }) => kind === "results")
    .map(({ path, query }) => `${path} ${query["after"] ?? ""}`);
  expect(pages).toEqual([...new Set(pages)]);
  const [sent] = await world.query(
    "select count(distinct (lane, seq))::int as slices from meta_sync.outbox where kind = 'slice'",
  );
  expect(sent?.["slices"]).toBeGreaterThan(4);
  await expectSame(world, quarter, rows);
});

test("cancelled while reports are made, as people read: Retry goes on with them and orders none", async () => {
  const rows = await rowsWithoutFault(quarter);
  const world = await makeWorld(quarter);
  world.graph.knobs.reportSpeed = 0.02;
  await world.type(`${account} 90d`);
  // Looks at them with longer and longer pauses between: nobody is told that Meta asked for a break.
  for (let seconds = 0; seconds < 40; seconds += 10) {
    await world.clock.advance(10_000);
    await world.settle();
  }
  expect(await world.query("select state from public.background_jobs")).toEqual([{ state: "snoozed" }]);
  const edits = world.slack.edits("C0ADS", world.read()[0]?.ts ?? "").map(({ text }) => text);
  expect(edits.filter((text) => text.includes("paused"))).toEqual([]);
  const ids = started(world).map(({ id }) => id);
  expect(ids).toHaveLength(2);
  await press(world, world.read()[0]?.ts ?? "", "job.cancel");
  await world.settle();
  expect(await world.query("select state from public.background_jobs")).toEqual([{ state: "cancelled" }]);
  await press(world, replyTs(world), "job.retry");
  await world.run();
  expect(started(world).map(({ id }) => id)).toEqual(ids);
  await expectSame(world, quarter, rows);
});
