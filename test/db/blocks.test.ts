/** I13 and I15: after a block nobody calls, after a cancel nobody writes. */
import { expect, test } from "vitest";
import { failureOf } from "#src/sync/failure.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { dumpTables, planned, useEngines } from "./engine.ts";

describeOnBoth("blocks and cancel", (open) => {
  const engineOf = useEngines(open);

  test("I13: every answer after a block names its end: the page saved by another lane, and the next claim", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1 });
    const first = await engine.reach(jobId, [planned(), planned(), planned()]);
    await engine.takeParts(first, 1);
    const second = await engine.claim(jobId, 2);
    await engine.takeParts(second, 1);
    const { blockedUntil } = await engine.db.block("account", engine.accountId, 120, "too many calls");
    expect(await engine.db.savePage(second, engine.page(3, { cursor: "b", done: false }))).toMatchObject({
      outcome: "saved",
      blockedUntil,
    });
    expect(await engine.db.savePage(second, engine.page(3, { cursor: "b", done: false })), "repeated").toMatchObject({
      outcome: "saved",
      blockedUntil,
    });
    expect(await engine.db.claimParts(second, 1)).toEqual({ outcome: "blocked", until: blockedUntil });

    expect(await engine.db.endSlice(first, 0)).toEqual({ outcome: "parked" });
    expect(await engine.db.endSlice(second, 0)).toEqual({ outcome: "snoozed", until: blockedUntil });
    expect((await engine.db.jobView(engine.workspaceId, jobId))?.snoozedUntil).toBe(blockedUntil);

    await engine.clock.advance(121_000);
    const again = await engine.claim(jobId, 2);
    expect((await engine.takeParts(again, 1))[0]).toMatchObject({ part: 2 });
  });

  test("I13: so does each answer about a part in hand that saves no page", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.reach(jobId, [planned(), planned(), planned(), planned(), planned()]);
    await engine.takeParts(lease, 5);
    const { blockedUntil } = await engine.db.block("account", engine.accountId, 120, "too many calls");
    expect(await engine.db.startReport(lease, 2, "R1")).toMatchObject({ outcome: "started", blockedUntil });
    expect(await engine.db.awaitReport(lease, 2, 5, 10)).toMatchObject({ outcome: "postponed", blockedUntil });
    expect(await engine.db.dropReport(lease, 3)).toMatchObject({ outcome: "dropped", blockedUntil });
    expect(await engine.db.splitPart(lease, 4, [planned()])).toMatchObject({ outcome: "split", blockedUntil });
    expect(await engine.db.postponePart(lease, 5, 60, true)).toMatchObject({ outcome: "postponed", blockedUntil });
    const failed = await engine.db.failPart(lease, 6, failureOf("bad_request", "No."), false);
    expect(failed).toMatchObject({ outcome: "failed", jobFailed: false, blockedUntil });
  });

  test("a block that comes after another is over began then, not with the first", async () => {
    const engine = engineOf();
    const began = async () => {
      await engine.db.block("account", engine.accountId, 60, "too many calls");
      const [row] = await engine.rows("select created_at from meta_sync.blocks where key = $1", [engine.accountId]);
      return Date.parse(String(row?.["created_at"]));
    };
    const first = await began();
    await engine.clock.advance(30_000);
    expect(await began()).toBe(first);
    await engine.clock.advance(61_000);
    expect(await began()).toBeGreaterThanOrEqual(first + 91_000);
  });

  test("I13: the later end of two blocks wins, with its reason, and a block of the app holds every account", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.claim(jobId);
    const long = await engine.db.block("account", engine.accountId, 300, "the long one");
    expect(await engine.db.block("account", engine.accountId, 10, "the short one")).toEqual(long);
    expect(await engine.rows("select reason from meta_sync.blocks where key = $1", [engine.accountId])).toEqual([
      { reason: "the long one" },
    ]);
    await engine.db.block("app", "another-app", 1800, "calls of another app");
    const app = await engine.db.block("app", "test-app", 900, "the whole app");
    expect(await engine.db.claimParts(lease, 1)).toEqual({ outcome: "blocked", until: app.blockedUntil });
    await engine.clock.advance(901_000);
    expect(await engine.db.claimParts(lease, 1)).toMatchObject({ outcome: "parts" });
  });

  test("a block of another account stops nobody here", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    await engine.db.block("account", `${engine.accountId}0`, 300, "somebody else's");
    expect(await engine.db.claimParts(await engine.claim(jobId), 1)).toMatchObject({ outcome: "parts" });
  });

  test("I15: after a cancel no save writes, its report is due, its messages are gone", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    const lease = await engine.reach(jobId, [planned(), planned()]);
    await engine.takeParts(lease, 1);
    expect(await engine.db.cancelJob(engine.workspaceId, jobId, "U0ANA")).toEqual({ outcome: "cancelled" });
    const before = await dumpTables(engine.project);
    expect(await engine.db.savePage(lease, engine.page(2))).toEqual({ outcome: "final" });
    expect(await engine.db.claimLane(engine.workspaceId, jobId, 1, 2)).toEqual({
      outcome: "final",
      state: "cancelled",
    });
    expect(await dumpTables(engine.project)).toEqual(before);
    expect(await engine.job(jobId)).toMatchObject({
      state: "cancelled",
      status: "failed",
      error_message: "Cancelled by U0ANA",
      planning_token: null,
    });
    expect((await engine.parts(jobId)).map(({ state }) => state)).toEqual(["done", "waiting", "waiting"]);
    expect((await engine.lanes(jobId)).map(({ state }) => state)).toEqual(["parked", "parked"]);
    expect((await engine.outbox(jobId)).map(({ kind }) => kind)).toEqual(["post", "report"]);
  });
});
