/** I8: whatever message is lost, the job gets another one; and none while a worker is at it. */
import { expect, test } from "vitest";
import { describeOnBoth } from "#test/support/postgres.ts";
import { dumpTables, failure, planned, useEngines, type Engine } from "./engine.ts";

const slices = async (engine: Engine, jobId: string) =>
  (await engine.outbox(jobId)).filter(({ kind }) => kind === "slice").map(({ lane, seq, copy }) => [lane, seq, copy]);
/** Everything in the outbox is with the queue now. */
async function publishAll(engine: Engine, jobId: string) {
  for (const row of await engine.db.takeOutbox(50, jobId)) await engine.db.markOutbox(row.id, `msg-${row.id}`);
}
const lose = (engine: Engine, jobId: string, lane: number, seq: number, copy: number) =>
  engine.db.giveUp(engine.workspaceId, jobId, lane, seq, copy, failure);

describeOnBoth("I8: lost messages", (open) => {
  const engineOf = useEngines(open);

  test("a message that the queue gave up is sent anew by the sweep, as a new copy", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    await publishAll(engine, jobId);
    expect(await lose(engine, jobId, 1, 1, 1)).toEqual({ outcome: "lost" });
    expect(await engine.db.sweep()).toEqual([]);
    expect(await slices(engine, jobId)).toEqual([
      [1, 1, 1],
      [1, 1, 2],
    ]);
    expect(await engine.db.takeOutbox(5, jobId)).toMatchObject([
      { kind: "slice", lane: 1, seq: 1, copy: 2, delaySeconds: 0 },
    ]);
    await engine.db.sweep();
    expect(await slices(engine, jobId), "one loss, one copy").toHaveLength(2);
    expect(await engine.claim(jobId)).toMatchObject({ seq: 1 });
  });

  test("one loss told twice counts once, and an older copy's loss isn't the newer one's", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    for (let told = 0; told < 4; told += 1) await lose(engine, jobId, 1, 1, 1);
    expect(await engine.lanes(jobId)).toMatchObject([{ lost_count: 1, message_lost: true }, {}]);
    await engine.db.sweep();
    expect(await lose(engine, jobId, 1, 1, 1)).toEqual({ outcome: "ignored" });
    expect(await engine.lanes(jobId)).toMatchObject([{ copy: 2, lost_count: 1, message_lost: false }, {}]);
  });

  test("three losses without a page in between fail the job", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    for (const copy of [1, 2]) {
      expect(await lose(engine, jobId, 1, 1, copy)).toEqual({ outcome: "lost" });
      await engine.db.sweep();
    }
    expect(await lose(engine, jobId, 1, 1, 3)).toEqual({ outcome: "failed" });
    expect(await engine.job(jobId)).toMatchObject({ state: "failed", failure: { sentence: failure.sentence } });
    expect((await engine.outbox(jobId)).map(({ kind, attempt }) => [kind, attempt])).toEqual([
      ["post", null],
      ["report", 1],
    ]);
  });

  test("a saved page makes the count begin again, whichever lane saved it", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1 });
    const first = await engine.reach(jobId, [planned(), planned(), planned(), planned()]);
    for (const copy of [1, 2, 3, 4]) {
      expect(await lose(engine, jobId, 2, 1, copy)).toEqual({ outcome: "lost" });
      await engine.db.sweep();
      await engine.clock.advance(1000);
      await engine.finishParts(first, await engine.takeParts(first, 1));
    }
    expect(await engine.job(jobId)).toMatchObject({ state: "running" });
  });

  test("nothing is given up or sent anew while a worker holds the lane; after its death, it is", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    await publishAll(engine, jobId);
    await engine.claim(jobId);
    const before = await dumpTables(engine.project);
    expect(await lose(engine, jobId, 1, 1, 1)).toEqual({ outcome: "ignored" });
    expect(await engine.db.sweep()).toEqual([]);
    expect(
      await engine.db.republishLane({
        workspaceId: engine.workspaceId,
        jobId,
        lane: 1,
        seq: 1,
        copy: 1,
        messageId: null,
      }),
    ).toBe(false);
    expect(await dumpTables(engine.project)).toEqual(before);

    await engine.clock.advance(31_000);
    expect(await lose(engine, jobId, 1, 1, 1)).toEqual({ outcome: "lost" });
    await engine.db.sweep();
    expect(await slices(engine, jobId)).toEqual([
      [1, 1, 1],
      [1, 1, 2],
    ]);
  });

  test("an overdue lane is listed with its message's id, and republished once as a new copy", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const [row] = await engine.db.takeOutbox(5, jobId);
    await engine.clock.advance(301_000);
    expect(await engine.db.sweep(), "the queue doesn't even have it yet").toEqual([]);
    await engine.db.markOutbox(row?.id ?? 0, "msg-1");
    const [overdue, ...others] = await engine.db.sweep();
    expect([overdue, others]).toEqual([
      { workspaceId: engine.workspaceId, jobId, lane: 1, seq: 1, copy: 1, messageId: "msg-1" },
      [],
    ]);
    if (overdue === undefined) return;
    expect([await engine.db.republishLane(overdue), await engine.db.republishLane(overdue)]).toEqual([true, false]);
    expect(await slices(engine, jobId)).toEqual([
      [1, 1, 1],
      [1, 1, 2],
    ]);
    expect(await engine.db.sweep()).toEqual([]);
  });

  test("a running job whose lanes are all parked (which should not be) gets a message", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    await engine.project.database.query(
      "update meta_sync.lanes set state = 'parked', due_at = null, seq = 5 where job_id = $1",
      [jobId],
    );
    await engine.db.sweep();
    expect(await engine.db.takeOutbox(5, jobId)).toMatchObject([{ lane: 1, seq: 5, copy: 1 }]);
    expect(await engine.claim(jobId)).toMatchObject({ lane: 1, seq: 5 });
  });

  test("the parts of a lane that died are free at the sweep, and its parked neighbour is woken for them", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1 });
    const first = await engine.reach(jobId, [planned(), planned(), planned(), planned()]);
    await engine.takeParts(first, 3);
    const second = await engine.claim(jobId, 2);
    await engine.finishParts(second, await engine.takeParts(second, 1));
    expect(await engine.db.endSlice(second, 0)).toEqual({ outcome: "parked" });
    await engine.clock.advance(31_000);
    await engine.db.sweep();
    expect((await engine.parts(jobId)).slice(1, 4)).toMatchObject([
      { state: "waiting" },
      { state: "waiting" },
      { state: "waiting" },
    ]);
    expect(await engine.lanes(jobId)).toMatchObject([{ state: "sent" }, { state: "sent", seq: 2 }]);
  });

  test("a summary that Slack never took gets its report again after ten minutes, one at a time, and never once it stands", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    await engine.db.cancelJob(engine.workspaceId, jobId, "U0ANA");
    const reports = async () => (await engine.outbox(jobId)).filter(({ kind }) => kind === "report").length;
    await publishAll(engine, jobId);
    await engine.clock.advance(301_000);
    await engine.db.sweep();
    expect(await reports()).toBe(1);
    await engine.clock.advance(300_000);
    await engine.db.sweep();
    await engine.db.sweep();
    expect(await reports()).toBe(2);
    await publishAll(engine, jobId);
    await engine.db.markReport(engine.workspaceId, jobId, 1, "C0ADS", "1.2");
    await engine.clock.advance(700_000);
    await engine.db.sweep();
    expect(await reports()).toBe(2);
  });

  test("a first post is tried 20 times, an unsent report gets 10 rows: then others' rows don't wait for them any more", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    const kinds = async () => (await engine.outbox(jobId)).map(({ kind }) => kind);
    for (let tries = 1; tries <= 20; tries += 1) {
      const [, post] = await engine.db.takeOutbox(5, jobId);
      expect(post, `try ${tries}`).toMatchObject({ kind: "post", tries });
      await engine.db.delayOutbox(post?.id ?? 0, "refused");
      await engine.clock.advance(61_000);
    }
    expect(await engine.db.takeOutbox(5, jobId)).toMatchObject([{ kind: "slice" }]);
    expect(await kinds()).toEqual(["slice"]);

    await engine.db.cancelJob(engine.workspaceId, jobId, "U0ANA");
    for (let rows = 1; rows <= 12; rows += 1) {
      await publishAll(engine, jobId);
      expect((await kinds()).filter((kind) => kind === "report")).toHaveLength(Math.min(rows, 10));
      await engine.clock.advance(11 * 60_000);
      await engine.db.sweep();
    }
  });
});
