/** Failed deliveries: when they are tried again, when they are given up. */
import { describe, expect, test } from "vitest";
import { computeBackoffMs } from "#src/local/qstash/retry-time.ts";
import { parseRetryExpression } from "#src/local/qstash/retry-expression.ts";
import { openWorld, useQstash, WORKER, type World } from "./qstash-setup.ts";

useQstash();

/** How long the message's first retry was put off, to the second, by the event log. */
async function readRetrySeconds(world: World): Promise<number | undefined> {
  const { logs } = await world.client.logs({ filter: { state: "RETRY" } });
  const [retry] = logs.toReversed();
  return retry?.nextDeliveryTime === undefined ? undefined : (retry.nextDeliveryTime - retry.time) / 1000;
}

/** Publishes one message that fails as told, delivers it, and says in how many seconds it is tried again. */
async function measureRetrySeconds(response: () => Response, options: object = {}): Promise<number | undefined> {
  const world = await openWorld();
  world.sink.respond = response;
  await world.client.publish({ url: WORKER, body: "x", ...options });
  await world.qstash.deliverDue();
  return await readRetrySeconds(world);
}

const fail = (headers: Record<string, string> = {}) => new Response("busy", { status: 503, headers });

describe("the documented backoff", () => {
  test("12 s, 2m28s, 30m8s, then the dead-letter queue after 32m48s", async () => {
    const world = await openWorld();
    world.sink.respond = () => fail();
    const { messageId } = await world.client.publish({ url: WORKER, body: "x" });
    expect(await world.qstash.deliverDue()).toBe(1);
    for (const seconds of [12, 148, 1808]) {
      expect(await world.pass(seconds * 1000 - 5000)).toBe(0);
      expect(await world.pass(5000)).toBe(1);
    }
    expect(world.sink.received.map(({ headers }) => headers.get("upstash-retried"))).toEqual(["0", "1", "2", "3"]);
    expect(new Set(world.sink.received.map(({ headers }) => headers.get("upstash-message-id")))).toEqual(
      new Set([messageId]),
    );
    expect(world.qstash.pending()).toEqual([]);
    expect((await world.client.dlq.listMessages()).messages).toMatchObject([{ messageId, responseStatus: 503 }]);
    expect(await world.pass(86_400_000)).toBe(0);
  });

  test("the fourth retry waits 6h7m, the fifth a day, no later one longer", () => {
    expect([4, 5, 6, 99].map((retry) => computeBackoffMs(retry) / 1000)).toEqual([22_026, 86_400, 86_400, 86_400]);
  });
});

describe("which answers count as delivered", () => {
  test.each([200, 201, 204, 299])("%i is delivered", async (status) => {
    const world = await openWorld();
    world.sink.respond = () => new Response(status === 204 ? null : "x", { status });
    const { messageId } = await world.client.publish({ url: WORKER });
    await world.qstash.deliverDue();
    expect(world.qstash.pending()).toEqual([]);
    await expect(world.client.messages.get(messageId)).rejects.toMatchObject({ status: 404 });
    expect((await world.client.dlq.listMessages()).messages).toEqual([]);
  });

  test.each([301, 304, 400, 401, 404, 429, 489, 500, 503])("%i is tried again", async (status) => {
    expect(await measureRetrySeconds(() => new Response(null, { status }))).toBe(12);
  });

  test("a connection error is tried again", async () => {
    const reset = () => {
      throw new TypeError("fetch failed", { cause: new Error("ECONNRESET") });
    };
    expect(await measureRetrySeconds(reset)).toBe(12);
  });

  test("489 with its header fails at once, whatever retries are left", async () => {
    const world = await openWorld();
    world.sink.respond = () =>
      new Response("unreadable", { status: 489, headers: { "Upstash-NonRetryable-Error": "true" } });
    await world.client.publish({ url: WORKER, body: "x", retries: 5 });
    await world.qstash.deliverDue();
    expect(world.qstash.pending()).toEqual([]);
    expect((await world.client.dlq.listMessages()).messages).toMatchObject([
      { responseStatus: 489, responseBody: "unreadable" },
    ]);
  });
});

