/** What follows a failure: callbacks, failure callbacks, the dead-letter queue. */
import { Receiver } from "@upstash/qstash";
import { describe, expect, test } from "vitest";
import { openWorld, useQstash, WORKER, type Received, type World } from "./qstash-setup.ts";

useQstash();

const DONE = "http://localhost:3000/done?job=1";
const FAILED = "http://localhost:3000/api/worker/failed";

interface CallbackBody {
  status: number;
  body: string;
  dlqId?: string;
  sourceMessageId: string;
  retried: number;
}

function readCallback(received: Received): CallbackBody {
  return JSON.parse(received.text) as CallbackBody;
}

const decode = (base64: string) => Buffer.from(base64, "base64").toString();

/** A worker that answers 500; callback addresses answer 200. */
async function openFailing(): Promise<World> {
  const world = await openWorld();
  world.sink.respond = ({ url }) =>
    url.startsWith(WORKER) && url !== FAILED
      ? new Response("bröken", { status: 500, headers: { "X-Why": "disk" } })
      : new Response("noted");
  return world;
}

describe("failure callback", () => {
  test("comes once, after the last retry, signed for its own address, with everything about the message", async () => {
    const world = await openFailing();
    const { messageId } = await world.client.publishJSON({
      url: `${WORKER}?lane=1`,
      body: { name: "Grüße" },
      retries: 1,
      failureCallback: FAILED,
      headers: { "X-Trace": "t", "Upstash-Failure-Callback-Forward-X-Secret": "s" },
    });
    await world.qstash.deliverDue();
    expect(world.sink.received).toHaveLength(1);
    await world.pass(12_000);
    const callbacks = world.sink.received.filter(({ url }) => url === FAILED);
    expect(callbacks).toHaveLength(1);
    const [received] = callbacks;
    if (received === undefined) throw new Error("no failure callback");
    const { dlqId, ...rest } = readCallback(received);
    expect(dlqId).toMatch(/^\d+-\d+$/);
    expect(rest).toEqual({
      status: 500,
      header: { "Content-Type": ["text/plain;charset=UTF-8"], "X-Why": ["disk"] },
      body: Buffer.from("bröken").toString("base64"),
      retried: 1,
      maxRetries: 1,
      sourceMessageId: messageId,
      url: `${WORKER}?lane=1`,
      method: "POST",
      sourceHeader: { "Content-Type": ["application/json"], "X-Trace": ["t"] },
      sourceBody: Buffer.from('{"name":"Grüße"}').toString("base64"),
      notBefore: expect.stringMatching(/^\d{13}$/),
      createdAt: expect.stringMatching(/^\d{13}$/),
      callerIP: "127.0.0.1",
    });
    expect(received.headers.get("upstash-message-id")).not.toBe(messageId);
    expect(received.headers.get("upstash-retried")).toBe("0");
    expect(received.headers.get("x-secret")).toBe("s");
    expect(received.headers.get("content-type")).toBe("application/json");
    const { currentSigningKey, nextSigningKey } = world.qstash.keys;
    const receiver = new Receiver({ currentSigningKey, nextSigningKey, devMode: false });
    const signature = received.headers.get("upstash-signature") ?? "";
    expect(await receiver.verify({ signature, body: received.text, url: FAILED })).toBe(true);
    expect((await world.client.dlq.listMessages()).messages).toMatchObject([{ messageId, dlqId }]);
  });

  test("489 sends it at once; a success never does", async () => {
    const world = await openWorld();
    const headers = { "Upstash-NonRetryable-Error": "true" };
    world.sink.respond = ({ text }) => new Response(null, text === "bad" ? { status: 489, headers } : { status: 200 });
    await world.client.publish({ url: WORKER, body: "good", failureCallback: FAILED });
    await world.client.publish({ url: WORKER, body: "bad", failureCallback: FAILED });
    expect(await world.qstash.deliverDue()).toBe(3);
    expect(world.sink.received.map(({ url }) => url)).toEqual([WORKER, WORKER, FAILED]);
    expect(readCallback(world.sink.last())).toMatchObject({ status: 489, retried: 0 });
  });

  test("without an answer the status is 0 and the body says why", async () => {
    const world = await openWorld();
    world.sink.respond = ({ url }) => {
      if (url === WORKER) throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
      return new Response("noted");
    };
    await world.client.publish({ url: WORKER, retries: 0, failureCallback: FAILED });
    await world.qstash.deliverDue();
    const callback = readCallback(world.sink.last());
    expect(callback.status).toBe(0);
    expect(decode(callback.body)).toBe("fetch failed: connect ECONNREFUSED");
  });

  test("is retried like its message, then lies in the dead-letter queue itself", async () => {
    const world = await openWorld();
    world.sink.respond = () => new Response("no", { status: 500 });
    const { messageId } = await world.client.publish({ url: WORKER, retries: 0, failureCallback: FAILED });
    await world.qstash.deliverDue();
    const { messages } = await world.client.dlq.listMessages();
    expect(messages.map(({ url }) => url)).toEqual([FAILED, WORKER]);
    expect(messages[1]?.messageId).toBe(messageId);
  });

  test("its own retries, delay, timeout and method override the message's", async () => {
    const world = await openFailing();
    await world.client.publish({
      url: WORKER,
      retries: 0,
      failureCallback: `${WORKER}/also-broken`,
      headers: {
        "Upstash-Failure-Callback-Retries": "2",
        "Upstash-Failure-Callback-Retry-Delay": "1000",
        "Upstash-Failure-Callback-Timeout": "5s",
        "Upstash-Failure-Callback-Method": "PUT",
      },
    });
    await world.qstash.deliverDue();
    expect(await world.pass(1000)).toBe(1);
    expect(await world.pass(1000)).toBe(1);
    expect(world.qstash.pending()).toEqual([]);
    expect(world.sink.last().method).toBe("PUT");
  });
});

