/** Sixteen workers on one job, on a real Postgres, by a queue that delivers twice and retries: with and without deaths. */
import { describe, expect, test } from "vitest";
import type { Lease } from "#src/db/work.ts";
import { startTestPostgres } from "#test/support/postgres.ts";
import { planned, useEngines, window, type Engine } from "./engine.ts";

const workers = 16;

/** A worker was killed: whatever it was doing stays as it is. */
class WorkerKilled extends Error {}

interface Message {
  lane: number;
  seq: number;
}

/** A queue and its workers. `killEvery` n: every n-th saved page is the last thing that its worker does. */
class Crew {
  readonly queue: Message[] = [];
  /** How often each part was read to its end. */
  readonly finished = new Map<number, number>();
  /** What must never be. */
  readonly faults: string[] = [];
  mostLanesAtOnce = 0;
  deaths = 0;
  #lanesAtWork = new Set<number>();
  #inHand = new Set<number>();
  #saves = 0;
  #engine: Engine;
  #jobId: string;
  #killEvery: number;

  constructor(engine: Engine, jobId: string, killEvery: number) {
    this.#engine = engine;
    this.#jobId = jobId;
    this.#killEvery = killEvery;
  }

  /** Publishes what is due; every fourth message is delivered twice. */
  async publish(): Promise<void> {
    for (const { id, lane, seq } of await this.#engine.db.takeOutbox(50, this.#jobId)) {
      await this.#engine.db.markOutbox(id, `m${id}`);
      if (lane === null || seq === null) throw new Error(`Outbox row ${id} names no lane`);
      this.queue.push({ lane, seq });
      if (id % 4 === 0) this.queue.push({ lane, seq });
    }
  }

  async #workPart(lease: Lease, part: number): Promise<void> {
    const engine = this.#engine;
    const { db } = engine;
    if (this.#inHand.has(part)) this.faults.push(`part ${part} in two hands`);
    this.#inHand.add(part);
    try {
      for (const [number, cursor] of [
        [0, "b"],
        [1, null],
      ] as const) {
        const saved = await db.savePage(lease, engine.page(part, { page: number, cursor, done: cursor === null }));
        if (saved.outcome !== "saved") this.faults.push(`part ${part}: ${saved.outcome}`);
        this.#saves += 1;
        if (this.#killEvery > 0 && this.#saves % this.#killEvery === 0) throw new WorkerKilled();
      }
      this.finished.set(part, (this.finished.get(part) ?? 0) + 1);
    } finally {
      this.#inHand.delete(part);
    }
  }

  async #workLane(lease: Lease): Promise<void> {
    const { db } = this.#engine;
    for (let turn = 0; turn < 2; turn += 1) {
      const claim = await db.claimParts(lease, 2);
      if (claim.outcome === "parts") {
        const ends = await Promise.allSettled(claim.parts.map(({ part }) => this.#workPart(lease, part)));
        for (const end of ends) if (end.status === "rejected") throw end.reason;
      } else if (claim.outcome !== "plan") break;
      else if (claim.phase > 4) {
        await db.finishJob(lease, {}, []);
        return;
      } else {
        const parts = Array.from({ length: claim.phase === 3 ? 40 : 4 }, () => planned({ expectedCalls: 2 }));
        await db.finishPhase(lease, claim.phase, parts, { window, warnings: [] });
      }
    }
    await db.endSlice(lease, 0);
    await this.publish();
  }

  /** One delivery. False: to be retried, as the queue does after an error or a 503. */
  async deliver({ lane, seq }: Message): Promise<boolean> {
    const { db, workspaceId } = this.#engine;
    const claim = await db.claimLane(workspaceId, this.#jobId, lane, seq);
    if (claim.outcome !== "claimed") return claim.outcome !== "leased";
    if (this.#lanesAtWork.has(lane)) this.faults.push(`lane ${lane} leased twice`);
    this.#lanesAtWork.add(lane);
    this.mostLanesAtOnce = Math.max(this.mostLanesAtOnce, this.#lanesAtWork.size);
    try {
      await this.#workLane({ workspaceId, jobId: this.#jobId, lane, seq, leaseToken: claim.leaseToken });
      return true;
    } catch (error) {
      if (!(error instanceof WorkerKilled)) throw error;
      this.deaths += 1;
      return false;
    } finally {
      this.#lanesAtWork.delete(lane);
    }
  }

  /** Delivers until nothing is left; retries come after the lease of whoever holds the lane. */
  async run(): Promise<void> {
    await this.publish();
    for (let round = 0; this.queue.length > 0; round += 1) {
      if (round > 400) throw new Error("The job doesn't end");
      const batch = this.queue.splice(0, workers);
      const taken = await Promise.all(batch.map((message) => this.deliver(message)));
      const retried = batch.filter((_, index) => taken[index] === false);
      this.queue.push(...retried);
      if (this.queue.length === retried.length && retried.length > 0) await this.#engine.clock.advance(31_000);
    }
  }
}

describe("I1: sixteen workers on one job (postgres)", () => {
  const engineOf = useEngines((clock) => startTestPostgres("postgres", clock));

  test("each part is worked by one at a time and once, and the job ends", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: workers, sliceConcurrency: 2 });
    const crew = new Crew(engine, jobId, 0);
    await crew.run();
    expect(crew.faults).toEqual([]);
    expect(await engine.job(jobId)).toMatchObject({ state: "succeeded", progress: 100 });
    expect([...crew.finished.values()]).toEqual(Array.from({ length: 1 + 4 + 40 + 4 }, () => 1));
    expect(crew.mostLanesAtOnce).toBeGreaterThan(8);
  });

  test("with every seventh save killing its worker, still by one at a time, and the job ends by the queue's retries alone", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: workers, sliceConcurrency: 2 });
    const crew = new Crew(engine, jobId, 7);
    await crew.run();
    expect(crew.faults).toEqual([]);
    expect(await engine.job(jobId)).toMatchObject({ state: "succeeded", progress: 100 });
    expect(crew.deaths).toBeGreaterThan(8);
    expect((await engine.parts(jobId)).filter(({ state }) => state !== "done")).toEqual([]);
  });
});
