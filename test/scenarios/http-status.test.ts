/** The HTTP interface as the older web client uses it: start, then poll every 3 s to the end, with one documented header. */
import { createHmac, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { parseApiKeys } from "#src/access/api-keys.ts";
import { accounts, apiKey, createWorld, useWorlds, withKey, type TestWorld } from "#test/support/world.ts";
import { ask, startByHttp, startPath, statusByHttp, sweep, type Answer } from "./steps.ts";

useWorlds();

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const always = [
  "completedAt",
  "createdAt",
  "errorMessage",
  "estimatedTimeRemaining",
  "jobType",
  "progress",
  "requestId",
  "resultData",
  "status",
  "updatedAt",
];

/** What holds in every state; `status` and what depends on it are the caller's. */
function expectShape({ status, json }: Answer, requestId: unknown): void {
  expect(status).toBe(200);
  const names = Object.keys(json).toSorted();
  expect(names).toEqual(json["status"] === "completed" ? [...always, "summary"].toSorted() : always);
  expect(json).toMatchObject({ requestId, jobType: "meta-marketing-sync" });
  expect(json["createdAt"]).toMatch(instant);
  expect(json["updatedAt"]).toMatch(instant);
  expect(json["progress"]).toSatisfy((value: number) => Number.isInteger(value) && value >= 0 && value <= 100);
}

test("a poll every 3 s sees queued, processing, completed; progress never falls", async () => {
  const polls: Answer[] = [];
  let world: TestWorld | undefined;
  let requestId: unknown;
  world = await createWorld({
    async beforeGraphAnswer(clock) {
      await clock.advance(3000);
      if (world !== undefined && requestId !== undefined) polls.push(await statusByHttp(world, requestId));
    },
  });
  const started = await startByHttp(world, "2026110001", "7d");
  requestId = started.json["requestId"];
  expect(started.status).toBe(202);
  expect(started.json).toEqual({
    message: "Background job started successfully",
    requestId: expect.stringMatching(uuid) as unknown,
    messageId: expect.stringMatching(/^msg_/) as unknown,
    status: "queued",
    progress: 0,
    isBackgroundJob: true,
    estimatedDuration: expect.stringMatching(/^\d+-\d+ minutes$/) as unknown,
    checkStatusUrl: `${startPath}/status?requestId=${String(requestId)}`,
  });
  expect(started.headers.get("location")).toBe(`${startPath}/status?requestId=${String(requestId)}`);
  expect(Number(started.headers.get("retry-after"))).toBeGreaterThan(0);

  const queued = await statusByHttp(world, requestId);
  expectShape(queued, requestId);
  expect(queued.json).toMatchObject({
    status: "queued",
    progress: 0,
    completedAt: null,
    errorMessage: null,
    resultData: null,
    estimatedTimeRemaining: null,
  });
  await world.run();
  const last = await statusByHttp(world, requestId);

  expect(polls.length).toBeGreaterThan(8);
  for (const poll of polls) {
    expectShape(poll, requestId);
    expect(poll.json).toMatchObject({ status: "processing", completedAt: null, errorMessage: null, resultData: null });
  }
  const estimates = polls.map((poll) => poll.json["estimatedTimeRemaining"]);
  expect(estimates[0]).toBeNull();
  expect(estimates.filter((value) => typeof value === "number")).not.toEqual([]);
  for (const value of estimates) expect(value === null || (Number.isInteger(value) && Number(value) > 0)).toBe(true);
  const progress = [queued, ...polls, last].map((poll) => Number(poll.json["progress"]));
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));

  expectShape(last, requestId);
  const [sums] = await world.query(
    "select trim_scale(sum(spend))::text as spend from meta_ads.insights_daily where level = 'account' and date_start >= '2026-11-08'",
  );
  expect(last.json).toMatchObject({
    status: "completed",
    progress: 100,
    errorMessage: null,
    estimatedTimeRemaining: 0,
  });
  expect(last.json["completedAt"]).toMatch(instant);
  const [job] = await world.services.db.recentJobs("default", null, 1);
  expect(last.json["summary"]).toEqual({
    totalCampaigns: 12,
    totalProcessed: job?.rowsRead,
    totalSpend: expect.any(String) as unknown,
    currency: "EUR",
    warnings: [],
  });
  expect(Number((last.json["summary"] as { totalSpend: string }).totalSpend)).toBe(Number(sums?.["spend"]));
  expect(Buffer.byteLength(JSON.stringify(last.json["resultData"]))).toBeLessThanOrEqual(64 * 1024);
  expect(last.json["resultData"]).toMatchObject({
    accountId: accounts.berlin,
    since: "2026-11-08",
    until: "2026-11-14",
  });
  // A start by HTTP posts nowhere unless a channel is given.
  expect(world.slack.calls("chat.postMessage")).toEqual([]);
});

