/** Many sessions at once, on a real Postgres: what PGlite's one session can't show. */
import { describe, expect, test } from "vitest";
import { startTestPostgres } from "#test/support/postgres.ts";
import type { SqlSession } from "#src/local/postgres/database.ts";
import { campaignRow, failure, planned, untilBlocked, useEngines, type Engine } from "./engine.ts";

/** Opens a transaction, does `first` in it, starts `then` beside it, and commits when `then`'s sessions wait for its locks. */
async function whileLocked<T>(
  engine: Engine,
  first: (session: SqlSession) => Promise<unknown>,
  then: () => Promise<T>[],
): Promise<T[]> {
  let waiting: Promise<T>[] = [];
  await engine.project.database.transaction(async (session) => {
    await first(session);
    waiting = then();
    await untilBlocked(engine.project, waiting.length);
  });
  return Promise.all(waiting);
}

const lockJob = (jobId: string) => (session: SqlSession) =>
  session.query("select 1 from public.background_jobs where id = $1 for update", [jobId]);

describe("races (postgres)", () => {
  const engineOf = useEngines((clock) => startTestPostgres("postgres", clock));

  test("I5: twenty starts under one key, and twenty twins under their own, make one job", async () => {
    const engine = engineOf();
    const same = await Promise.all(Array.from({ length: 20 }, () => engine.start({ key: "k" })));
    const twins = await Promise.all(Array.from({ length: 20 }, () => engine.start()));
    const ids = new Set([...same, ...twins].map((outcome) => "jobId" in outcome && outcome.jobId));
    expect(ids.size).toBe(1);
    expect([...same, ...twins].filter((outcome) => outcome.outcome === "started" && !outcome.repeated)).toHaveLength(1);

    const fresh = engineOf();
    const atOnce = await Promise.all(Array.from({ length: 20 }, () => fresh.start()));
    expect(atOnce.map(({ outcome }) => outcome).toSorted()).toEqual([
      "started",
      ...Array.from({ length: 19 }, () => "twin"),
    ]);
    expect(
      await fresh.rows("select id from public.background_jobs where workspace_id = $1", [fresh.workspaceId]),
    ).toHaveLength(1);
    expect(
      await fresh.rows("select id from meta_sync.outbox where workspace_id = $1", [fresh.workspaceId]),
    ).toHaveLength(1);
  });

  test("I5: a start that comes while the settling of its key hangs is not started, and the other way round the job is told", async () => {
    const engine = engineOf();
    const settle = (session: SqlSession) =>
      session.query("select public.meta_sync_settle_start($1, $2, 'k')", [engine.workspaceId, engine.env]);
    expect(await whileLocked(engine, settle, () => [engine.start({ key: "k" })])).toMatchObject([
      { outcome: "not_started" },
    ]);
    const start = (session: SqlSession) =>
      session.query("select public.meta_sync_start_job($1, $2, 'late', 'hash', $3)", [
        engine.workspaceId,
        engine.env,
        engine.order(),
      ]);
    expect(await whileLocked(engine, start, () => [engine.db.settleStart(engine.workspaceId, "late")])).toMatchObject([
      { outcome: "started" },
    ]);
  });

  test("I5: an order that vanishes (its account is unknown) while another waits for its key is placed by the other", async () => {
    const engine = engineOf();
    const unknown = engine.order({ order: { account: { kind: "name", name: "nobody" } } });
    const start = (session: SqlSession) =>
      session.query("select public.meta_sync_start_job($1, $2, 'k', 'hash', $3)", [
        engine.workspaceId,
        engine.env,
        unknown,
      ]);
    expect(await whileLocked(engine, start, () => [engine.start({ key: "k" })])).toMatchObject([
      { outcome: "started", repeated: false },
    ]);
    expect(await engine.start({ key: "k" })).toMatchObject({ outcome: "started", repeated: true });
  });

  test("two retries and a start of the same order at once: one job runs", async () => {
    const engine = engineOf();
    const failed: string[] = [];
    for (let made = 0; made < 2; made += 1) {
      const jobId = await engine.newJob();
      await engine.db.failJob(await engine.claim(jobId), failure);
      failed.push(jobId);
    }
    const outcomes = await Promise.all([
      ...failed.map((jobId) => engine.db.retryJob(engine.workspaceId, jobId, 1)),
      engine.start(),
    ]);
    expect(outcomes.filter(({ outcome }) => outcome === "retried" || outcome === "started")).toHaveLength(1);
    expect(
      await engine.rows("select id from public.background_jobs where workspace_id = $1 and finished_at is null", [
        engine.workspaceId,
      ]),
    ).toHaveLength(1);
  });

  test("I1: of many deliveries of one message, one gets the lane; of many ends, one writes the next message", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const claims = await Promise.all(
      Array.from({ length: 10 }, () => engine.db.claimLane(engine.workspaceId, jobId, 1, 1)),
    );
    expect(claims.map(({ outcome }) => outcome).toSorted()).toEqual([
      "claimed",
      ...Array.from({ length: 9 }, () => "leased"),
    ]);
    const won = claims.find((claim) => claim.outcome === "claimed");
    const lease = {
      workspaceId: engine.workspaceId,
      jobId,
      lane: 1,
      seq: 1,
      leaseToken: won?.outcome === "claimed" ? won.leaseToken : "",
    };
    const ends = await Promise.all(Array.from({ length: 10 }, () => engine.db.endSlice(lease, 0)));
    expect(ends.map(({ outcome }) => outcome).toSorted()).toEqual([
      "sent",
      ...Array.from({ length: 9 }, () => "stale"),
    ]);
    expect(await engine.outbox(jobId)).toHaveLength(2);
  });

  test("I15: a save that waits for a cancel writes nothing; a save that came first is kept", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const lease = await engine.reach(jobId, [planned(), planned()]);
    await engine.takeParts(lease);
    const cancel = (session: SqlSession) =>
      session.query("select public.meta_sync_cancel_job($1, $2, 'U0ANA')", [engine.workspaceId, jobId]);
    expect(
      await whileLocked(engine, cancel, () => [
        engine.db.savePage(lease, engine.page(2)),
        engine.db.savePage(lease, engine.page(3)),
      ]),
    ).toEqual([{ outcome: "final" }, { outcome: "final" }]);
    expect(
      await engine.rows("select id from meta_ads.campaigns where workspace_id = $1", [engine.workspaceId]),
    ).toEqual([]);

    const second = engineOf();
    const other = await second.newJob({ lanes: 1 });
    const held = await second.reach(other, [planned()]);
    await second.takeParts(held);
    const save = (session: SqlSession) =>
      session.query(
        "select public.meta_sync_save_page($1, $2, 1, $3, 2, 0, 'campaigns', $4, '[]', null, true, 30, 1)",
        [second.workspaceId, other, held.leaseToken, JSON.stringify([campaignRow(second.accountId, "1")])],
      );
    expect(await whileLocked(second, save, () => [second.db.cancelJob(second.workspaceId, other, "U0ANA")])).toEqual([
      { outcome: "cancelled" },
    ]);
    expect(
      await second.rows("select id from meta_ads.campaigns where workspace_id = $1", [second.workspaceId]),
    ).toEqual([{ id: "1" }]);
  });

  test("lanes save side by side; a claim of the same job waits for neither's rows for long", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1 });
    const first = await engine.reach(jobId, [planned(), planned()]);
    await engine.takeParts(first, 1);
    const second = await engine.claim(jobId, 2);
    await engine.takeParts(second, 1);
    await engine.project.database.transaction(async (session) => {
      await session.query(
        "select public.meta_sync_save_page($1, $2, 1, $3, 2, 0, 'campaigns', $4, '[]', 'b', false, 30, 1)",
        [engine.workspaceId, jobId, first.leaseToken, JSON.stringify([campaignRow(engine.accountId, "1")])],
      );
      expect(
        await engine.db.savePage(second, engine.page(3)),
        "while the first lane's save isn't committed",
      ).toMatchObject({ outcome: "saved" });
    });
  });

  test("pages of two jobs with the same rows in opposite order don't lock each other out", async () => {
    const engine = engineOf();
    const prepared = [];
    for (const timeframe of ["1d", "2d", "3d", "4d"]) {
      const jobId = await engine.newJob({ timeframe, lanes: 1 });
      const lease = await engine.reach(jobId, [planned({ expectedCalls: 10 })]);
      await engine.takeParts(lease);
      prepared.push(lease);
    }
    const ids = Array.from({ length: 50 }, (_, index) => String(1000 + index));
    for (let page = 0; page < 5; page += 1) {
      const saves = prepared.map((lease, index) => {
        const rows = (index % 2 === 0 ? ids : ids.toReversed()).map((id) =>
          campaignRow(engine.accountId, id, `${id} ${page} ${index}`),
        );
        return engine.db.savePage(lease, engine.page(2, { page, rows, cursor: `after ${page}`, done: false }));
      });
      expect((await Promise.all(saves)).map(({ outcome }) => outcome)).toEqual(["saved", "saved", "saved", "saved"]);
    }
    const [row] = await engine.rows("select deadlocks from pg_stat_database where datname = current_database()");
    expect(row).toEqual({ deadlocks: 0 });
  });

  test("an outbox row is handed to one of many takers, and a taker doesn't wait for a job that is ending", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    const taken = await Promise.all(Array.from({ length: 8 }, () => engine.db.takeOutbox(5)));
    expect(
      taken
        .flat()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(["post", "slice"]);
    await engine.clock.advance(16_000);
    expect(
      (await engine.db.takeOutbox(5)).map(({ tries }) => tries),
      "not marked sent in 15 s: due again",
    ).toEqual([2, 2]);

    // Stale now, and locked by the transaction that ends its job.
    await engine.project.database.query("update meta_sync.lanes set seq = 9 where job_id = $1", [jobId]);
    await engine.project.database.transaction(async (session) => {
      await session.query("select 1 from meta_sync.outbox where job_id = $1 for update", [jobId]);
      expect(await engine.db.takeOutbox(5)).toEqual([]);
    });
  });

  test("a sweep doesn't take back the lane of a job that another sweep mended and a worker claimed meanwhile", async () => {
    const engine = engineOf();
    const jobs: string[] = [];
    // More than the ten rows that Postgres reads ahead of a loop.
    for (let made = 0; made < 12; made += 1) jobs.push(await engine.newJob({ timeframe: `${made + 1}d`, lanes: 1 }));
    await engine.project.database.query(
      "update meta_sync.lanes set state = 'parked', due_at = null where workspace_id = $1",
      [engine.workspaceId],
    );
    const last = jobs[11] ?? "";
    let sweeping: Promise<unknown> = Promise.resolve();
    let token = "";
    await engine.project.database.transaction(async (session) => {
      await session.query("select 1 from meta_sync.lanes where job_id = $1 for update", [jobs[0]]);
      sweeping = engine.db.sweep();
      await untilBlocked(engine.project, 1);
      await engine.db.sweep();
      token = (await engine.claim(last)).leaseToken;
    });
    await sweeping;
    expect(await engine.lanes(last)).toMatchObject([{ state: "leased", lease_token: token }]);
  });

  test("whoever holds a job's row, claims and saves of it wait and then go on", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1 });
    const lease = await engine.reach(jobId, [planned(), planned(), planned()]);
    await engine.takeParts(lease, 1);
    const [saved, claimed] = await whileLocked<{ outcome: string }>(engine, lockJob(jobId), () => [
      engine.db.savePage(lease, engine.page(2)),
      engine.db.claimLane(engine.workspaceId, jobId, 2, 1),
    ]);
    expect([saved?.outcome, claimed?.outcome]).toEqual(["saved", "claimed"]);
  });
});
