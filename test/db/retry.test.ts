/** I9: a retry goes on where the attempt before stood, and repeats no finished part. */
import { expect, test } from "vitest";
import { describeOnBoth } from "#test/support/postgres.ts";
import { failure, planned, useEngines, type Engine } from "./engine.ts";

/** Claims of each part over the whole life of the job, counted by watching what is handed out. */
async function workToEnd(engine: Engine, jobId: string): Promise<{ worked: number[]; planned: number[] }> {
  const lease = await engine.claim(jobId);
  const seen = { worked: [] as number[], planned: [] as number[] };
  for (;;) {
    const claim = await engine.db.claimParts(lease, 50);
    if (claim.outcome === "parts") {
      seen.worked.push(...claim.parts.map(({ part }) => part));
      await engine.finishParts(lease, claim.parts);
    } else if (claim.outcome !== "plan") throw new Error(`Stuck: ${JSON.stringify(claim)}`);
    else if (claim.phase <= 4) {
      seen.planned.push(claim.phase);
      await engine.db.finishPhase(lease, claim.phase, [planned()], { warnings: [] });
    } else {
      await engine.db.finishJob(lease, {}, []);
      return seen;
    }
  }
}

describeOnBoth("I9: retry", (open) => {
  const engineOf = useEngines(open);

  test("after a failure in phase 1", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const lease = await engine.claim(jobId);
    await engine.takeParts(lease);
    expect(await engine.db.failPart(lease, 1, failure, true)).toMatchObject({ outcome: "failed", jobFailed: true });
    await engine.db.retryJob(engine.workspaceId, jobId, 1);
    expect(await workToEnd(engine, jobId)).toEqual({ worked: [1, 2, 3, 4], planned: [2, 3, 4] });
    expect(await engine.job(jobId)).toMatchObject({ state: "succeeded", attempt: 2 });
  });

  test.each([2, 3, 4])(
    "after a failure in phase %i: the finished part stays, the failed and the waiting ones are worked",
    async (phase) => {
      const engine = engineOf();
      const jobId = await engine.newJob({ lanes: 1 });
      const lease = await engine.reach(jobId, [planned(), planned(), planned()], phase);
      const [done, bad] = await engine.takeParts(lease, 2);
      if (done === undefined || bad === undefined) throw new Error("Two parts were expected");
      await engine.finishParts(lease, [done]);
      await engine.db.failPart(lease, bad.part, failure, true);
      await engine.db.retryJob(engine.workspaceId, jobId, 1);
      const later = [2, 3, 4].filter((next) => next > phase);
      const parts = [bad.part, bad.part + 1, ...later.map((_, index) => bad.part + 2 + index)];
      expect(await workToEnd(engine, jobId)).toEqual({ worked: parts, planned: later });
      expect((await engine.parts(jobId)).map(({ state }) => state)).toEqual(
        (await engine.parts(jobId)).map(() => "done"),
      );
    },
  );

  test("a failed part of an earlier phase is worked again, though later phases are planned and partly done", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const lease = await engine.reach(jobId, [planned(), planned()]);
    const [first, second] = await engine.takeParts(lease);
    if (first === undefined || second === undefined) throw new Error("Two parts were expected");
    await engine.finishParts(lease, [first]);
    expect(await engine.db.failPart(lease, second.part, failure, false)).toMatchObject({
      outcome: "failed",
      jobFailed: false,
    });
    expect(await engine.db.claimParts(lease, 4)).toMatchObject({
      outcome: "plan",
      phase: 3,
      facts: { failedStreams: ["campaigns"] },
    });
    await engine.db.finishPhase(lease, 3, [planned(), planned()], { warnings: [] });
    const [insight] = await engine.takeParts(lease, 1);
    await engine.finishParts(lease, [insight ?? { part: 0 }]);
    await engine.db.failJob(lease, failure);

    await engine.db.retryJob(engine.workspaceId, jobId, 1);
    expect(await engine.job(jobId)).toMatchObject({ state: "queued", phase: 2 });
    expect(await workToEnd(engine, jobId)).toEqual({ worked: [second.part, 5, 6], planned: [4] });
    expect(await engine.job(jobId)).toMatchObject({ state: "succeeded", phase: 4 });
  });

  test("a part that was cut stays cut: its halves are worked", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const lease = await engine.reach(jobId, [planned()]);
    await engine.takeParts(lease);
    expect(await engine.db.splitPart(lease, 2, [planned(), planned()])).toMatchObject({ outcome: "split" });
    await engine.db.cancelJob(engine.workspaceId, jobId, "U0ANA");
    await engine.db.retryJob(engine.workspaceId, jobId, 1);
    expect((await workToEnd(engine, jobId)).worked).toEqual([3, 4, 5, 6]);
  });

  test("messages of the attempt before are stale, and lane 1 alone is sent", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, channel: "C0ADS" });
    const lease = await engine.reach(jobId, [planned()]);
    await engine.db.failJob(lease, failure);
    await engine.db.retryJob(engine.workspaceId, jobId, 1);
    for (const seq of [1, 2]) {
      expect(await engine.db.claimLane(engine.workspaceId, jobId, 1, seq)).toEqual({ outcome: "stale" });
      expect(await engine.db.claimLane(engine.workspaceId, jobId, 2, seq)).toEqual({ outcome: "stale" });
    }
    expect((await engine.db.takeOutbox(9, jobId)).map(({ kind, lane, seq }) => [kind, lane, seq])).toEqual([
      ["post", null, null],
      ["slice", 1, 3],
    ]);
    expect((await engine.lanes(jobId)).map(({ state }) => state)).toEqual(["sent", "parked"]);
  });
});