test("a callback comes after every attempt until the success", async () => {
  const world = await openWorld();
  world.sink.respond = ({ url, headers }) =>
    url === WORKER && headers.get("upstash-retried") !== "2"
      ? new Response("no", { status: 503 })
      : new Response("yes");
  const { messageId } = await world.client.publish({ url: WORKER, callback: DONE });
  await world.qstash.deliverDue();
  await world.pass(12_000);
  await world.pass(148_000);
  const callbacks = world.sink.received.filter(({ url }) => url === DONE).map(readCallback);
  expect(callbacks.map(({ status, retried }) => [status, retried])).toEqual([
    [503, 0],
    [503, 1],
    [200, 2],
  ]);
  expect(callbacks.map(({ body }) => decode(body))).toEqual(["no", "no", "yes"]);
  expect(callbacks.every(({ sourceMessageId, dlqId }) => sourceMessageId === messageId && dlqId === undefined)).toBe(
    true,
  );
});

describe("the dead-letter queue", () => {
  async function fillDlq(count: number): Promise<World> {
    const world = await openFailing();
    for (let at = 0; at < count; at += 1) {
      await world.client.publish({ url: WORKER, body: String(at), retries: 0, label: at % 2 === 0 ? "even" : "odd" });
    }
    await world.qstash.deliverDue();
    return world;
  }

  test("lists newest first, by filter, in pages", async () => {
    const { client } = await fillDlq(5);
    const { messages } = await client.dlq.listMessages();
    expect(messages.map(({ body }) => body)).toEqual(["4", "3", "2", "1", "0"]);
    expect(messages[0]).toMatchObject({
      responseStatus: 500,
      responseBody: "bröken",
      responseHeader: { "X-Why": ["disk"] },
      label: "even",
    });
    const odd = await client.dlq.listMessages({ filter: { label: "odd", responseStatus: 500 } });
    expect(odd.messages.map(({ body }) => body)).toEqual(["3", "1"]);
    const first = await client.dlq.listMessages({ count: 3 });
    expect(first.messages).toHaveLength(3);
    const second = await client.dlq.listMessages({ count: 3, cursor: first.cursor ?? "" });
    expect(second.messages.map(({ body }) => body)).toEqual(["1", "0"]);
    expect(second.cursor).toBeUndefined();
    const byId = await client.dlq.listMessages({ dlqIds: [messages[2]?.dlqId ?? ""] });
    expect(byId.messages.map(({ body }) => body)).toEqual(["2"]);
  });

  test("one entry is shown and deleted by its id; unknown ones are 404", async () => {
    const { call, client } = await fillDlq(1);
    const [message] = (await client.dlq.listMessages()).messages;
    const dlqId = message?.dlqId ?? "";
    expect(await (await call(`/v2/dlq/${dlqId}`)).json()).toMatchObject({ dlqId, body: "0" });
    expect(await client.dlq.delete(dlqId)).toEqual({ deleted: 1 });
    await expect(client.dlq.delete(dlqId)).rejects.toMatchObject({ status: 404 });
    expect((await call("/v2/dlq/retry/none", { method: "POST" })).status).toBe(404);
  });

  test("many are deleted by filter, by ids, in a body, or all; unknown query keys are refused", async () => {
    const { call, client } = await fillDlq(6);
    expect(await client.dlq.delete({ filter: { label: "odd" } })).toEqual({ deleted: 3 });
    const ids = (await client.dlq.listMessages()).messages.map(({ dlqId }) => dlqId);
    expect(await client.dlq.delete([ids[0] ?? ""])).toEqual({ deleted: 1 });
    const body = JSON.stringify({ dlqIds: [ids[1]] });
    expect(await (await call("/v2/dlq", { method: "DELETE", body })).json()).toEqual({ deleted: 1 });
    expect((await call("/v2/dlq?everything=1", { method: "DELETE" })).status).toBe(400);
    expect(await client.dlq.delete({ all: true })).toEqual({ deleted: 1 });
  });

  test("a retried one is a new message with the same content; the entry is gone", async () => {
    const world = await fillDlq(2);
    const before = (await world.client.dlq.listMessages()).messages;
    world.sink.respond = () => new Response("ok");
    world.sink.received = [];
    const { responses } = await world.client.dlq.retry([before[0]?.dlqId ?? ""]);
    expect(responses).toEqual([{ messageId: expect.stringMatching(/^msg_/) }]);
    expect(responses[0]?.messageId).not.toBe(before[0]?.messageId);
    await world.call(`/v2/dlq/retry/${before[1]?.dlqId}`, { method: "POST" });
    expect((await world.client.dlq.listMessages()).messages).toEqual([]);
    await world.qstash.deliverDue();
    expect(world.sink.texts()).toEqual(["1", "0"]);
    expect(world.sink.received[0]?.headers.get("upstash-message-id")).toBe(responses[0]?.messageId);
    expect(world.sink.received[0]?.headers.get("upstash-retried")).toBe("0");
  });
});
