/** Each fault once, as publisher and destination see it. */
import { describe, expect, test } from "vitest";
import { HOST, openWorld, useQstash, WORKER } from "./qstash-setup.ts";

useQstash();

describe("on delivery", () => {
  test("duplicate: the same message twice, or as often as told, side by side", async () => {
    const { client, qstash, sink } = await openWorld();
    qstash.faults.add({ kind: "duplicate", times: 1 });
    qstash.faults.add({ kind: "duplicate", copies: 5, match: { label: "many" } });
    await client.publish({ url: WORKER, body: "two" });
    await client.publish({ url: WORKER, body: "five", label: "many" });
    await client.publish({ url: WORKER, body: "one" });
    await qstash.deliverDue();
    expect(sink.texts().toSorted()).toEqual(["five", "five", "five", "five", "five", "one", "two", "two"]);
    const twins = sink.received.filter(({ text }) => text === "two").map(({ headers }) => headers);
    expect(twins[0]?.get("upstash-message-id")).toBe(twins[1]?.get("upstash-message-id"));
    expect(twins.map((headers) => headers.get("upstash-retried"))).toEqual(["0", "0"]);
    expect(twins[0]?.get("upstash-signature")).not.toBe(twins[1]?.get("upstash-signature"));
    expect(qstash.pending()).toEqual([]);
  });

  test("reorder: a message waits until another one has been delivered", async () => {
    const { client, qstash, sink } = await openWorld();
    qstash.faults.add({ kind: "reorder", match: { urlIncludes: "n=1" }, times: 1 });
    for (const n of [1, 2, 3]) await client.publish({ url: `${WORKER}?n=${n}`, body: String(n) });
    expect(await qstash.deliverDue()).toBe(3);
    expect(sink.texts()).toEqual(["2", "3", "1"]);
  });

  test("reorder: without another message it waits its seconds", async () => {
    const world = await openWorld();
    world.qstash.faults.add({ kind: "reorder", delaySeconds: 30 });
    await world.client.publish({ url: WORKER });
    expect(await world.qstash.deliverDue()).toBe(0);
    expect(await world.pass(30_000)).toBe(1);
  });

  test("delay: each message once, by the seconds given", async () => {
    const world = await openWorld();
    world.qstash.faults.add({ kind: "delay", delaySeconds: 45 });
    await world.client.publish({ url: WORKER });
    expect(await world.qstash.deliverDue()).toBe(0);
    expect(await world.pass(40_000)).toBe(0);
    expect(await world.pass(5000)).toBe(1);
  });

  test("lost-answer: delivered, but taken for a connection error and sent again", async () => {
    const world = await openWorld();
    world.qstash.faults.add({ kind: "lost-answer", times: 1 });
    const { messageId } = await world.client.publish({ url: WORKER, body: "x" });
    await world.qstash.deliverDue();
    expect(await world.pass(12_000)).toBe(1);
    expect(world.sink.received.map(({ headers }) => headers.get("upstash-message-id"))).toEqual([messageId, messageId]);
    expect(world.sink.last().headers.get("upstash-retried")).toBe("1");
    const { logs } = await world.client.logs({ filter: { state: "ERROR" } });
    expect(logs).toMatchObject([{ error: "connection lost before the answer (fault)" }]);
    expect(world.qstash.pending()).toEqual([]);
  });

  test("down: every call is 503 and nothing is delivered, until the rule goes", async () => {
    const world = await openWorld();
    await world.client.publish({ url: WORKER, body: "before" });
    const { id } = world.qstash.faults.add({ kind: "down" });
    await expect(world.client.publish({ url: WORKER })).rejects.toMatchObject({ status: 503 });
    await expect(world.client.schedules.list()).rejects.toMatchObject({ status: 503 });
    expect(await world.pass(60_000)).toBe(0);
    expect(world.qstash.faults.remove(id)).toBe(true);
    expect(await world.qstash.deliverDue()).toBe(1);
    expect(world.sink.texts()).toEqual(["before"]);
  });

  test("down with times: that many calls are refused", async () => {
    const { client, qstash } = await openWorld();
    qstash.faults.add({ kind: "down", times: 2 });
    for (let at = 0; at < 2; at += 1) {
      await expect(client.publish({ url: WORKER })).rejects.toMatchObject({ status: 503 });
    }
    expect(await client.publish({ url: WORKER })).toMatchObject({ messageId: expect.any(String) });
  });
});