test("a snoozed job is processing; a failed one says why; a cancelled one is failed for old pollers", async () => {
  const world = await createWorld();
  const rule = world.graph.faults.add({
    match: { level: "ad" },
    action: { kind: "error", code: 17, subcode: 2446079, http: 400 },
  });
  const throttled = await startByHttp(world, accounts.berlin, "7d");
  await world.settle();
  const snoozed = await statusByHttp(world, throttled.json["requestId"]);
  expectShape(snoozed, throttled.json["requestId"]);
  expect(snoozed.json).toMatchObject({ status: "processing", completedAt: null, errorMessage: null, resultData: null });
  expect(Number(snoozed.json["estimatedTimeRemaining"])).toBeGreaterThan(30);

  await world.services.db.cancelJob("default", String(throttled.json["requestId"]), "U0ANA");
  const cancelled = await statusByHttp(world, throttled.json["requestId"]);
  expectShape(cancelled, throttled.json["requestId"]);
  expect(cancelled.json).toMatchObject({
    status: "failed",
    errorMessage: "Cancelled by U0ANA",
    resultData: null,
    estimatedTimeRemaining: 0,
  });
  expect(cancelled.json["completedAt"]).toMatch(instant);

  world.graph.faults.remove(rule.id);
  world.graph.tokens.set({ name: "default", state: "expired" });
  const dead = await startByHttp(world, accounts.tokyo, "7d");
  await world.run();
  const failed = await statusByHttp(world, dead.json["requestId"]);
  expectShape(failed, dead.json["requestId"]);
  expect(failed.json).toMatchObject({ status: "failed", resultData: null, estimatedTimeRemaining: 0 });
  expect(failed.json["completedAt"]).toMatch(instant);
  expect(failed.json["errorMessage"]).toContain("token");
});

test("401 comes before 400, 400 before 404", async () => {
  const world = await createWorld();
  const bare = { headers: {} };
  const wrong = { headers: { authorization: "Bearer nobody-knows-this-key" } };
  for (const init of [bare, wrong]) {
    expect((await ask(world, startPath, init)).status).toBe(401);
    expect((await statusByHttp(world, "not-a-uuid", init)).status).toBe(401);
    expect((await statusByHttp(world, randomUUID(), init)).status).toBe(401);
  }
  const refused = await ask(world, startPath);
  expect(refused).toMatchObject({ status: 400, json: { error: { code: "bad_request" } } });
  expect((await ask(world, `${startPath}?action=getData&accountId=abc`)).status).toBe(400);
  expect((await ask(world, `${startPath}?action=drop&accountId=1`)).status).toBe(400);
  expect((await startByHttp(world, "1", "sometimes")).json).toMatchObject({ error: { code: "bad_timeframe" } });
  expect((await ask(world, `${startPath}/status`)).status).toBe(400);
  expect((await statusByHttp(world, "not-a-uuid")).status).toBe(400);
  expect(await statusByHttp(world, randomUUID())).toMatchObject({
    status: 404,
    json: { error: { code: "not_found" } },
  });
  expect(await world.services.db.recentJobs("default", null, 5)).toEqual([]);
});