describe("the destination says when", () => {
  test.each([
    ["retry-after", "37", 37],
    ["retry-after", "0", 0],
    ["retry-after", "6m5s", 365],
    ["retry-after", "1.5s", 1.5],
    ["retry-after", "86400", 86_400],
    ["retry-after", "86401", 12],
    ["retry-after", "25h", 12],
    ["retry-after", "later", 12],
    ["x-ratelimit-reset", "20", 20],
    ["x-ratelimit-reset", "1793606400", 12],
    ["x-ratelimit-reset-requests", "1m", 60],
    ["x-ratelimit-reset-tokens", "90s", 90],
  ])("%s: %s", async (name, value, seconds) => {
    const world = await openWorld();
    // One failure only, since a wait of 0 is delivered again within the same round.
    world.sink.respond = (_received, index) => (index === 0 ? fail({ [name]: value }) : new Response("ok"));
    await world.client.publish({ url: WORKER });
    const delivered = await world.qstash.deliverDue();
    expect(delivered).toBe(seconds === 0 ? 2 : 1);
    expect(await readRetrySeconds(world)).toBe(seconds);
  });

  test("an HTTP date is read in world time; one that has passed means now", async () => {
    const world = await openWorld();
    const dates = [new Date(world.clock.now() + 90_000), new Date(world.clock.now() - 90_000)];
    world.sink.respond = (_received, index) =>
      index < 2 ? fail({ "Retry-After": dates[index]?.toUTCString() ?? "" }) : new Response("ok");
    await world.client.publish({ url: WORKER });
    expect(await world.qstash.deliverDue()).toBe(1);
    expect(await world.pass(84_000)).toBe(0);
    expect(await world.pass(6000)).toBe(2);
  });

  test("Retry-After wins over the expression, and uses up a retry", async () => {
    const world = await openWorld();
    world.sink.respond = () => fail({ "Retry-After": "5" });
    await world.client.publish({ url: WORKER, retries: 1, retryDelay: "60000" });
    await world.qstash.deliverDue();
    expect(await world.pass(5000)).toBe(1);
    expect(world.qstash.pending()).toEqual([]);
  });
});

describe("the publisher's expression", () => {
  test("in milliseconds, retried = 0 at the first retry", async () => {
    const world = await openWorld();
    world.sink.respond = () => fail();
    await world.client.publish({ url: WORKER, retries: 3, retryDelay: "1000 * pow(2, retried)" });
    await world.qstash.deliverDue();
    for (const seconds of [1, 2, 4]) expect(await world.pass(seconds * 1000)).toBe(1);
    expect(world.qstash.pending()).toEqual([]);
  });

  test.each([
    ["10000", 0, 10_000],
    ["1000 * (1 + retried)", 3, 4000],
    ["pow(2, retried) * 1000", 4, 16_000],
    ["max(1000, min(2000, 500 * retried))", 3, 1500],
    ["floor(7 / 2) + ceil(1.2) + round(2.5) - abs(-3)", 0, 5],
    ["sqrt(16) % 3", 0, 1],
    ["10 - 4 - 3", 0, 3],
    ["24 / 4 / 2", 0, 3],
    ["2 + 3 * 4 % 5", 0, 4],
    ["-retried * -2", 5, 10],
    ["--3", 0, 3],
    ["EXP(0) + 1e3", 0, 1001],
  ])("%s with retried=%i is %f", (text, retried, value) => {
    expect(parseRetryExpression(text)(retried)).toBeCloseTo(value, 9);
  });

  test.each([
    "",
    "1 +",
    "1 2",
    "(1",
    "1)",
    "pow(2)",
    "min(1, 2, 3)",
    "retries",
    "constructor(1)",
    "__proto__",
    "2 ** 3",
    "1; 2",
    "a.b",
    "'1'",
    "1".repeat(501),
  ])("%s is refused", (text) => {
    expect(() => parseRetryExpression(text)).toThrow(SyntaxError);
  });

  test("a delay below zero is now; one that is no number gives way to the backoff", async () => {
    expect(await measureRetrySeconds(() => fail(), { retryDelay: "1 / 0" })).toBe(12);
    const world = await openWorld();
    world.sink.respond = () => fail();
    await world.client.publish({ url: WORKER, retries: 2, retryDelay: "0 - 5" });
    expect(await world.qstash.deliverDue()).toBe(3);
  });
});

describe("the time limit", () => {
  async function openHanging(options: object): Promise<World & { rounds: Promise<number> }> {
    const world = await openWorld();
    world.sink.respond = (_received, index) =>
      index === 0 ? new Promise<Response>(() => undefined) : new Response("ok");
    await world.client.publish({ url: WORKER, body: "x", ...options });
    return { ...world, rounds: world.qstash.deliverDue() };
  }

  test("Upstash-Timeout in world time, then a retry", async () => {
    const world = await openHanging({ timeout: 20 });
    await expect.poll(() => world.sink.received.length).toBe(1);
    await world.clock.advance(20_000);
    expect(await world.rounds).toBe(1);
    const { logs } = await world.client.logs({ filter: { state: "ERROR" } });
    expect(logs).toMatchObject([{ error: "no answer within 20s" }]);
    expect(await world.pass(12_000)).toBe(1);
    expect(world.qstash.pending()).toEqual([]);
  });

  test("the plan's 15 minutes can't be extended", async () => {
    const world = await openHanging({ timeout: 7200, retries: 0 });
    await expect.poll(() => world.sink.received.length).toBe(1);
    await world.clock.advance(900_000);
    expect(await world.rounds).toBe(1);
    expect((await world.client.dlq.listMessages()).messages).toMatchObject([
      { responseStatus: 0, responseBody: "no answer within 900s" },
    ]);
  });
});
