/** A sync in many slices: lanes side by side, parts cut and halved, edits in their time, a cancel in the middle. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { buttonsOf, deliver, ephemeralsOf, metaCalls, press } from "./steps.ts";

useWorlds();

/** The stored rows of the 1,000-ad account against both truths. */
async function expectTruth(world: TestWorld, since = "2026-11-08"): Promise<void> {
  const deleted = "with" as const;
  const truth = { account: accounts.losAngeles, level: "ad" as const, since, until: "2026-11-14", deleted };
  const formula = await world.graph.truthFormula(truth);
  expect(world.graph.truthServed(truth)).toEqual(formula);
  const stored = await world.query(
    "select count(*)::int as rows, sum(spend)::float as spend, sum(impressions)::float as impressions from meta_ads.insights_daily where level = 'ad' and account_id = '2026110004'",
  );
  expect(stored).toEqual([{ rows: formula.rows, spend: Number(formula.spend), impressions: formula.impressions }]);
}

const slices = async (world: TestWorld) =>
  world.query(
    "select lane, count(distinct seq)::int as slices from meta_sync.outbox where kind = 'slice' and sent_at is not null group by lane order by lane",
  );

/** Keeps when each edit was done, by the database's clock: it is the one that spaces them. */
async function watchEdits(world: TestWorld): Promise<() => Promise<number[]>> {
  await world.query("create table public.edits (id bigint generated always as identity, at timestamptz not null)");
  await world.query(`create function public.keep_edit() returns trigger language plpgsql security definer as $$
    begin insert into public.edits (at) values (new.edited_at); return null; end $$`);
  await world.query(`create trigger keep_edit after update on meta_sync.messages for each row
    when (new.edited_at is distinct from old.edited_at) execute function public.keep_edit()`);
  return async () => {
    const rows = await world.query("select extract(epoch from at) * 1000 as ms from public.edits order by id");
    return rows.map((row) => Number(row["ms"]));
  };
}

