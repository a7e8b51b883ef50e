/** The admin door and the methods behind it. */
import { expect, test, vi } from "vitest";
import { MINUTE_MS, openWorld, useQstash, WORKER, type World } from "./qstash-setup.ts";

useQstash();

interface AdminMessage {
  messageId: string;
  state: string;
  nextDeliveryAt: number | null;
  attempts: { retried: number; copy: number; status: number | null; error: string | null }[];
}

async function ask(world: World, method: string, path: string, body?: object): Promise<unknown> {
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return await (await world.qstash.admin.request(path, init)).json();
}

async function listMessages(world: World): Promise<AdminMessage[]> {
  return ((await ask(world, "GET", "/messages")) as { messages: AdminMessage[] }).messages;
}

test("messages with their states, attempts and next delivery, newest first, final ones too", async () => {
  const world = await openWorld();
  world.sink.respond = ({ text }) => new Response("x", { status: text === "bad" ? 503 : 200 });
  await world.client.publish({ url: WORKER, body: "good" });
  await world.client.publish({ url: WORKER, body: "bad" });
  expect(await ask(world, "POST", "/deliver-due")).toEqual({ delivered: 2 });
  const messages = await listMessages(world);
  expect(messages).toMatchObject([
    { body: "bad", state: "RETRY", retried: 1, attempts: [{ retried: 0, copy: 0, status: 503, error: null }] },
    { body: "good", state: "DELIVERED", nextDeliveryAt: null, attempts: [{ status: 200 }] },
  ]);
  expect(messages[0]?.nextDeliveryAt).toBe(world.qstash.pending()[0]?.nextDeliveryAt);
  expect(await ask(world, "GET", "/messages?limit=1")).toMatchObject({ messages: [{ body: "bad" }] });
  expect(await ask(world, "GET", "/messages?limit=0")).toEqual({ error: expect.stringContaining("limit") });
});

test("deliver now: a waiting message before its time, a final one once more without change", async () => {
  const world = await openWorld();
  const { messageId } = await world.client.publish({ url: WORKER, body: "x", delay: 600 });
  expect(await ask(world, "POST", `/messages/${messageId}/deliver`)).toMatchObject({ state: "DELIVERED" });
  const again = await ask(world, "POST", `/messages/${messageId}/deliver`);
  expect(again).toMatchObject({
    state: "DELIVERED",
    attempts: [
      { copy: 0, status: 200 },
      { copy: 1, status: 200 },
    ],
  });
  expect(world.sink.texts()).toEqual(["x", "x"]);
  expect(await world.pass(600_000)).toBe(0);
  expect(await ask(world, "POST", "/messages/msg_none/deliver")).toEqual({ error: "message msg_none not found" });
});

test("a cancelled message can still be delivered late", async () => {
  const world = await openWorld();
  const { messageId } = await world.client.publish({ url: WORKER, body: "late" });
  await world.client.messages.cancel(messageId);
  expect(await ask(world, "POST", `/messages/${messageId}/deliver`)).toMatchObject({ state: "CANCELED" });
  expect(world.sink.texts()).toEqual(["late"]);
});

test("a message in flight isn't started twice", async () => {
  const world = await openWorld();
  const { messageId } = await world.client.publish({ url: WORKER });
  world.sink.respond = async () => {
    const answer = await world.qstash.admin.request(`/messages/${messageId}/deliver`, { method: "POST" });
    expect(answer.status).toBe(409);
    return new Response("ok");
  };
  expect(await world.qstash.deliverDue()).toBe(1);
});

