/** Meta's trouble: what people read of it, what is tried again, what is not, and that the rows are those of a fault-free run. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { buttonsOf, callKey, ephemeralsOf, metaCalls, press, replyTs, warehouse } from "./steps.ts";

useWorlds();

const jobs = (world: TestWorld) =>
  world.query("select state, attempt, warnings from public.background_jobs order by created_at");

const reports = (world: TestWorld) =>
  world.query("select attempt, count(*)::int as sent from meta_sync.reports group by 1 order by 1");

let faultFree: Record<string, unknown>[] | undefined;

/** The rows of the same order without any fault. To be asked for before a test makes its own world. */
async function rowsWithoutFault(): Promise<Record<string, unknown>[]> {
  if (faultFree !== undefined) return faultFree;
  const world = await createWorld();
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  faultFree = await warehouse(world);
  return faultFree;
}

test("I14: a token that dies in the middle fails the job with reason, advice and Retry; I9: Retry reads only what isn't done", async () => {
  const rows = await rowsWithoutFault();
  let world: TestWorld | undefined;
  let served = 0;
  world = await createWorld({
    config: { sliceConcurrency: 1, workersPerJob: 1 },
    beforeGraphAnswer() {
      if (world === undefined) return;
      served += 1;
      // Phase 1 and some of phase 2 are done by then.
      if (served === 5) world.graph.tokens.set({ name: "default", state: "password_changed" });
    },
  });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();

  expect(await jobs(world)).toMatchObject([{ state: "failed", attempt: 1 }]);
  const thread = world.read()[0];
  expect(thread?.root).toContain("Sync failed");
  const card = thread?.replies[0] ?? "";
  expect(card).toContain("the password of the token's owner was changed");
  expect(card).toContain("190/460");
  expect(card).toContain("Generate token");
  expect(card).toContain("Saved so far");
  expect(buttonsOf(world, replyTs(world))).toEqual(["job.retry"]);
  const firstCalls = metaCalls(world);
  const finished = firstCalls.filter((call) => call.status === 200).map(callKey);
  expect(finished.length).toBeGreaterThan(2);
  // One refused call is enough: nobody goes on asking with a dead token.
  expect(firstCalls.filter((call) => call.status !== 200)).toHaveLength(1);

  world.graph.tokens.set({ name: "default", state: "valid" });
  await press(world, replyTs(world), "job.retry");
  await world.run();
  const afterRetry = metaCalls(world).slice(firstCalls.length).map(callKey);
  expect(afterRetry.filter((key) => finished.includes(key))).toEqual([]);
  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 2 }]);
  expect(await warehouse(world)).toEqual(rows);
  expect(await reports(world)).toEqual([
    { attempt: 1, sent: 1 },
    { attempt: 2, sent: 1 },
  ]);
  const after = world.read();
  expect(after).toHaveLength(1);
  expect(after[0]?.root).toContain("Sync complete");
  expect(after[0]?.replies).toHaveLength(2);
  expect(after[0]?.replies[0]).toContain("Retried by @U0ANA");
  expect(ephemeralsOf(world).at(-1)).toContain("Only what is not done is read");
});

test.each([
  { name: "permission", code: 200, subcode: undefined, says: "doesn't let the token read", advises: "ads_read" },
  {
    name: "an account that is gone",
    code: 100,
    subcode: 33,
    says: "doesn't find the ad account",
    advises: "Check the number",
  },
])("$name: failed at once, with who can mend it", async ({ code, subcode, says, advises }) => {
  const world = await createWorld();
  world.graph.faults.add({
    match: { account: accounts.kolkata },
    action: { kind: "error", code, http: 400, ...(subcode === undefined ? {} : { subcode }) },
  });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "failed" }]);
  expect(metaCalls(world)).toHaveLength(1);
  const card = world.read()[0]?.replies[0] ?? "";
  expect(card).toContain(says);
  expect(card).toContain(advises);
  expect(buttonsOf(world, replyTs(world))).toEqual(["job.retry"]);
});

test("an act_ that nobody has ever seen is accepted, and phase 1 says that it isn't there", async () => {
  const world = await createWorld();
  const answer = await world.type("act_99887766 7d");
  expect(answer.ackedText).toContain("One moment");
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "failed" }]);
  expect(world.read()[0]?.replies[0]).toContain("doesn't find the ad account");
});

test.each([
  { name: "a 5xx", action: { kind: "error", code: 2, http: 500 } },
  { name: "a web page", action: { kind: "html" } },
  { name: "half an answer", action: { kind: "truncated" } },
  { name: "a broken connection", action: { kind: "reset" } },
] as const)("I14: $name at each part: tried again, same rows, nobody is bothered", async ({ action }) => {
  const rows = await rowsWithoutFault();
  const world = await createWorld();
  // Every third call of the account fails, from the first to the last phase.
  for (let nth = 1; nth < 30; nth += 3) world.graph.faults.add({ match: { account: accounts.kolkata, nth }, action });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 1, warnings: "[]" }]);
  expect(metaCalls(world).filter((call) => call.rule !== null).length).toBeGreaterThan(2);
  expect(await warehouse(world)).toEqual(rows);
  expect(world.read()[0]?.replies).toHaveLength(1);
});