describe("on publish", () => {
  test("publish-5xx: refused, nothing stored; a batch counts as one call", async () => {
    const { client, qstash } = await openWorld();
    qstash.faults.add({ kind: "publish-5xx", match: { label: "slice" }, times: 2 });
    await expect(client.publish({ url: WORKER, label: "slice" })).rejects.toMatchObject({ status: 500 });
    await expect(client.batch([{ url: WORKER }, { url: WORKER, label: "slice" }])).rejects.toMatchObject({
      status: 500,
    });
    await client.publish({ url: WORKER, label: "other" });
    await client.publish({ url: WORKER, label: "slice" });
    expect(qstash.pending().map(({ labels }) => labels)).toEqual([["other"], ["slice"]]);
  });

  test("publish-hang: no answer and nothing stored, until the rule is removed", async () => {
    const { client, qstash } = await openWorld();
    const { id } = qstash.faults.add({ kind: "publish-hang" });
    let outcome = "hangs";
    const publish = client.publish({ url: WORKER }).catch((error: unknown) => {
      outcome = String(error);
    });
    await expect.poll(() => qstash.faults.list()[0]?.applied).toBe(1);
    expect(outcome).toBe("hangs");
    qstash.faults.remove(id);
    await publish;
    expect(outcome).toContain("let go");
    expect(qstash.pending()).toEqual([]);
  });

  test("publish-hang: a caller that gives up is let go", async () => {
    const { qstash } = await openWorld();
    qstash.faults.add({ kind: "publish-hang" });
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const headers = { authorization: `Bearer ${qstash.keys.token}` };
    const call = qstash.wire.fetch(new Request(`${HOST}/v2/publish/${WORKER}`, { method: "POST", headers, signal }));
    await expect.poll(() => qstash.faults.list()[0]?.applied).toBe(1);
    giveUp.abort();
    expect((await call).status).toBe(503);
  });

  test("lost-publish-answer: stored, but the publisher sees a broken gateway; asking again finds it", async () => {
    const { client, qstash } = await openWorld();
    qstash.faults.add({ kind: "lost-publish-answer", times: 1 });
    const publish = async () => await client.publish({ url: WORKER, deduplicationId: "j.1.1.0" });
    await expect(publish()).rejects.toMatchObject({ status: 502 });
    expect(qstash.pending()).toHaveLength(1);
    expect(await publish()).toMatchObject({ deduplicated: true, messageId: qstash.pending()[0]?.messageId });
    expect(qstash.pending()).toHaveLength(1);
  });
});

test("rules are listed with how often they applied, used up, removed and cleared", async () => {
  const { client, qstash } = await openWorld();
  const first = qstash.faults.add({ kind: "duplicate", times: 2 });
  const second = qstash.faults.add({ kind: "lost-answer", match: { label: "none" } });
  await client.publish({ url: WORKER });
  await qstash.deliverDue();
  expect(qstash.faults.list()).toMatchObject([
    { id: first.id, applied: 1 },
    { id: second.id, applied: 0 },
  ]);
  await client.publish({ url: WORKER });
  await qstash.deliverDue();
  expect(qstash.faults.list().map(({ id }) => id)).toEqual([second.id]);
  expect(qstash.faults.remove("fault_99")).toBe(false);
  qstash.faults.clear();
  expect(qstash.faults.list()).toEqual([]);
});

test("a malformed rule is refused", async () => {
  const { qstash } = await openWorld();
  expect(() => qstash.faults.add({ kind: "delay" })).toThrow('"delay" needs delaySeconds');
  expect(() => qstash.faults.add({ kind: "duplicate", copies: 1 })).toThrow("copies");
});