test("faults come and go", async () => {
  const world = await openWorld();
  const added = await world.qstash.admin.request("/faults", {
    method: "POST",
    body: JSON.stringify({ kind: "lost-answer", match: { urlIncludes: "worker" }, times: 3 }),
  });
  expect(added.status).toBe(201);
  expect(await added.json()).toMatchObject({ id: "fault_1", kind: "lost-answer", applied: 0 });
  expect(await ask(world, "GET", "/faults")).toMatchObject({ faults: [{ id: "fault_1" }] });
  for (const wrong of [{ kind: "fire" }, { kind: "down", when: "now" }, { kind: "delay" }]) {
    const refused = await world.qstash.admin.request("/faults", { method: "POST", body: JSON.stringify(wrong) });
    expect(refused.status).toBe(400);
  }
  expect(await ask(world, "DELETE", "/faults/fault_9")).toEqual({ error: "fault fault_9 not found" });
  expect(await ask(world, "DELETE", "/faults/fault_1")).toEqual({ faults: [] });
  await ask(world, "POST", "/faults", { kind: "down" });
  expect(await ask(world, "DELETE", "/faults")).toEqual({ faults: [] });
});

test("schedules are listed and fired by hand, paused or not", async () => {
  const world = await openWorld();
  await world.client.schedules.create({ destination: WORKER, cron: "0 0 1 1 *", scheduleId: "s", body: "tick" });
  await world.client.schedules.pause({ schedule: "s" });
  expect(await ask(world, "GET", "/schedules")).toMatchObject({ schedules: [{ scheduleId: "s", isPaused: true }] });
  const fired = await ask(world, "POST", "/schedules/s/fire");
  expect(fired).toEqual({ messageId: world.qstash.pending()[0]?.messageId });
  await world.qstash.deliverDue();
  expect(world.sink.last().headers.get("upstash-schedule-id")).toBe("s");
  expect(await world.client.schedules.get("s")).toMatchObject({
    isPaused: true,
    nextScheduleTime: Date.parse("2027-01-01T00:00:00Z"),
  });
  expect(await ask(world, "POST", "/schedules/none/fire")).toEqual({ error: "schedule none not found" });
});

test("stats count what was served and refused; the dead letters are there to read", async () => {
  const world = await openWorld();
  world.sink.respond = ({ text }) => new Response("x", { status: text === "bad" ? 500 : 200 });
  await world.client.publish({ url: WORKER, body: "good", deduplicationId: "d" });
  await world.client.publish({ url: WORKER, body: "again", deduplicationId: "d" });
  await world.client.publish({ url: WORKER, body: "bad", retries: 1 });
  await expect(world.client.publish({ url: "nowhere" })).rejects.toThrow("scheme");
  await world.qstash.deliverDue();
  await world.pass(12_000);
  expect(await ask(world, "GET", "/stats")).toEqual({
    "calls.200": 2,
    "calls.202": 1,
    "calls.400": 1,
    "deliveries.delivered": 1,
    "deliveries.failed": 1,
    "deliveries.retry": 1,
    "deliveries.sent": 3,
    "messages.accepted": 2,
    "messages.deduplicated": 1,
  });
  expect(await ask(world, "GET", "/dlq")).toMatchObject({ messages: [{ body: "bad", responseStatus: 500 }] });
  expect(await ask(world, "GET", "/nothing")).toEqual({ error: expect.stringContaining("/nothing is no admin call") });
});

test("paused, nothing leaves; resumed, it does; settle waits for what is in flight", async () => {
  const world = await openWorld({ autoDeliver: true });
  world.qstash.pause();
  await world.client.publish({ url: WORKER, body: "x" });
  await world.clock.advance(MINUTE_MS);
  await world.qstash.settle();
  expect(world.sink.received).toEqual([]);
  world.qstash.resume();
  await world.qstash.settle();
  expect(world.sink.texts()).toEqual(["x"]);
  expect(world.qstash.pending()).toEqual([]);
});

test("what a delivery publishes is delivered in the same round, even while that delivery still runs", async () => {
  const world = await openWorld();
  world.sink.respond = async ({ text }) => {
    if (text === "first") {
      await world.client.publish({ url: WORKER, body: "second" });
      await vi.waitUntil(() => world.sink.texts().includes("second"));
    }
    return new Response("ok");
  };
  await world.client.publish({ url: WORKER, body: "first" });
  expect(await world.qstash.deliverDue()).toBe(2);
});