test("a required part that fails five times ends the job as unavailable; the pauses grow", async () => {
  const rows = await rowsWithoutFault();
  const world = await createWorld();
  const rule = world.graph.faults.add({ match: { level: "ad" }, action: { kind: "html" } });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "failed" }]);
  const [job] = await world.services.db.recentJobs("default", null, 1);
  expect(job?.failure?.kind).toBe("unavailable");
  expect(world.read()[0]?.replies[0]).toContain("failed 5 times in a row");
  const tries = metaCalls(world)
    .filter((call) => call.rule === rule.id && call.query["filtering"] === undefined)
    .map((call) => call.atMs);
  expect(tries).toHaveLength(5);
  const pauses = tries.slice(1).map((atMs, index) => atMs - (tries[index] ?? 0));
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));

  world.graph.faults.remove(rule.id);
  await press(world, replyTs(world), "job.retry");
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 2 }]);
  expect(await warehouse(world)).toEqual(rows);
});

test("a stream that isn't required may fail: the sync succeeds and says what is missing", async () => {
  const world = await createWorld();
  world.graph.faults.add({ match: { pathIncludes: "adcreatives" }, action: { kind: "error", code: 100, http: 400 } });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
  const thread = world.read()[0];
  expect(thread?.root).toContain("Done with 1 warning");
  expect(thread?.replies[0]).toContain("Creatives could not be read this time; what was stored before is kept.");
  expect(await world.query("select count(*)::int as creatives from meta_ads.creatives")).toEqual([{ creatives: 0 }]);
});

test("a list that comes back empty looks like no delivery: the proof shows what is missing", async () => {
  const world = await createWorld();
  world.graph.faults.add({ match: { account: accounts.kolkata, level: "ad" }, action: { kind: "empty-200" } });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
  expect(world.read()[0]?.replies[0]).toMatch(/account total ₹[\d,.]+ = sum of ads ₹0\.00 \+ ₹/u);
});

test("a throttle: the message says until when, nobody calls for the account before, and it goes on by itself", async () => {
  const rows = await rowsWithoutFault();
  const world = await createWorld();
  const rule = world.graph.faults.add({
    match: { account: accounts.kolkata, level: "ad" },
    times: 1,
    action: { kind: "error", code: 17, subcode: 2446079, http: 400 },
  });
  await world.type(`${accounts.kolkata} 7d`);
  await world.settle();
  expect(await jobs(world)).toMatchObject([{ state: "snoozed" }]);
  const [block] = await world.query("select key, created_at, blocked_until from meta_sync.blocks");
  const fromMs = Date.parse(String(block?.["created_at"]));
  const untilMs = Date.parse(String(block?.["blocked_until"]));
  expect(block?.["key"]).toBe("2026110003");
  expect(Math.round((untilMs - fromMs) / 1000)).toBe(60);

  await world.clock.advance(5000);
  await world.settle();
  const root = world.read()[0]?.root ?? "";
  expect(root).toContain("Paused until");
  expect(root).toContain("because Meta asked");
  expect(root).toContain("Nothing is lost");
  expect(root).toContain("goes on by itself");
  expect(buttonsOf(world, world.read()[0]?.ts ?? "")).toEqual(["job.cancel"]);

  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 1 }]);
  expect(metaCalls(world).filter((call) => call.rule === rule.id)).toHaveLength(1);
  const early = metaCalls(world, accounts.kolkata).filter((call) => call.atMs > fromMs && call.atMs < untilMs);
  expect(early).toEqual([]);
  expect(await warehouse(world)).toEqual(rows);
});

test("I13: of two lanes and four parts each, none begins a call for the account while it is blocked; other accounts go on", async () => {
  let world: TestWorld | undefined;
  world = await createWorld({ beforeGraphAnswer: (clock) => clock.advance(200) });
  const rule = world.graph.faults.add({
    match: { account: accounts.losAngeles, kind: "results", nth: 4 },
    action: { kind: "error", code: 17, subcode: 2446079, http: 400 },
  });
  await world.type(`${accounts.losAngeles} 7d`);
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  const [block] = await world.query("select created_at, blocked_until from meta_sync.blocks");
  const [fromMs, untilMs] = [Date.parse(String(block?.["created_at"])), Date.parse(String(block?.["blocked_until"]))];
  const calls = metaCalls(world, accounts.losAngeles);
  expect(calls.filter((call) => call.rule === rule.id)).toHaveLength(1);
  // In hand at the commit: at most one call per part, four parts on each of the other lanes and three beside the throttled one.
  const during = calls.filter((call) => call.atMs > fromMs && call.atMs < untilMs);
  expect(during.length).toBeLessThanOrEqual(7);
  expect(metaCalls(world, accounts.kolkata).length).toBeGreaterThan(5);
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }, { state: "succeeded" }]);
  const window = { since: "2026-11-08", until: "2026-11-14" };
  const truth = { account: accounts.losAngeles, level: "ad", ...window, deleted: "with" } as const;
  const formula = await world.graph.truthFormula(truth);
  const stored = await world.query(
    "select count(*)::int as rows, sum(spend)::float as spend from meta_ads.insights_daily where level = 'ad' and account_id = '2026110004'",
  );
  expect(stored).toEqual([{ rows: formula.rows, spend: Number(formula.spend) }]);
});