test("1,000 ads over 28 days in many slices of 2 s on two lanes: exactly the rows of both truths; I7: edits are spaced, the final one is last", async () => {
  const world = await createWorld({ config: { sliceSeconds: 2 }, beforeGraphAnswer: (clock) => clock.advance(500) });
  const readEdits = await watchEdits(world);
  await world.type(`${accounts.losAngeles} 28d`);
  await world.run();

  await expectTruth(world, "2026-10-18");
  const [first, second] = await slices(world);
  expect(Number(first?.["slices"]) + Number(second?.["slices"])).toBeGreaterThanOrEqual(3);
  expect(second).toMatchObject({ lane: 2 });
  const leases = await world.query("select state from meta_sync.lanes");
  expect(leases).toEqual([{ state: "parked" }, { state: "parked" }]);

  const [thread, ...others] = world.read();
  expect(others).toEqual([]);
  expect(thread?.replies).toHaveLength(1);
  const edits = world.slack.edits("C0ADS", thread?.ts ?? "");
  expect(edits.length).toBeGreaterThan(3);
  expect(edits.at(-1)?.text).toContain("Done");
  // The final edit waits for no spacing, so that a short sync isn't held up.
  const progress = edits.slice(0, -1);
  for (const edit of progress) expect(edit.text).not.toContain("Done");
  // Without the last one, which is the final edit.
  const done = (await readEdits()).slice(0, -1);
  expect(done.length).toBeGreaterThanOrEqual(progress.length);
  const gaps = done.slice(1).map((atMs, index) => atMs - (done[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(3000);
  const shown = progress.map((edit) => Number(/(\d+)% done/.exec(edit.text)?.[1] ?? 0));
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));
});

test("two lanes work side by side within one slice's time, and no page is asked for twice", async () => {
  const { promise: met, resolve: meet } = Promise.withResolvers<string>();
  let world: TestWorld | undefined;
  world = await createWorld({
    config: { sliceConcurrency: 1, workersPerJob: 2 },
    async beforeGraphAnswer() {
      const leased = await world?.query(
        "select lane from meta_sync.job_parts where state = 'leased' and phase = 3 order by lane",
      );
      if (leased === undefined || leased.length === 0) return;
      if (leased.length === 2) meet(JSON.stringify(leased));
      // The first page of the insights isn't answered before the other lane has a part in hand too.
      await met;
    },
  });
  await world.type(`${accounts.losAngeles} 7d`);
  await world.run();
  expect(await met).toBe('[{"lane":1},{"lane":2}]');
  // A report is looked at until it is ready; everything else is asked once.
  const asked = metaCalls(world)
    .filter(({ kind }) => kind !== "poll")
    .map((call) => `${call.path} ${JSON.stringify(call.query)}`);
  expect(new Set(asked).size).toBe(asked.length);
  await expectTruth(world);
});

test("a part that the hard limit cuts is replaced by two halves, and the rows are the same", async () => {
  let slow = 0;
  let world: TestWorld | undefined;
  world = await createWorld({
    config: { sliceSeconds: 2, sliceConcurrency: 1, workersPerJob: 1 },
    async beforeGraphAnswer(clock) {
      const isInsights =
        world !== undefined && (await world.query("select 1 from public.background_jobs where phase = 3")).length > 0;
      if (!isInsights || slow >= 2) return clock.advance(100);
      // Two pages of the first part take longer than the limit, each less than a lease; a third would be its last.
      slow += 1;
      await clock.advance(17_000);
    },
  });
  // Few enough days for parts that are read by GET.
  await world.type(`${accounts.losAngeles} 4d`);
  await world.run();
  const split = await world.query(
    "select part, since::text, until::text from meta_sync.job_parts where state = 'split'",
  );
  expect(split).toHaveLength(1);
  const halves = await world.query(
    "select since::text, until::text, state from meta_sync.job_parts where split_from = $1 order by since",
    [split[0]?.["part"]],
  );
  expect(halves).toHaveLength(2);
  expect(halves[0]).toMatchObject({ since: split[0]?.["since"], state: "done" });
  expect(halves[1]).toMatchObject({ until: split[0]?.["until"], state: "done" });
  await expectTruth(world, "2026-11-11");
  expect(world.read()[0]?.root).toContain("Sync complete");
});

test("a slice that is taken for dead is told to come again, writes nothing more, and the job goes on with the same rows", async () => {
  let world: TestWorld | undefined;
  let isDead = false;
  world = await createWorld({
    config: { sliceConcurrency: 1, workersPerJob: 1 },
    async beforeGraphAnswer(clock) {
      if (world === undefined || isDead || (await world.query("select 1 from meta_sync.job_parts")).length < 3) return;
      isDead = true;
      // Longer than the lease: the sweep frees the lane and sends its message anew.
      await clock.advance(45_000);
      expect(await world.services.db.sweep()).toEqual([]);
    },
  });
  await world.type(`${accounts.kolkata} 7d`);
  await world.services.background.settle();
  const [message] = world.queue.pending();
  const answer = await deliver(world, message?.body ?? "");
  expect(isDead).toBe(true);
  expect([answer.status, await answer.json()]).toEqual([503, { outcome: "lease_lost" }]);
  await world.run();
  expect(await world.query("select state, attempt from public.background_jobs")).toEqual([
    { state: "succeeded", attempt: 1 },
  ]);
  expect(world.read()).toHaveLength(1);
  expect(world.read()[0]?.replies).toHaveLength(1);
});

const rowCount = "select count(*)::int as rows from meta_ads.insights_daily where level = 'ad'";

async function expectCancelled(world: TestWorld, rowsAtCancel: number): Promise<void> {
  expect(await world.query("select state, cancelled_by from public.background_jobs")).toEqual([
    { state: "cancelled", cancelled_by: "U0ANA" },
  ]);
  const [rows] = await world.query(rowCount);
  expect(rows?.["rows"]).toBe(rowsAtCancel);
  const thread = world.read()[0];
  expect(thread?.root).toContain("Sync cancelled: Bolt Outdoor");
  expect(buttonsOf(world, thread?.ts ?? "")).toEqual([]);
  expect(thread?.replies).toHaveLength(1);
  expect(thread?.replies[0]).toContain("Cancelled by @U0ANA");
  expect(thread?.replies[0]).toContain("Saved so far");
  expect(world.queue.pending()).toEqual([]);
}

test.each(["the button", "the word"] as const)(
  "I15: cancelled in the middle by %s: no row is written after, what is kept is said, the buttons are gone",
  async (way) => {
    let world: TestWorld | undefined;
    let rowsAtCancel: number | null = null;
    world = await createWorld({
      config: { sliceConcurrency: 2 },
      async beforeGraphAnswer(clock) {
        await clock.advance(200);
        if (world === undefined || rowsAtCancel !== null) return;
        const [rows] = await world.query(rowCount);
        if (Number(rows?.["rows"]) < 2000 || rowsAtCancel !== null) return;
        rowsAtCancel = -1;
        await (way === "the button" ? press(world, world.read()[0]?.ts ?? "", "job.cancel") : world.type("cancel"));
        // The click is acked at once; the cancel is committed when its row says so.
        for (let tries = 0; tries < 200; tries += 1) {
          const [job] = await world.query("select state from public.background_jobs");
          if (job?.["state"] === "cancelled") break;
        }
        rowsAtCancel = Number((await world.query(rowCount))[0]?.["rows"]);
      },
    });
    await world.type(`${accounts.losAngeles} 7d`);
    await world.run();
    expect(rowsAtCancel).toBeGreaterThanOrEqual(2000);
    await expectCancelled(world, Number(rowsAtCancel));
    expect(ephemeralsOf(world).at(-1)).toContain("What was saved is kept");

    // Retry goes on from there, and ends with all rows.
    await press(world, world.slack.threads("C0ADS")[0]?.replies[0]?.ts ?? "", "job.retry");
    await world.run();
    await expectTruth(world);
  },
);
