/** Leases: who may work what, and that everybody else changes nothing. */
import { describe, expect, test } from "vitest";
import type { Lease } from "#src/db/work.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { campaignRow, dumpTables, failure, planned, useEngines, type Engine } from "./engine.ts";

const leaseMs = 31_000;

describeOnBoth("leases", (open) => {
  const engineOf = useEngines(open);

  test("I1: a leased lane is refused to a duplicate with the seconds that are left, and free again after the lease", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    await engine.claim(jobId);
    const again = await engine.db.claimLane(engine.workspaceId, jobId, 1, 1);
    expect(again).toMatchObject({ outcome: "leased" });
    expect(again.outcome === "leased" && again.retryAfterSeconds).toBeGreaterThan(25);

    await engine.clock.advance(leaseMs);
    expect(await engine.db.claimLane(engine.workspaceId, jobId, 1, 1)).toMatchObject({ outcome: "claimed" });
  });

  test("I1: two lanes never hold one part, and a dead lane's parts go to a living one", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const first = await engine.reach(jobId, [planned(), planned(), planned()]);
    const held = await engine.takeParts(first, 2);
    const second = await engine.claim(jobId, 2);
    const others = await engine.takeParts(second, 5);
    expect([held, others].map((parts) => parts.map(({ part }) => part))).toEqual([[2, 3], [4]]);
    expect(await engine.db.claimParts(second, 5)).toEqual({ outcome: "idle", nextAt: null });

    await engine.clock.advance(leaseMs);
    // The second lane was as long away, but its token is nobody else's yet: it goes on, the first lane's parts are free.
    expect((await engine.takeParts(second, 5)).map(({ part }) => part)).toEqual([2, 3]);
    expect(await engine.db.savePage(first, engine.page(2))).toEqual({ outcome: "lease_lost" });
  });

  test("I2: a page with a row that the database refuses changes nothing: no row, no counter, no lease", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.reach(jobId, [planned()]);
    await engine.takeParts(lease);
    const before = await dumpTables(engine.project);
    await engine.clock.advance(5000);

    const bad = { ...campaignRow(engine.accountId, "2"), raw: null };
    const save = engine.db.savePage(
      lease,
      engine.page(2, { rows: [campaignRow(engine.accountId, "1"), bad], quarantined: [{ reason: "odd", raw: {} }] }),
    );
    await expect(save).rejects.toMatchObject({ name: "DbError", code: "23502" });
    expect(await dumpTables(engine.project)).toEqual(before);
  });

  test("I2: rows, checkpoint, counters and the lease are saved by one call", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.reach(jobId, [planned({ expectedCalls: 2 })]);
    await engine.takeParts(lease);
    const [before] = await engine.lanes(jobId);
    await engine.clock.advance(5000);
    const saved = await engine.db.savePage(
      lease,
      engine.page(2, { cursor: "next", done: false, quarantined: [{ reason: "odd", raw: { id: 1 } }] }),
    );
    expect(saved).toEqual({ outcome: "saved", rowsWritten: 1, blockedUntil: null });
    const [lane] = await engine.lanes(jobId);
    const leftMs = (row: Record<string, unknown> | undefined) => Date.parse(String(row?.["lease_until"]));
    expect(leftMs(lane) - leftMs(before)).toBeGreaterThanOrEqual(4900);
    expect((await engine.parts(jobId))[1]).toMatchObject({
      state: "leased",
      cursor: "next",
      pages: 1,
      calls: 1,
      rows_read: 1,
      rows_written: 1,
      quarantined: 1,
      claims: 0,
    });
    expect(await engine.rows("select reason from meta_sync.quarantine where job_id = $1", [jobId])).toEqual([
      { reason: "odd" },
    ]);
    expect(
      await engine.rows("select id from meta_ads.campaigns where workspace_id = $1", [engine.workspaceId]),
    ).toEqual([{ id: "200" }]);
  });
});

