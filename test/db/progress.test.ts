/** Progress never falls, whatever happens to a job: random walks of claims, pages, cuts, failures, retries. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Lease } from "#src/db/work.ts";
import { isFinal } from "#src/sync/states.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { failure, planned, useEngines, type Engine } from "./engine.ts";

const moves = [
  "claim",
  "parts",
  "page",
  "last",
  "restart",
  "postpone",
  "split",
  "fail",
  "end",
  "die",
  "lose",
  "cancel",
  "retry",
] as const;
type Move = { move: (typeof moves)[number]; lane: 1 | 2 };

/** What a worker of each lane remembers. */
interface Walk {
  leases: Map<number, Lease>;
  /** Parts in hand: the next page of each. */
  pages: Map<number, { lane: number; page: number }>;
}

async function doMove(engine: Engine, jobId: string, walk: Walk, { move, lane }: Move): Promise<void> {
  const { db } = engine;
  const lease = walk.leases.get(lane);
  const [part, hand] = [...walk.pages].find(([, held]) => held.lane === lane) ?? [];
  const drop = (number: number | undefined) => number !== undefined && walk.pages.delete(number);
  if (move === "claim") {
    const row = (await engine.lanes(jobId))[lane - 1];
    const seq = Number(row?.["seq"]);
    const claim = await db.claimLane(engine.workspaceId, jobId, lane, seq);
    if (claim.outcome === "claimed")
      walk.leases.set(lane, { workspaceId: engine.workspaceId, jobId, lane, seq, leaseToken: claim.leaseToken });
  } else if (move === "cancel") await db.cancelJob(engine.workspaceId, jobId, "U0ANA");
  else if (move === "retry") await db.retryJob(engine.workspaceId, jobId, null);
  else if (move === "die") await engine.clock.advance(31_000);
  else if (move === "lose") await db.sweep();
  else if (lease === undefined) return;
  else if (move === "parts") {
    const claim = await db.claimParts(lease, 2);
    if (claim.outcome === "parts") for (const given of claim.parts) walk.pages.set(given.part, { lane, page: 0 });
    else if (claim.outcome === "plan" && claim.phase <= 4)
      await db.finishPhase(lease, claim.phase, [planned({ expectedCalls: 3 }), planned(), planned()], { warnings: [] });
    else if (claim.outcome === "plan") await db.finishJob(lease, {}, []);
    else if (claim.outcome === "poison") await db.failPart(lease, claim.part.part, failure, true);
  } else if (move === "end") {
    await db.endSlice(lease, 0);
    walk.leases.delete(lane);
  } else if (part === undefined || hand === undefined) return;
  else if (move === "page" || move === "restart") {
    const page = move === "restart" ? 0 : hand.page;
    const saved = await db.savePage(lease, engine.page(part, { page, cursor: `after ${page} ${move}`, done: false }));
    if (saved.outcome === "saved") hand.page = page + 1;
    else drop(part);
  } else {
    drop(part);
    if (move === "last") await db.savePage(lease, engine.page(part, { page: hand.page }));
    if (move === "postpone") await db.postponePart(lease, part, 0, true);
    if (move === "split")
      await db.splitPart(lease, part, [planned({ expectedCalls: 2 }), planned({ expectedCalls: 2 })]);
    if (move === "fail") await db.failPart(lease, part, failure, false);
  }
}

describeOnBoth("progress", (open) => {
  const engineOf = useEngines(open);
  const oneMove = fc.record({
    // Mostly work, seldom trouble: so that walks come far.
    move: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom("claim", "parts", "last", "page") },
      { weight: 2, arbitrary: fc.constantFrom(...moves) },
    ),
    lane: fc.constantFrom(1, 2),
  }) as fc.Arbitrary<Move>;

  test("never falls, ends at 100 only with success, and the rules of lanes and parts hold all the way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(oneMove, { minLength: 30, maxLength: 60 }), async (walked) => {
        const engine = engineOf();
        const jobId = await engine.newJob({ lanes: 2 });
        const first = await engine.reach(jobId, [planned({ expectedCalls: 3 }), planned(), planned()]);
        const walk: Walk = { leases: new Map([[1, first]]), pages: new Map() };
        let shown = 0;
        for (const step of walked) {
          await doMove(engine, jobId, walk, step);
          const view = await engine.db.jobView(engine.workspaceId, jobId);
          expect(view?.progress).toBeGreaterThanOrEqual(shown);
          shown = view?.progress ?? 0;
          expect(shown === 100).toBe(view?.state === "succeeded");
          expect(view?.estimatedSecondsLeft === 0).toBe(view !== null && isFinal(view.state));
          // I8 and I1, at every moment: somebody is coming, and whoever holds a part holds its lane's lease.
          const [odd] = await engine.rows(
            `select (j.finished_at is null and not exists (select 1 from meta_sync.lanes l where l.job_id = j.id and l.state <> 'parked')) as stuck,
              exists (select 1 from meta_sync.job_parts p left join meta_sync.lanes l on l.job_id = p.job_id and l.lane = p.lane and l.lease_token = p.lease_token
                where p.job_id = j.id and p.state = 'leased' and l.lane is null) as orphaned
             from public.background_jobs j where j.id = $1`,
            [jobId],
          );
          expect(odd).toEqual({ stuck: false, orphaned: false });
        }
      }),
      { numRuns: 8, seed: 20261101 },
    );
  });
});
