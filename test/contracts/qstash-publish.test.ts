/** Publishing with the official client: destinations, headers, batches, deduplication, refusals. */
import { describe, expect, test } from "vitest";
import { HOST, MINUTE_MS, openWorld, useQstash, WORKER } from "./qstash-setup.ts";

useQstash();

describe("the destination is taken raw from the address", () => {
  test.each([
    "http://127.0.0.1:3000",
    "http://127.0.0.1:3000/",
    "http://localhost:3000/a//b/",
    "http://127.0.0.1:3000/x?job=1&b=%2Fc",
    "http://127.0.0.1:3000/p%20q%2Fr?u=http://a.com/b",
    "http://[::1]:3000/v2/publish/again",
  ])("%s", async (url) => {
    const { client, qstash, sink } = await openWorld();
    const { messageId } = await client.publish({ url, body: "x" });
    expect(messageId).toMatch(/^msg_[A-Za-z0-9._-]+$/);
    expect(qstash.pending()).toMatchObject([{ messageId, url, state: "CREATED" }]);
    await qstash.deliverDue();
    expect(sink.last().url).toBe(url);
  });

  test("the queue's own query parameters are taken out, the others stay", async () => {
    const { call, qstash } = await openWorld();
    await call(`/v2/publish/${WORKER}?a=1&upstash-retries=7&qstash_token=t&b=2&upstash-delay=1m`, { method: "POST" });
    expect(qstash.pending()[0]?.url).toBe(`${WORKER}?a=1&b=2`);
    expect(await (await call(`/v2/messages/${qstash.pending()[0]?.messageId}`)).json()).toMatchObject({
      maxRetries: 7,
    });
  });
});

describe("headers", () => {
  test("every option of the client arrives in the message", async () => {
    const { client, clock, qstash } = await openWorld();
    const { messageId } = await client.publishJSON({
      url: WORKER,
      body: { jobId: "j1" },
      method: "PUT",
      delay: 90,
      retries: 5,
      retryDelay: "1000 * (1 + retried)",
      timeout: 20,
      callback: "http://localhost:3000/done",
      failureCallback: "http://localhost:3000/failed",
      flowControl: { key: "env.act_1", parallelism: 2, rate: 5, period: "1m" },
      label: ["one", "two"],
      headers: { "X-Trace": "t1" },
    });
    const nowMs = Math.floor(clock.now());
    const message = await client.messages.get(messageId);
    expect(message).toMatchObject({
      messageId,
      url: WORKER,
      method: "PUT",
      header: { "Content-Type": ["application/json"], "X-Trace": ["t1"] },
      body: '{"jobId":"j1"}',
      maxRetries: 5,
      retryDelayExpression: "1000 * (1 + retried)",
      callback: "http://localhost:3000/done",
      failureCallback: "http://localhost:3000/failed",
      flowControlKey: "env.act_1",
      parallelism: 2,
      rate: 5,
      period: 60,
      label: "one,two",
      labels: ["one", "two"],
      callerIP: "127.0.0.1",
    });
    expect(message.createdAt).toBeGreaterThan(nowMs - 5000);
    expect(message.notBefore).toBe(message.createdAt + 90_000);
    expect(qstash.pending()).toHaveLength(1);
  });

  test("notBefore wins over delay", async () => {
    const world = await openWorld();
    const notBefore = Math.floor(world.clock.now() / 1000) + 30;
    await world.client.publish({ url: WORKER, delay: 600, notBefore });
    expect(await world.pass(24_000)).toBe(0);
    expect(await world.pass(6000)).toBe(1);
  });

  test("without options: POST, three retries, due now", async () => {
    const { client } = await openWorld();
    const { messageId } = await client.publish({ url: WORKER });
    const message = await client.messages.get(messageId);
    expect(message).toMatchObject({ method: "POST", maxRetries: 3, body: "" });
    expect(message.notBefore).toBe(message.createdAt);
  });

  test.each([
    ["upstash-delay", "10", "Upstash-Delay: invalid duration"],
    ["upstash-delay", "8d", "more than the plan's 604800s"],
    ["upstash-method", "HEAD", "Upstash-Method: expected one of GET, POST, PUT, PATCH, DELETE"],
    ["upstash-retries", "-1", "Upstash-Retries: expected a whole number"],
    ["upstash-retry-delay", "process.exit(1)", "Upstash-Retry-Delay"],
    ["upstash-timeout", "soon", "Upstash-Timeout: invalid duration"],
    ["upstash-not-before", "tomorrow", "Upstash-Not-Before: expected a unix time"],
    ["upstash-callback", "localhost/done", "Upstash-Callback: invalid destination url: endpoint has invalid scheme"],
    ["upstash-flow-control-key", "k", "Upstash-Flow-Control-Key and Upstash-Flow-Control-Value go together"],
    ["upstash-queue-name", "q", "Upstash-Queue-Name is not supported"],
    ["upstash-deduplication-id", "", "Upstash-Deduplication-Id: is empty"],
  ])("%s: %s is refused", async (name, value, sentence) => {
    const { call, qstash } = await openWorld();
    const answer = await call(`/v2/publish/${WORKER}`, { method: "POST", headers: { [name]: value } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringContaining(sentence) });
    expect(qstash.pending()).toEqual([]);
  });

  test.each(["", "parallelism=0", "parallelism=1.5", "speed=1", "period=1m", "rate=1, rate=2", "rate=1, period=8d"])(
    'flow control value "%s" is refused',
    async (value) => {
      const { call } = await openWorld();
      const headers = { "upstash-flow-control-key": "k", "upstash-flow-control-value": value };
      const answer = await call(`/v2/publish/${WORKER}`, { method: "POST", headers });
      expect(answer.status).toBe(400);
    },
  );

  test("a callback can't be delayed", async () => {
    const { client } = await openWorld();
    const headers = { "Upstash-Callback-Delay": "10s" };
    const publish = client.publish({ url: WORKER, callback: WORKER, headers });
    await expect(publish).rejects.toMatchObject({ status: 400, message: expect.stringContaining("delayed") });
  });
});