/** Every call that a lease fences, as a worker with that lease would make it. */
const fenced: Record<string, (engine: Engine, lease: Lease) => Promise<{ outcome: string }>> = {
  claim_parts: ({ db }, lease) => db.claimParts(lease, 4),
  save_page: (engine, lease) => engine.db.savePage(lease, engine.page(2)),
  fail_part: ({ db }, lease) => db.failPart(lease, 2, failure, false),
  postpone_part: ({ db }, lease) => db.postponePart(lease, 2, 5, true),
  split_part: ({ db }, lease) => db.splitPart(lease, 2, [planned(), planned()]),
  start_report: ({ db }, lease) => db.startReport(lease, 2, "77"),
  await_report: ({ db }, lease) => db.awaitReport(lease, 2, 5, 50),
  drop_report: ({ db }, lease) => db.dropReport(lease, 2),
  fail_job: ({ db }, lease) => db.failJob(lease, failure),
  finish_phase: ({ db }, lease) => db.finishPhase(lease, 3, [planned()], { warnings: ["mine"] }),
  finish_job: ({ db }, lease) => db.finishJob(lease, {}, []),
  end_slice: ({ db }, lease) => db.endSlice(lease, 0),
};

describeOnBoth("I3: a stale lease token changes nothing and is told so", (open) => {
  const engineOf = useEngines(open);

  test("the list holds every function that takes a lease token", async () => {
    const found = await engineOf().rows(
      "select substr(proname, 11) as name from pg_proc where proname like 'meta\\_sync\\_%' and 'p_lease_token' = any(proargnames) order by 1",
    );
    expect(found.map(({ name }) => name)).toEqual(Object.keys(fenced).toSorted());
  });

  describe.each(Object.entries(fenced))("%s", (_name, call) => {
    test("after another worker took the lane over", async () => {
      const engine = engineOf();
      const jobId = await engine.newJob();
      const stale = await engine.reach(jobId, [planned()]);
      await engine.takeParts(stale);
      await engine.clock.advance(leaseMs);
      await engine.takeParts(await engine.claim(jobId));
      const before = await dumpTables(engine.project);
      expect(["lease_lost", "stale"]).toContain((await call(engine, stale)).outcome);
      expect(await dumpTables(engine.project)).toEqual(before);
    });

    test("after the lane was handed on to its next message", async () => {
      const engine = engineOf();
      const jobId = await engine.newJob();
      const stale = await engine.reach(jobId, [planned()]);
      await engine.takeParts(stale);
      await engine.db.endSlice(stale, 0);
      const before = await dumpTables(engine.project);
      expect(["lease_lost", "stale"]).toContain((await call(engine, stale)).outcome);
      expect(await dumpTables(engine.project)).toEqual(before);
    });

    test("after the job ended", async () => {
      const engine = engineOf();
      const jobId = await engine.newJob();
      const stale = await engine.reach(jobId, [planned()]);
      await engine.takeParts(stale);
      await engine.db.cancelJob(engine.workspaceId, jobId, "U0ANA");
      const before = await dumpTables(engine.project);
      expect((await call(engine, stale)).outcome).toBe("final");
      expect(await dumpTables(engine.project)).toEqual(before);
    });
  });

  test.each([3, 5] as const)(
    "a planner whose lease another lane freed can't plan phase %i, nor finish",
    async (phase) => {
      const engine = engineOf();
      const jobId = await engine.newJob();
      const lost = await engine.reach(jobId, [planned()], phase - 1);
      await engine.finishParts(lost, await engine.takeParts(lost));
      expect(await engine.db.claimParts(lost, 1)).toMatchObject({ outcome: "plan", phase });
      await engine.clock.advance(leaseMs);
      await engine.db.sweep();
      const before = await dumpTables(engine.project);
      const late =
        phase === 5
          ? engine.db.finishJob(lost, {}, [])
          : engine.db.finishPhase(lost, phase, [planned()], { warnings: [] });
      expect(await late).toMatchObject({ outcome: "lease_lost" });
      expect(await dumpTables(engine.project)).toEqual(before);
    },
  );
});
