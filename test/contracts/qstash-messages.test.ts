/** Messages on their way: looked at, cancelled one by one or many at once, followed in the event log. */
import { describe, expect, test } from "vitest";
import { openWorld, useQstash, WORKER } from "./qstash-setup.ts";

useQstash();

describe("cancel", () => {
  test("by id: never delivered, unknown afterwards", async () => {
    const { client, qstash, sink } = await openWorld();
    const { messageId } = await client.publish({ url: WORKER, body: "x" });
    expect(await client.messages.cancel(messageId)).toEqual({ cancelled: 1 });
    expect(await qstash.deliverDue()).toBe(0);
    expect(sink.received).toEqual([]);
    await expect(client.messages.cancel(messageId)).rejects.toMatchObject({ status: 404 });
    await expect(client.messages.get("msg_none")).rejects.toMatchObject({ status: 404 });
    const { logs } = await client.logs({ messageIds: [messageId] });
    expect(logs.map(({ state }) => state)).toEqual(["CANCELED", "CANCEL_REQUESTED", "CREATED"]);
  });

  test("by label: only its own, one of several labels is enough", async () => {
    const { client, qstash } = await openWorld();
    await client.publish({ url: `${WORKER}?1`, label: ["job-1", "env"] });
    await client.publish({ url: `${WORKER}?2`, label: "job-2", delay: 60 });
    await client.publish({ url: `${WORKER}?3`, label: "job-1", delay: 60 });
    await client.publish({ url: `${WORKER}?4` });
    expect(await client.messages.cancel({ filter: { label: "job-1" } })).toEqual({ cancelled: 2 });
    expect(qstash.pending().map(({ url }) => url)).toEqual([`${WORKER}?2`, `${WORKER}?4`]);
  });

  test.each([
    [{ label: ["a", "b"] }, [1, 2]],
    [{ label: "a", host: "localhost:3000" }, []],
    [{ host: "localhost:3000" }, [3]],
    [{ url: `${WORKER}?n=2` }, [2]],
    [{ path: "/other" }, [3]],
    [{ flowControlKey: "k" }, [2]],
    [{ scheduleId: "s" }, []],
    [{ callerIp: "127.0.0.1", label: "b" }, [2]],
    [{ toDate: new Date(0) }, []],
    [{ fromDate: new Date(0), label: "a" }, [1]],
  ])("filter %o", async (filter, cancelled) => {
    const { client, qstash } = await openWorld();
    const flowControl = { key: "k", parallelism: 1 };
    await client.publish({ url: `${WORKER}?n=1`, body: "1", label: "a" });
    await client.publish({ url: `${WORKER}?n=2`, body: "2", label: "b", flowControl });
    await client.publish({ url: "http://localhost:3000/other", body: "3" });
    await client.messages.cancel({ filter });
    const left = new Set(qstash.pending().map(({ body }) => Number(body)));
    expect([1, 2, 3].filter((number) => !left.has(number))).toEqual(cancelled);
  });

  test("by ids in query or body, and all; an unknown filter is refused", async () => {
    const { call, client, qstash } = await openWorld();
    const ids: string[] = [];
    for (let at = 0; at < 6; at += 1) ids.push((await client.publish({ url: WORKER })).messageId);
    expect(await client.messages.cancel([ids[0] ?? "", ids[1] ?? "", "msg_none"])).toEqual({ cancelled: 2 });
    const body = JSON.stringify({ messageIds: [ids[2]] });
    expect(await (await call("/v2/messages", { method: "DELETE", body })).json()).toEqual({ cancelled: 1 });
    for (const path of ["/v2/messages?labels=x", "/v2/messages?label="]) {
      expect((await call(path, { method: "DELETE" })).status).toBe(400);
    }
    expect((await call("/v2/messages", { method: "DELETE", body: '{"ids":[]}' })).status).toBe(400);
    expect(qstash.pending()).toHaveLength(3);
    expect(await client.messages.cancel({ all: true })).toEqual({ cancelled: 3 });
  });

  test("in flight it is too late for this delivery, but there is no retry and no callback", async () => {
    const world = await openWorld();
    let messageId = "";
    world.sink.respond = async () => {
      expect(await world.client.messages.cancel(messageId)).toEqual({ cancelled: 1 });
      return new Response("no", { status: 500 });
    };
    ({ messageId } = await world.client.publish({ url: WORKER, failureCallback: `${WORKER}/failed` }));
    expect(await world.qstash.deliverDue()).toBe(1);
    expect(world.qstash.pending()).toEqual([]);
    expect((await world.client.dlq.listMessages()).messages).toEqual([]);
    const { logs } = await world.client.logs({ messageIds: [messageId] });
    expect(logs[0]?.state).toBe("CANCELED");
  });

  test("in flight and answered 2xx it counts as delivered", async () => {
    const world = await openWorld();
    world.sink.respond = async (received) => {
      await world.client.messages.cancel(received.headers.get("upstash-message-id") ?? "");
      return new Response("ok");
    };
    await world.client.publish({ url: WORKER });
    await world.qstash.deliverDue();
    expect((await world.client.logs()).logs[0]?.state).toBe("DELIVERED");
  });
});

describe("events", () => {
  test("newest first, with the answer, the error and the next delivery", async () => {
    const world = await openWorld();
    world.sink.respond = (_received, index) =>
      index === 0 ? new Response("busy", { status: 503, headers: { "X-Why": "load" } }) : new Response("ok");
    const { messageId } = await world.client.publishJSON({ url: WORKER, body: { a: 1 }, label: "l" });
    await world.qstash.deliverDue();
    await world.pass(12_000);
    const { logs, cursor } = await world.client.logs({ filter: { label: "l" } });
    expect(cursor).toBeUndefined();
    expect(logs.map(({ state }) => state)).toEqual(["DELIVERED", "ACTIVE", "RETRY", "ERROR", "ACTIVE", "CREATED"]);
    expect(logs[3]).toMatchObject({
      messageId,
      error: "destination answered 503",
      responseStatus: 503,
      responseBody: Buffer.from("busy").toString("base64"),
      responseHeader: { "X-Why": ["load"] },
      body: Buffer.from('{"a":1}').toString("base64"),
    });
    expect(logs[2]?.nextDeliveryTime).toBe((logs[2]?.time ?? 0) + 12_000);
  });

  test("filtered by state and ids, in pages", async () => {
    const { client, qstash } = await openWorld();
    const first = await client.publish({ url: WORKER });
    await client.publish({ url: WORKER });
    await qstash.deliverDue();
    expect((await client.logs({ filter: { state: "DELIVERED" } })).logs).toHaveLength(2);
    expect((await client.logs({ filter: { state: "IN_PROGRESS" } })).logs).toHaveLength(2);
    expect((await client.logs({ messageIds: [first.messageId] })).logs).toHaveLength(3);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.logs({ count: 4, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.logs.map(({ state }) => state));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(6);
    expect(seen.slice(-2)).toEqual(["CREATED", "CREATED"]);
  });
});