describe("refusals", () => {
  test("a destination without scheme gets the service's sentence", async () => {
    const { client } = await openWorld();
    await expect(client.publish({ url: "example.com/x" })).rejects.toMatchObject({
      status: 400,
      message: '{"error":"invalid destination url: endpoint has invalid scheme, add http:// or https://"}',
    });
  });

  test("a message over 1 MiB", async () => {
    const { client } = await openWorld();
    const publish = client.publish({ url: WORKER, body: "x".repeat(1_048_577) });
    await expect(publish).rejects.toMatchObject({ status: 400, message: expect.stringContaining("1048577 bytes") });
  });

  test("no token or a wrong one is 401; the token may stand in the query", async () => {
    const { qstash } = await openWorld();
    const publish = async (query: string, headers: Record<string, string> = {}) =>
      await qstash.wire.fetch(new Request(`${HOST}/v2/publish/${WORKER}${query}`, { method: "POST", headers }));
    const refused = await publish("");
    expect(refused.status).toBe(401);
    expect(await refused.json()).toEqual({ error: "unauthorized" });
    expect((await publish("", { authorization: "Bearer wrong" })).status).toBe(401);
    expect((await publish(`?qstash_token=${qstash.keys.token}`)).status).toBe(200);
    expect(qstash.pending().map(({ url }) => url)).toEqual([WORKER]);
  });
});

test("a batch sends the good ones and names the error of the others in their place", async () => {
  const { client, qstash, sink } = await openWorld();
  const answers = await client.batchJSON([
    { url: `${WORKER}?n=1`, body: { n: 1 }, label: "a", headers: { "X-N": "1" } },
    { url: "nowhere", body: { n: 2 } },
    { queueName: "q", url: WORKER, body: { n: 3 } },
    { url: `${WORKER}?n=4`, body: { n: 4 }, delay: 60 },
  ]);
  expect(answers).toEqual([
    { messageId: expect.stringMatching(/^msg_/) },
    { error: expect.stringContaining("invalid scheme") },
    { error: expect.stringContaining("queues") },
    { messageId: expect.stringMatching(/^msg_/) },
  ]);
  await qstash.deliverDue();
  expect(sink.texts()).toEqual(['{"n":1}']);
  expect(sink.last().headers.get("x-n")).toBe("1");
});

test("a batch that is no list of messages is refused whole", async () => {
  const { call, qstash } = await openWorld();
  for (const body of ["{", "{}", '[{"body":"x"}]']) {
    expect((await call("/v2/batch", { method: "POST", body })).status).toBe(400);
  }
  expect(qstash.pending()).toEqual([]);
});

describe("deduplication", () => {
  test("an id is taken for ten minutes, also when its message failed", async () => {
    const world = await openWorld();
    const publish = async () =>
      await world.client.publish({ url: WORKER, deduplicationId: "j1.1.7.0", retries: 0, body: "x" });
    world.sink.respond = () => new Response("no", { status: 500 });
    const first = await publish();
    await world.qstash.deliverDue();
    expect(await publish()).toEqual({ messageId: first.messageId, deduplicated: true });
    await world.pass(9 * MINUTE_MS);
    expect(await publish()).toEqual({ messageId: first.messageId, deduplicated: true });
    await world.pass(1 * MINUTE_MS);
    const later = await publish();
    expect(later.messageId).not.toBe(first.messageId);
    expect(later.deduplicated).toBeUndefined();
    expect(world.sink.received).toHaveLength(1);
  });

  test("a repeated one is answered 202", async () => {
    const { call } = await openWorld();
    const init = { method: "POST", headers: { "upstash-deduplication-id": "d" } };
    expect((await call(`/v2/publish/${WORKER}`, init)).status).toBe(200);
    expect((await call(`/v2/publish/${WORKER}`, init)).status).toBe(202);
  });

  test("by content: destination, body, type and forwarded headers count, the options don't", async () => {
    const { client } = await openWorld();
    const base = { url: WORKER, body: "x", contentBasedDeduplication: true, headers: { "X-A": "1" } };
    const { messageId } = await client.publish(base);
    expect(await client.publish({ ...base, delay: 60, label: "other" })).toEqual({ messageId, deduplicated: true });
    for (const change of [{ url: `${WORKER}?2` }, { body: "y" }, { headers: { "X-A": "2" } }]) {
      expect(await client.publish({ ...base, ...change })).not.toHaveProperty("deduplicated");
    }
  });

  test("the window is a setting", async () => {
    const world = await openWorld({ deduplicationWindowSeconds: 90 * 86_400 });
    const first = await world.client.publish({ url: WORKER, deduplicationId: "d" });
    await world.pass(89 * 1440 * MINUTE_MS);
    expect(await world.client.publish({ url: WORKER, deduplicationId: "d" })).toMatchObject({ ...first });
  });
});
