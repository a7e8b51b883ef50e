/** I4, and the life of a job: the table of sync/states.ts is what the functions do and the CHECKs allow. */
import { describe, expect, test } from "vitest";
import type { Lease } from "#src/db/work.ts";
import {
  isFinal,
  jobEvents,
  jobStates,
  partStates,
  statusWord,
  transitions,
  type JobEvent,
  type JobState,
} from "#src/sync/states.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { failure, planned, useEngines, type Engine } from "./engine.ts";

interface Placed {
  jobId: string;
  /** The last lease that lane 1 had, if it ever had one. */
  lease: Lease;
}

const nobody = (engine: Engine, jobId: string): Lease => ({
  workspaceId: engine.workspaceId,
  jobId,
  lane: 1,
  seq: 1,
  leaseToken: "00000000-0000-4000-8000-000000000000",
});

/** Brings a new job into a state by the functions alone. */
const places: Record<JobState, (engine: Engine) => Promise<Placed>> = {
  queued: async (engine) => {
    const jobId = await engine.newJob({ lanes: 1 });
    return { jobId, lease: nobody(engine, jobId) };
  },
  running: async (engine) => {
    const jobId = await engine.newJob({ lanes: 1 });
    return { jobId, lease: await engine.reach(jobId, [planned()]) };
  },
  snoozed: async (engine) => {
    const placed = await places.running(engine);
    await engine.takeParts(placed.lease);
    await engine.db.postponePart(placed.lease, 2, 60, true);
    await engine.db.endSlice(placed.lease, 0);
    return placed;
  },
  succeeded: async (engine) => {
    const placed = await places.running(engine);
    await engine.finishJob(placed.jobId, placed.lease);
    return placed;
  },
  failed: async (engine) => {
    const placed = await places.running(engine);
    await engine.db.failJob(placed.lease, failure);
    return placed;
  },
  cancelled: async (engine) => {
    const placed = await places.running(engine);
    await engine.db.cancelJob(engine.workspaceId, placed.jobId, "U0ANA");
    return placed;
  },
};

async function laneOf(engine: Engine, jobId: string) {
  const [lane] = await engine.lanes(jobId);
  return { seq: Number(lane?.["seq"]), copy: Number(lane?.["copy"]) };
}

/** Lets an event happen in every way the functions offer for it; what isn't allowed must change nothing. */
const happenings: Record<JobEvent, (engine: Engine, placed: Placed) => Promise<void>> = {
  claim: async (engine, { jobId }) => {
    await engine.db.claimLane(engine.workspaceId, jobId, 1, (await laneOf(engine, jobId)).seq);
  },
  snooze: async (engine, { lease }) => {
    const claim = await engine.db.claimParts(lease, 4);
    if (claim.outcome === "parts") await engine.db.postponePart(lease, 2, 60, true);
    await engine.db.endSlice(lease, 0);
  },
  finish: async (engine, { jobId, lease }) => {
    if ((await engine.job(jobId))["state"] === "running") await engine.finishJob(jobId, lease);
    else await engine.db.finishJob(lease, {}, []);
  },
  fail: async (engine, { jobId, lease }) => {
    await engine.db.failJob(lease, failure);
    for (let loss = 0; loss < 3; loss += 1) {
      const { seq, copy } = await laneOf(engine, jobId);
      await engine.db.giveUp(engine.workspaceId, jobId, 1, seq, copy, failure);
      await engine.db.sweep();
    }
  },
  cancel: async (engine, { jobId }) => {
    await engine.db.cancelJob(engine.workspaceId, jobId, "U0ANA");
  },
  retry: async (engine, { jobId }) => {
    await engine.db.retryJob(engine.workspaceId, jobId, null);
  },
};