test("POST takes the same as JSON; the timeframe is 24h unless said; act_ or not is one account", async () => {
  const world = await createWorld();
  const post = (body: unknown) =>
    ask(world, startPath, {
      method: "POST",
      headers: { ...withKey.headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const first = await post({ action: "getData", accountId: accounts.kolkata });
  expect(first.status).toBe(202);
  const [job] = await world.services.db.recentJobs("default", null, 1);
  expect(job?.request).toMatchObject({ accountId: "2026110003", timeframe: "24h" });
  const twin = await startByHttp(world, "2026110003", "24h");
  expect(twin).toMatchObject({ status: 202, json: { requestId: first.json["requestId"] } });
  expect((await post([])).status).toBe(400);
  expect(await world.services.db.recentJobs("default", null, 5)).toHaveLength(1);
});

test("I5: one Idempotency-Key is one job; with another body it is refused", async () => {
  const world = await createWorld();
  const init = { headers: { ...withKey.headers, "idempotency-key": "order-1" } };
  const first = await startByHttp(world, accounts.kolkata, "7d", init);
  await world.run();
  const again = await startByHttp(world, accounts.kolkata, "7d", init);
  expect(again).toMatchObject({ status: 202, json: { requestId: first.json["requestId"] } });
  expect(await startByHttp(world, accounts.kolkata, "14d", init)).toMatchObject({
    status: 409,
    json: { error: { code: "conflict" } },
  });
  const other = await startByHttp(world, accounts.kolkata, "7d");
  expect(other.json["requestId"]).not.toBe(first.json["requestId"]);
});

test("the messageId is QStash's own, also when QStash is slower than the database", async () => {
  const world = await createWorld();
  const { fetch } = world.queue.wire;
  world.queue.wire.fetch = async (...request) => {
    for (let turn = 0; turn < 5; turn += 1) await world.query("select 1");
    return fetch(...request);
  };
  const started = await startByHttp(world, accounts.kolkata, "7d");
  expect(started.json["messageId"]).toBe(world.queue.pending()[0]?.messageId);
});

test("while the queue is down the messageId names the outbox row, and the job goes on when it is back", async () => {
  const world = await createWorld();
  world.queue.faults.add({ kind: "down" });
  const started = await startByHttp(world, accounts.kolkata, "7d");
  expect(started.status).toBe(202);
  expect(started.json["messageId"]).toMatch(/^outbox-\d+$/);
  world.queue.faults.clear();
  await world.clock.advance(5000);
  await sweep(world);
  await world.run();
  expect((await statusByHttp(world, started.json["requestId"])).json["status"]).toBe("completed");
});

test("a key for one account gets 404 for others, at start and at status", async () => {
  const keys = parseApiKeys(`tester:${apiKey},client[act_2026110003]:client-key-123`);
  const world = await createWorld({ config: { apiKeys: keys.ok ? keys.keys : [] } });
  const client = { headers: { authorization: "Bearer client-key-123" } };
  expect((await startByHttp(world, accounts.berlin, "7d", client)).status).toBe(404);
  const theirs = await startByHttp(world, accounts.berlin, "7d");
  expect((await statusByHttp(world, theirs.json["requestId"], client)).status).toBe(404);
  const own = await startByHttp(world, accounts.kolkata, "7d", client);
  expect(own.status).toBe(202);
  expect((await statusByHttp(world, own.json["requestId"], client)).status).toBe(200);
});

/** As Supabase signs a user's token: HS256 with the project's secret. */
function userToken(world: TestWorld, sub: string, changes: Record<string, unknown> = {}): RequestInit {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ sub, role: "authenticated", aud: "authenticated", iat: now, exp: now + 3600, ...changes })}`;
  const mac = createHmac("sha256", world.postgres.keys.jwtSecret).update(signed).digest("base64url");
  return { headers: { authorization: `Bearer ${signed}.${mac}` } };
}

test("a Supabase user starts and sees only its own jobs", async () => {
  const world = await createWorld();
  const ana = userToken(world, "11111111-1111-4111-8111-111111111111");
  const ben = userToken(world, "22222222-2222-4222-8222-222222222222");
  const operators = await startByHttp(world, accounts.kolkata, "7d");
  const own = await startByHttp(world, accounts.kolkata, "7d", ana);
  expect(own.status).toBe(202);
  // Somebody else's running job doesn't exist for her, so it can't be her twin either.
  expect(own.json["requestId"]).not.toBe(operators.json["requestId"]);
  expect((await statusByHttp(world, own.json["requestId"], ana)).status).toBe(200);
  expect((await statusByHttp(world, own.json["requestId"], ben)).status).toBe(404);
  expect((await statusByHttp(world, operators.json["requestId"], ana)).status).toBe(404);
  expect((await statusByHttp(world, own.json["requestId"])).status).toBe(200);
  expect((await startByHttp(world, accounts.kolkata, "7d", ana)).json["requestId"]).toBe(own.json["requestId"]);

  const expired = userToken(world, "11111111-1111-4111-8111-111111111111", {
    exp: Math.floor(Date.now() / 1000) - 120,
  });
  expect((await startByHttp(world, accounts.kolkata, "7d", expired)).status).toBe(401);
  const anon = { headers: { authorization: `Bearer ${world.postgres.keys.anonKey}` } };
  expect((await startByHttp(world, accounts.kolkata, "7d", anon)).status).toBe(401);
  await world.run();
  expect((await statusByHttp(world, own.json["requestId"], ana)).json["status"]).toBe("completed");
  // A 401 would log people out of a web client for a database that is away.
  world.postgres.faults.mode = "down";
  expect((await statusByHttp(world, own.json["requestId"], ana)).status).toBe(503);
  expect((await startByHttp(world, accounts.kolkata, "7d", ana)).status).toBe(503);
});

test("a start by HTTP is posted in a channel of this workspace alone, and in no other", async () => {
  const world = await createWorld();
  const start = (channel: string) =>
    ask(world, `${startPath}?action=getData&accountId=${accounts.kolkata}&timeframe=7d&channel=${channel}`);
  const refused = [await start("C0SHARED"), await start("C0NOWHERE")];
  expect(refused.map((answer) => answer.status)).toEqual([403, 403]);
  expect(refused[0]?.json["error"]).toMatchObject({ code: "channel_refused" });
  expect(await world.query("select 1 from public.background_jobs")).toEqual([]);
  expect((await start("C0ADS")).status).toBe(202);
  await world.run();
  expect(world.read("C0SHARED")).toEqual([]);
  expect(world.read("C0ADS")[0]?.root).toContain("Sync complete: Chai & Co");
});
