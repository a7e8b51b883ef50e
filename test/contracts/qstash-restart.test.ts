/** The queue stops and starts again on its file: nothing is lost, what was in flight comes again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MINUTE_MS, openWorld, useQstash, WORKER } from "./qstash-setup.ts";

useQstash();

function makeDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), "qstash-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

test("a message in flight is due again at once, with the same id and retry number", async () => {
  const world = await openWorld({ dataDir: makeDataDir() });
  const first = await world.client.publish({ url: WORKER, body: "cut" });
  await world.client.publish({ url: WORKER, body: "later", delay: 60 });
  world.sink.respond = () => new Promise<Response>(() => undefined);
  const rounds = world.qstash.deliverDue();
  await expect.poll(() => world.sink.received.length).toBe(1);
  await world.restart();
  expect(await rounds).toBe(1);
  expect(world.qstash.pending().map(({ body, state }) => [body, state])).toEqual([
    ["cut", "CREATED"],
    ["later", "CREATED"],
  ]);
  world.sink.respond = () => new Response("ok");
  expect(await world.qstash.deliverDue()).toBe(1);
  const { headers, text } = world.sink.last();
  expect([text, headers.get("upstash-message-id"), headers.get("upstash-retried")]).toEqual([
    "cut",
    first.messageId,
    "0",
  ]);
  expect(await world.pass(60_000)).toBe(1);
});

test("retries go on where they stood, a cancelled one stays cancelled", async () => {
  const world = await openWorld({ dataDir: makeDataDir() });
  world.sink.respond = () => new Response("no", { status: 500 });
  await world.client.publish({ url: WORKER, body: "retry" });
  const cancelled = await world.client.publish({ url: WORKER, body: "cancelled", delay: 60 });
  await world.client.messages.cancel(cancelled.messageId);
  await world.qstash.deliverDue();
  await world.restart();
  expect(await world.qstash.deliverDue()).toBe(0);
  expect(await world.pass(12_000)).toBe(1);
  expect(world.sink.last().headers.get("upstash-retried")).toBe("1");
  expect(await world.pass(60_000)).toBe(0);
});

test("cancelled in flight, then stopped: it doesn't come back", async () => {
  const world = await openWorld({ dataDir: makeDataDir() });
  const { messageId } = await world.client.publish({ url: WORKER });
  world.sink.respond = () => new Promise<Response>(() => undefined);
  const rounds = world.qstash.deliverDue();
  await expect.poll(() => world.sink.received.length).toBe(1);
  await world.client.messages.cancel(messageId);
  await world.restart();
  await rounds;
  expect(await world.qstash.deliverDue()).toBe(0);
  expect(world.qstash.pending()).toEqual([]);
});

test("deduplication, dead letters, events and flow keys survive", async () => {
  const world = await openWorld({ dataDir: makeDataDir() });
  world.sink.respond = () => new Response("no", { status: 500 });
  const publish = async () => await world.client.publish({ url: WORKER, deduplicationId: "d", retries: 0 });
  const { messageId } = await publish();
  await world.qstash.deliverDue();
  await world.client.publish({ url: WORKER, flowControl: { key: "k", rate: 1, period: "1h" } });
  await world.client.publish({ url: WORKER, flowControl: { key: "k", rate: 1, period: "1h" } });
  expect(await world.qstash.deliverDue()).toBe(1);
  await world.restart();
  expect(await publish()).toEqual({ messageId, deduplicated: true });
  expect((await world.client.dlq.listMessages()).messages).toMatchObject([{ messageId }]);
  expect((await world.client.logs({ messageIds: [messageId] })).logs).toHaveLength(4);
  // The window of the key is used up in the new process too: only the first one's retry may be due.
  world.sink.received = [];
  await world.qstash.deliverDue();
  expect(world.sink.received).toEqual([]);
});

test("schedules survive; slots that passed meanwhile are not caught up", async () => {
  const world = await openWorld({ dataDir: makeDataDir() });
  await world.client.schedules.create({ destination: WORKER, cron: "*/10 * * * *", scheduleId: "s", body: "tick" });
  await world.client.schedules.create({ destination: WORKER, cron: "* * * * *", scheduleId: "p" });
  await world.client.schedules.pause({ schedule: "p" });
  await world.qstash.close();
  await world.clock.advance(35 * MINUTE_MS);
  await world.restart();
  expect(await world.qstash.deliverDue()).toBe(0);
  const stats = await (await world.qstash.admin.request("/stats")).json();
  expect(stats).toMatchObject({ "schedules.missed": 1 });
  expect(await world.pass(5 * MINUTE_MS)).toBe(1);
  expect(world.sink.last().text).toBe("tick");
  expect((await world.client.schedules.get("p")).isPaused).toBe(true);
});

test("ids stay unique when the random source repeats itself", async () => {
  const world = await openWorld({ dataDir: makeDataDir(), random: () => 0.5 });
  const ids = [await world.client.publish({ url: WORKER }), await world.client.publish({ url: WORKER })];
  await world.restart();
  ids.push(await world.client.publish({ url: WORKER }));
  expect(new Set(ids.map(({ messageId }) => messageId)).size).toBe(3);
});

test("what is final is forgotten after the plan's three days, at the next start", async () => {
  const world = await openWorld({ dataDir: makeDataDir() });
  world.sink.respond = ({ text }) => new Response("x", { status: text === "old" ? 500 : 200 });
  await world.client.publish({ url: WORKER, body: "old", retries: 0 });
  await world.client.publish({ url: WORKER, body: "waiting", delay: "7d" });
  await world.qstash.deliverDue();
  await world.clock.advance(4 * 1440 * MINUTE_MS);
  await world.restart();
  expect((await world.client.dlq.listMessages()).messages).toEqual([]);
  expect((await world.client.logs()).logs).toHaveLength(1);
  expect(world.qstash.pending()).toMatchObject([{ body: "waiting" }]);
});

test("an app on another port: messages, callbacks, dead letters and schedules follow it", async () => {
  const world = await openWorld({ dataDir: makeDataDir() });
  world.sink.respond = () => new Response("no", { status: 500 });
  const [from, to] = ["http://127.0.0.1:3000", "http://127.0.0.1:4000"];
  await world.client.publish({ url: `${from}/dead`, body: "dead", retries: 0 });
  await world.qstash.deliverDue();
  const callbacks = { callback: `${from}/done`, failureCallback: `${from}/failed` };
  await world.client.publish({ url: `${from}/a?b=1`, body: "moves", retries: 0, delay: 60, ...callbacks });
  await world.client.publish({ url: "http://127.0.0.1:30001/a", body: "stays", delay: 60 });
  await world.client.schedules.create({ destination: `${from}/tick`, cron: "* * * * *", failureCallback: `${from}/f` });
  await world.restart();
  expect(world.qstash.readdress(from, to)).toBe(3);
  expect(world.qstash.readdress(from, to)).toBe(0);
  expect(world.qstash.pending().map(({ url }) => url)).toEqual([`${to}/a?b=1`, "http://127.0.0.1:30001/a"]);
  expect((await world.client.dlq.listMessages()).messages).toMatchObject([{ url: `${to}/dead` }]);
  expect(await world.client.schedules.list()).toMatchObject([
    { destination: `${to}/tick`, failureCallback: `${to}/f` },
  ]);
  world.sink.received = [];
  await world.pass(60_000);
  const urls = world.sink.received.map(({ url }) => url);
  expect(urls.toSorted()).toEqual(
    [`${to}/a?b=1`, "http://127.0.0.1:30001/a", `${to}/tick`, `${to}/done`, `${to}/failed`].toSorted(),
  );
});
