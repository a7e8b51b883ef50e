/** Flow control as the destination sees it: how many at a time, how many per period. */
import { expect, test } from "vitest";
import { openWorld, useQstash, WORKER, type World } from "./qstash-setup.ts";

useQstash();

/** A destination that keeps each request until it is let go, and knows how many it holds. */
function hold(world: World) {
  const waiting: (() => void)[] = [];
  const seen = { holding: 0, most: 0 };
  world.sink.respond = async () => {
    seen.holding += 1;
    seen.most = Math.max(seen.most, seen.holding);
    await new Promise<void>((resolve) => waiting.push(resolve));
    seen.holding -= 1;
    return new Response("ok");
  };
  return { seen, waiting, letGo: () => waiting.shift()?.() };
}

/** Lets go of each request as it comes, until the rounds are over. */
async function letAllGo(rounds: Promise<number>, gate: ReturnType<typeof hold>): Promise<number> {
  const turn = async () => await new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
  for (;;) {
    const delivered = await Promise.race([rounds, turn()]);
    if (delivered !== undefined) return delivered;
    gate.letGo();
  }
}

test("no more than N in flight for one key; other keys and free messages aren't held up", async () => {
  const world = await openWorld();
  const gate = hold(world);
  for (let at = 0; at < 5; at += 1) {
    await world.client.publish({ url: WORKER, body: `a${at}`, flowControl: { key: "act_1", parallelism: 2 } });
  }
  await world.client.publish({ url: WORKER, body: "b", flowControl: { key: "act_2", parallelism: 1 } });
  await world.client.publish({ url: WORKER, body: "free" });
  const rounds = world.qstash.deliverDue();
  await expect.poll(() => gate.seen.holding).toBe(4);
  expect(world.sink.texts()).toEqual(["a0", "a1", "b", "free"]);
  gate.letGo();
  await expect.poll(() => world.sink.received.length).toBe(5);
  expect(world.sink.last().text).toBe("a2");
  expect(await letAllGo(rounds, gate)).toBe(7);
  expect(gate.seen.most).toBe(4);
});

test("a message that waits for its retry holds no slot", async () => {
  const world = await openWorld();
  world.sink.respond = ({ text }) => new Response(null, { status: text === "bad" ? 500 : 200 });
  const flowControl = { key: "k", parallelism: 1 };
  await world.client.publish({ url: WORKER, body: "bad", flowControl });
  await world.client.publish({ url: WORKER, body: "good", flowControl });
  expect(await world.qstash.deliverDue()).toBe(2);
  expect(world.qstash.pending().map(({ body, state }) => [body, state])).toEqual([["bad", "RETRY"]]);
});

test("the last message's configuration holds for the key", async () => {
  const world = await openWorld();
  const gate = hold(world);
  for (const parallelism of [1, 1, 3]) {
    await world.client.publish({ url: WORKER, flowControl: { key: "k", parallelism } });
  }
  const rounds = world.qstash.deliverDue();
  await expect.poll(() => gate.seen.holding).toBe(3);
  await letAllGo(rounds, gate);
});

test("no more than the rate in a period, the rest in the next", async () => {
  const world = await openWorld();
  for (let at = 0; at < 7; at += 1) {
    await world.client.publish({ url: WORKER, flowControl: { key: "start", rate: 3, period: "1m" } });
  }
  expect(await world.qstash.deliverDue()).toBe(3);
  expect(await world.pass(54_000)).toBe(0);
  expect(await world.pass(6000)).toBe(3);
  expect(await world.pass(60_000)).toBe(1);
  expect(world.qstash.pending()).toEqual([]);
});

test("delivering by itself, it wakes when the period ends", async () => {
  const world = await openWorld({ autoDeliver: true });
  for (let at = 0; at < 2; at += 1) {
    await world.client.publish({ url: WORKER, flowControl: { key: "start", rate: 1, period: "1h" } });
  }
  await world.qstash.settle();
  expect(world.sink.received).toHaveLength(1);
  await world.clock.advance(3_600_000);
  await expect.poll(() => world.sink.received.length).toBe(2);
});

test("the account's parallelism bounds everything", async () => {
  const world = await openWorld({ limits: { globalParallelism: 3 } });
  const gate = hold(world);
  for (let at = 0; at < 8; at += 1) await world.client.publish({ url: WORKER });
  const rounds = world.qstash.deliverDue();
  expect(await letAllGo(rounds, gate)).toBe(8);
  expect(gate.seen.most).toBe(3);
});
