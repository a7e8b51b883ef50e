/** I5: one order, one job: the same key, the same words, or a start whose answer was lost. */
import { expect, test } from "vitest";
import { describeOnBoth } from "#test/support/postgres.ts";
import { dumpTables, useEngines } from "./engine.ts";

describeOnBoth("starting", (open) => {
  const engineOf = useEngines(open);

  test("I5: the same key with the same order gives the same job and writes nothing more", async () => {
    const engine = engineOf();
    const first = await engine.start({ key: "k", channel: "C0ADS" });
    expect(first).toMatchObject({ outcome: "started", repeated: false });
    const before = await dumpTables(engine.project);
    expect(await engine.start({ key: "k", channel: "C0ADS" })).toMatchObject({ ...first, repeated: true });
    expect(await dumpTables(engine.project)).toEqual(before);
  });

  test("I5: the same key with another order is a conflict that names the job", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ key: "k" });
    const before = await dumpTables(engine.project);
    expect(await engine.start({ key: "k", hash: "another", timeframe: "30d" })).toEqual({ outcome: "conflict", jobId });
    expect(await dumpTables(engine.project)).toEqual(before);
  });

  test("I5: a start that was settled as not started stays so, also when the start arrives later", async () => {
    const engine = engineOf();
    expect(await engine.db.settleStart(engine.workspaceId, "k")).toMatchObject({ outcome: "not_started", jobId: null });
    const before = await dumpTables(engine.project);
    expect(await engine.start({ key: "k" })).toMatchObject({ outcome: "not_started" });
    expect(await engine.start({ key: "k" })).toMatchObject({ outcome: "not_started" });
    expect(await dumpTables(engine.project)).toEqual(before);
  });

  test("I5: a settled start that had started tells the job", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ key: "k" });
    expect(await engine.db.settleStart(engine.workspaceId, "k")).toEqual({ outcome: "started", jobId, reason: null });
  });

  test("I5: another deployment's key is another key", async () => {
    const engine = engineOf();
    const other = engine.dbOf("laptop");
    const jobId = await engine.newJob({ key: "k" });
    expect(await other.settleStart(engine.workspaceId, "k")).toMatchObject({ outcome: "not_started" });
    expect(await other.startJob(engine.workspaceId, "k2", "hash", engine.order())).toMatchObject({
      outcome: "started",
    });
    expect(await engine.start({ key: "k" })).toMatchObject({ outcome: "started", jobId });
  });

  test("a twin is answered with the running job; another account, timeframe, workspace or env is no twin", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ key: "a" });
    expect(await engine.start({ key: "b" })).toMatchObject({ outcome: "twin", jobId });
    expect(await engine.start({ key: "b" })).toMatchObject({ outcome: "twin", jobId, repeated: true });
    expect(await engine.start({ key: "c", timeframe: "8d" })).toMatchObject({ outcome: "started" });
    expect(await engine.start({ key: "d", order: { account: { kind: "id", accountId: "1" } } })).toMatchObject({
      outcome: "started",
    });
    expect(await engine.dbOf("laptop").startJob(engine.workspaceId, "e", "hash", engine.order())).toMatchObject({
      outcome: "started",
    });
    expect(await engine.db.startJob(`${engine.workspaceId}b`, "f", "hash", engine.order())).toMatchObject({
      outcome: "started",
    });
    await engine.db.cancelJob(engine.workspaceId, jobId, "U0ANA");
    expect(await engine.start({ key: "g" })).toMatchObject({ outcome: "started" });
  });

  test("an order whose facts are missing waits, is decided once, and only its own deployment sees it", async () => {
    const engine = engineOf();
    const order = {
      policy: { "member|internal": "allow" },
      personId: "U0ANA",
      origin: { kind: "slack" as const, channel: "C0ADS", threadTs: null, userId: "U0ANA" },
      sealedResponseUrl: "sealed",
    };
    expect(await engine.start({ key: "k", order })).toEqual({ outcome: "waiting" });
    expect(await engine.start({ key: "k", order }), "typed again").toEqual({ outcome: "waiting" });
    const [admit, ...others] = await engine.db.takeOutbox(5);
    expect([admit, others]).toMatchObject([{ kind: "admit", orderKey: "k" }, []]);
    expect(await engine.dbOf("laptop").waitingOrder(engine.workspaceId, "k")).toBeNull();
    expect(await engine.db.waitingOrder(engine.workspaceId, "k")).toMatchObject({
      requestHash: "hash",
      sealedResponseUrl: "sealed",
    });

    await engine.db.putFacts(
      engine.workspaceId,
      { userId: "U0ANA", kind: "member", timezone: null },
      { channelId: "C0ADS", kind: "internal", name: null },
    );
    expect(await engine.start({ key: "k", order })).toMatchObject({ outcome: "started" });
    // Kept until the person was told: the process may die in between.
    expect(await engine.db.waitingOrder(engine.workspaceId, "k")).toMatchObject({ sealedResponseUrl: "sealed" });
    await engine.db.markOutbox(admit?.id ?? 0, "admitted");
    expect(await engine.db.waitingOrder(engine.workspaceId, "k")).toBeNull();
    expect(
      await engine.rows("select placed, sealed_response_url from meta_sync.orders where workspace_id = $1", [
        engine.workspaceId,
      ]),
    ).toEqual([{ placed: null, sealed_response_url: null }]);
  });

  test("a fact that stays unknown counts as no, and a refusal is remembered under its key", async () => {
    const engine = engineOf();
    const order = {
      policy: { "member|internal": "allow", "unknown|unknown": "unknown_person" },
      personId: "U0",
      origin: { kind: "slack" as const, channel: "C0", threadTs: null, userId: "U0" },
      isLastTry: true,
    };
    expect(await engine.start({ key: "k", order })).toEqual({ outcome: "refused", reason: "unknown_person" });
    expect(await engine.start({ key: "k", order })).toMatchObject({ outcome: "refused", reason: "unknown_person" });
    expect(
      await engine.rows("select id from public.background_jobs where workspace_id = $1", [engine.workspaceId]),
    ).toEqual([]);
  });

  test("an unknown name starts nothing, lists what is known, and leaves its key free", async () => {
    const engine = engineOf();
    await engine.db.putAccounts(engine.workspaceId, [
      { accountId: "2", name: "Beta", currency: "EUR", timezone: null },
      { accountId: "1", name: "Acme DE", currency: "EUR", timezone: null },
      { accountId: "1", name: "Acme DE", currency: "EUR", timezone: null },
    ]);
    const named = (name: string) => ({ key: "k", order: { account: { kind: "name" as const, name } } });
    expect(await engine.start(named("gamma"))).toEqual({
      outcome: "unknown_account",
      known: [
        { accountId: "1", name: "Acme DE", aliases: [] },
        { accountId: "2", name: "Beta", aliases: [] },
      ],
    });
    expect(await engine.start(named("acme"))).toMatchObject({ outcome: "started" });
    expect(
      await engine.rows("select account_id from public.background_jobs where workspace_id = $1", [engine.workspaceId]),
    ).toEqual([{ account_id: "1" }]);
  });

  test("the first message's id is the outbox row's, then the queue's, and stays readable when the job ends before it went out", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    expect(await engine.db.firstMessageId(engine.workspaceId, jobId)).toMatch(/^outbox-\d+$/);
    const [row] = await engine.db.takeOutbox(5, jobId);
    await engine.db.markOutbox(row?.id ?? 0, "msg-1");
    expect(await engine.db.firstMessageId(engine.workspaceId, jobId)).toBe("msg-1");
    const early = await engine.newJob({ timeframe: "8d" });
    await engine.db.cancelJob(engine.workspaceId, early, "U0ANA");
    expect(await engine.db.firstMessageId(engine.workspaceId, early)).toBe("outbox-none");
  });
});