describeOnBoth("the life of a job", (open) => {
  const engineOf = useEngines(open);
  const cases = jobStates.flatMap((state) =>
    jobEvents.map((event) => ({ state, event, next: transitions[state][event] ?? state })),
  );

  test.each(cases)("$state + $event → $next", async ({ state, event, next }) => {
    const engine = engineOf();
    const placed = await places[state](engine);
    expect(await engine.job(placed.jobId)).toMatchObject({ state });
    await happenings[event](engine, placed);
    const job = await engine.job(placed.jobId);
    expect(job).toMatchObject({ state: next, status: statusWord(next) });
    expect(job["finished_at"] !== null, "I4: finished_at is set if and only if the state is final").toBe(isFinal(next));
    expect(job["completed_at"]).toBe(job["finished_at"]);
    expect(job["error_message"]).toBe(
      next === "failed" ? failure.sentence : next === "cancelled" ? "Cancelled by U0ANA" : null,
    );
  });

  test("a retry is refused with the twin that runs, and asked twice opens one attempt", async () => {
    const engine = engineOf();
    const { jobId } = await places.failed(engine);
    const twin = await engine.newJob({ lanes: 1 });
    expect(await engine.db.retryJob(engine.workspaceId, jobId, 1)).toEqual({ outcome: "twin", jobId: twin });
    await engine.db.cancelJob(engine.workspaceId, twin, "U0ANA");
    expect(await engine.db.retryJob(engine.workspaceId, jobId, 1)).toEqual({ outcome: "retried", attempt: 2 });
    expect(await engine.db.retryJob(engine.workspaceId, jobId, 1)).toEqual({ outcome: "already_retried", attempt: 2 });
    expect(await engine.db.retryJob(engine.workspaceId, jobId, 2)).toEqual({
      outcome: "not_retryable",
      state: "queued",
    });
    expect(await engine.db.cancelJob(engine.workspaceId, twin, "U0BEN")).toEqual({
      outcome: "already_final",
      state: "cancelled",
      by: "U0ANA",
    });
  });

  describe("I4: the CHECKs refuse what the functions never write", () => {
    const good: Record<JobState, string> = {
      queued: "finished_at = null, snoozed_until = null, failure = null, cancelled_by = null",
      running: "finished_at = null, snoozed_until = null, failure = null, cancelled_by = null",
      snoozed: "finished_at = null, snoozed_until = now(), failure = null, cancelled_by = null",
      succeeded: "finished_at = now(), snoozed_until = null, failure = null, cancelled_by = null",
      failed: "finished_at = now(), snoozed_until = null, failure = '{}', cancelled_by = null",
      cancelled: "finished_at = now(), snoozed_until = null, failure = null, cancelled_by = 'U'",
    };
    const flips = [
      ["finished_at", "now()"],
      ["snoozed_until", "now()"],
      ["failure", "'{}'"],
      ["cancelled_by", "'U'"],
    ] as const;

    test.each(jobStates)("%s", async (state) => {
      const engine = engineOf();
      const jobId = await engine.newJob();
      const write = (columns: string) =>
        engine.project.database.query(
          `update public.background_jobs set state = '${state}', ${columns} where id = $1`,
          [jobId],
        );
      await write(good[state]);
      for (const [column, value] of flips) {
        const wasNull = good[state].includes(`${column} = null`);
        const flipped = good[state]
          .split(", ")
          .map((part) => (part.startsWith(`${column} =`) ? `${column} = ${wasNull ? value : "null"}` : part));
        await expect(write(flipped.join(", ")), `${state} with ${flipped.join(", ")}`).rejects.toMatchObject({
          code: "23514",
        });
      }
    });

    test("a state that isn't in the table", async () => {
      const engine = engineOf();
      const jobId = await engine.newJob();
      await expect(
        engine.project.database.query("update public.background_jobs set state = 'paused' where id = $1", [jobId]),
      ).rejects.toMatchObject({ code: "23514" });
    });

    test("the states of jobs and parts are those of sync/states.ts, word for word", async () => {
      const engine = engineOf();
      const [row] = await engine.rows(`
        select (select pg_get_constraintdef(oid) from pg_constraint where conname = 'background_jobs_state') as jobs,
          (select pg_get_constraintdef(oid) from pg_constraint where conname = 'job_parts_state_check') as parts`);
      const words = (text: unknown) => [...String(text).matchAll(/'(\w+)'/g)].map(([, word]) => word);
      expect(words(row?.["jobs"])).toEqual([...jobStates]);
      expect(words(row?.["parts"])).toEqual([...partStates]);
    });
  });
});
