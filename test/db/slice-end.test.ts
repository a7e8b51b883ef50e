/** How a slice ends and how lanes are woken: the chain goes on, never forks, and never stands still. */
import { expect, test } from "vitest";
import { describeOnBoth } from "#test/support/postgres.ts";
import { dumpTables, failure, planned, useEngines, type Engine } from "./engine.ts";

const states = async (engine: Engine, jobId: string) =>
  (await engine.lanes(jobId)).map(({ lane, seq, state }) => [lane, seq, state]);
const slices = async (engine: Engine, jobId: string) =>
  (await engine.outbox(jobId)).filter(({ kind }) => kind === "slice").map(({ lane, seq, copy }) => [lane, seq, copy]);

describeOnBoth("the end of a slice", (open) => {
  const engineOf = useEngines(open);

  test("with work left the lane's next message is written at once, and the job runs on", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const lease = await engine.reach(jobId, [planned(), planned()]);
    await engine.takeParts(lease, 1);
    expect(await engine.db.endSlice(lease, 1)).toEqual({ outcome: "sent" });
    expect(await states(engine, jobId)).toEqual([[1, 2, "sent"]]);
    expect(await engine.job(jobId)).toMatchObject({ state: "running", snoozed_until: null });
    expect(await slices(engine, jobId)).toEqual([
      [1, 1, 1],
      [1, 2, 1],
    ]);
    expect(await engine.parts(jobId)).toMatchObject([
      { state: "done" },
      { state: "waiting", claims: 0 },
      { state: "waiting" },
    ]);
    const [message] = await engine.db.takeOutbox(5, jobId);
    expect(message).toMatchObject({ seq: 2, delaySeconds: 0, accountId: engine.accountId });
  });

  test("the claim of a lane that died counts towards a poison part, a slice that ended well doesn't", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    await engine.reach(jobId, [planned()]);
    for (let claims = 1; claims <= 5; claims += 1) {
      await engine.clock.advance(31_000);
      const lease = await engine.claim(jobId);
      expect((await engine.takeParts(lease))[0]).toMatchObject({ part: 2, claims });
    }
    await engine.clock.advance(31_000);
    const lease = await engine.claim(jobId);
    expect(await engine.db.claimParts(lease, 4)).toMatchObject({ outcome: "poison", part: { part: 2, claims: 5 } });
  });

  test("a lane with nothing to do parks while another one works, and is woken by what it can use", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 2 });
    const first = await engine.reach(jobId, [planned(), planned(), planned(), planned(), planned()]);
    await engine.takeParts(first, 2);
    expect(await states(engine, jobId)).toEqual([
      [1, 1, "leased"],
      [2, 1, "sent"],
    ]);
    const second = await engine.claim(jobId, 2);
    await engine.finishParts(second, await engine.takeParts(second, 3));
    expect(await engine.db.claimParts(second, 2)).toEqual({ outcome: "idle", nextAt: null });
    expect(await engine.db.endSlice(second, 0)).toEqual({ outcome: "parked" });
    expect(await states(engine, jobId)).toEqual([
      [1, 1, "leased"],
      [2, 2, "parked"],
    ]);

    await engine.db.splitPart(first, 2, [planned(), planned(), planned(), planned()]);
    expect(await states(engine, jobId)).toEqual([
      [1, 1, "leased"],
      [2, 2, "sent"],
    ]);
  });

  test("the last lane never parks: it snoozes until what is left has its time", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const lease = await engine.reach(jobId, [planned()]);
    await engine.takeParts(lease);
    expect(await engine.db.postponePart(lease, 2, 60, true)).toMatchObject({ outcome: "postponed" });
    const ended = await engine.db.endSlice(lease, 1.5);
    expect(ended).toMatchObject({ outcome: "snoozed" });
    const untilMs = ended.outcome === "snoozed" ? Date.parse(ended.until) : 0;
    expect(Math.abs(untilMs - engine.clock.now() - 61_500)).toBeLessThan(3000);
    // A passing error is no pause that people need to know of.
    expect(await engine.job(jobId)).toMatchObject({ state: "snoozed", snooze_reason: null });
    const [message] = await engine.db.takeOutbox(5, jobId);
    expect(message?.delaySeconds).toBeGreaterThan(55);

    await engine.clock.advance(62_000);
    const again = await engine.claim(jobId);
    expect(await engine.job(jobId)).toMatchObject({ state: "running", snoozed_until: null, snooze_reason: null });
    expect((await engine.takeParts(again))[0]).toMatchObject({ part: 2, claims: 1, transientTries: 1 });
  });

  test("two lanes that end together leave one message: the first parks, the second snoozes", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1 });
    const first = await engine.reach(jobId, [planned(), planned()]);
    await engine.takeParts(first, 1);
    const second = await engine.claim(jobId, 2);
    await engine.takeParts(second, 1);
    await engine.db.postponePart(first, 2, 60, false);
    expect(await engine.db.endSlice(first, 0)).toEqual({ outcome: "parked" });
    await engine.db.postponePart(second, 3, 30, false);
    expect(await engine.db.endSlice(second, 0)).toMatchObject({ outcome: "snoozed" });
    expect((await engine.parts(jobId)).slice(1)).toMatchObject([
      { claims: 0, transient_tries: 0 },
      { claims: 0, transient_tries: 0 },
    ]);
    expect(await states(engine, jobId)).toEqual([
      [1, 2, "parked"],
      [2, 2, "sent"],
    ]);
  });

  test("a parked lane's duplicate and a second end of the same slice don't fork the chain", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2 });
    const lease = await engine.reach(jobId, [planned()]);
    await engine.takeParts(lease);
    expect(await engine.db.endSlice(lease, 0)).toEqual({ outcome: "sent" });
    const before = await dumpTables(engine.project);
    expect(await engine.db.endSlice(lease, 0)).toEqual({ outcome: "stale" });
    expect(await engine.db.claimLane(engine.workspaceId, jobId, 1, 1)).toEqual({ outcome: "stale" });
    expect(await engine.db.claimLane(engine.workspaceId, jobId, 1, 3)).toEqual({ outcome: "stale" });
    expect(await engine.db.claimLane(engine.workspaceId, jobId, 3, 1)).toEqual({ outcome: "gone" });
    expect(await dumpTables(engine.project)).toEqual(before);
  });

  test("a phase with parts for one lane wakes nobody else; with parts for two it wakes the second", async () => {
    const engine = engineOf();
    const lonely = await engine.newJob({ lanes: 2, sliceConcurrency: 2 });
    await engine.reach(lonely, [planned(), planned()]);
    expect(await slices(engine, lonely)).toEqual([[1, 1, 1]]);
    const shared = await engine.newJob({ timeframe: "8d", lanes: 4, sliceConcurrency: 2 });
    await engine.reach(shared, [planned(), planned(), planned()]);
    expect(await slices(engine, shared)).toEqual([
      [1, 1, 1],
      [2, 1, 1],
    ]);
  });

  test("the planning is handed to one lane; when its planner dies, the next claim gets it", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1 });
    const first = await engine.reach(jobId, [planned(), planned()]);
    const held = await engine.takeParts(first, 1);
    const second = await engine.claim(jobId, 2);
    await engine.finishParts(second, await engine.takeParts(second, 1));
    await engine.finishParts(first, held);
    expect(await engine.db.claimParts(first, 1)).toMatchObject({ outcome: "plan", phase: 3 });
    expect(await engine.db.claimParts(second, 1)).toEqual({ outcome: "idle", nextAt: null });
    expect(await engine.db.claimParts(first, 1), "asked twice by the planner itself").toMatchObject({
      outcome: "plan",
      phase: 3,
    });

    await engine.clock.advance(31_000);
    expect(await engine.db.claimParts(second, 1)).toMatchObject({ outcome: "plan", phase: 3 });
    expect(
      await engine.db.finishPhase(
        second,
        3,
        [planned({ stream: "insights", level: "ad", since: "2026-11-01", until: "2026-11-01" })],
        { warnings: [] },
      ),
    ).toMatchObject({ outcome: "planned" });
    expect(await engine.db.finishPhase(second, 3, [planned()], { warnings: [] }), "planned once").toMatchObject({
      outcome: "late",
    });
    expect((await engine.parts(jobId)).map(({ phase }) => phase)).toEqual([1, 2, 2, 3]);
  });

  test("a planner that ends its slice hands the planning back, and the lane's next message brings it", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2 });
    const lease = await engine.reach(jobId, [planned()]);
    await engine.finishParts(lease, await engine.takeParts(lease));
    expect(await engine.db.claimParts(lease, 1)).toMatchObject({ outcome: "plan" });
    expect(await engine.db.endSlice(lease, 0)).toEqual({ outcome: "sent" });
    const next = await engine.claim(jobId);
    expect(await engine.db.claimParts(next, 1)).toMatchObject({ outcome: "plan", phase: 3 });
  });

  test("after a retry, reports of a later phase don't keep one of an earlier phase from being begun", async () => {
    const engine = engineOf();
    const { db, workspaceId } = engine;
    const jobId = await engine.newJob({ lanes: 1, sliceConcurrency: 4 });
    const report = planned({ stream: "insights", level: "ad", mode: "report" });
    const lease = await engine.reach(jobId, [report]);
    await engine.takeParts(lease);
    await db.failPart(lease, 2, failure, false);
    expect(await db.claimParts(lease, 1)).toMatchObject({ outcome: "plan", phase: 3 });
    await db.finishPhase(lease, 3, [report, report, report, report, report], { warnings: [] });
    const begun = await engine.takeParts(lease);
    expect(begun.map(({ part }) => part)).toEqual([3, 4, 5, 6]);
    for (const { part } of begun) {
      await db.startReport(lease, part, `10${part}`);
      await db.awaitReport(lease, part, 30, 10);
    }
    await db.cancelJob(workspaceId, jobId, "U1");
    await db.retryJob(workspaceId, jobId, 1);
    expect(await engine.takeParts(await engine.claim(jobId))).toMatchObject([{ part: 2, reportId: null }]);
  });

  test("while one lane tries carefully after a block, another one's message isn't sent again and again", async () => {
    const engine = engineOf();
    const { db, clock } = engine;
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1 });
    const lease = await engine.reach(jobId, [planned(), planned(), planned()]);
    const other = await engine.claim(jobId, 2);
    await db.block("account", engine.accountId, 60, "Meta asked");
    expect(await db.endSlice(other, 0)).toEqual({ outcome: "parked" });
    expect(await db.endSlice(lease, 0)).toMatchObject({ outcome: "snoozed" });
    await clock.advance(61_000);
    // The first slice after the block comes to no page, and wakes the second lane at its end.
    expect(await db.endSlice(await engine.claim(jobId), 0)).toEqual({ outcome: "sent" });
    expect((await states(engine, jobId)).map(([, , state]) => state)).toEqual(["sent", "sent"]);
    const first = await engine.claim(jobId);
    const held = await engine.takeParts(first);
    expect(held).toHaveLength(1);
    const second = await engine.claim(jobId, 2);
    expect(await db.claimParts(second, 1)).toEqual({ outcome: "idle", nextAt: null });
    expect(await db.endSlice(second, 0)).toEqual({ outcome: "parked" });
    await engine.finishParts(first, held);
    expect((await states(engine, jobId)).map(([, , state]) => state)).toEqual(["leased", "sent"]);
  });

  test("the time that is left is never 0 before the end", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const seconds = async () => (await engine.db.jobView(engine.workspaceId, jobId))?.estimatedSecondsLeft;
    expect(await seconds()).toBeNull();
    const lease = await engine.reach(jobId, [planned()], 3);
    await engine.finishParts(lease, await engine.takeParts(lease));
    expect(await seconds()).toBeGreaterThanOrEqual(1);
    await engine.finishJob(jobId, lease);
    expect(await seconds()).toBe(0);
    expect(await engine.job(jobId)).toMatchObject({ state: "succeeded", status: "completed", progress: 100 });
  });
});
