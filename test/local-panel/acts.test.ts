/** What a person does on the panel beside faults: run and retry messages, fire schedules, pause, move the clock, filter. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { openPanel } from "./open-panel.ts";

useWorlds();

/** Publishes to the worker's door what it can never read: it is answered as not worth a retry. */
async function publish(world: TestWorld, body: object, headers: Record<string, string> = {}): Promise<void> {
  const answer = await world.queue.wire.request("/v2/publish/https://app.example.test/api/meta-marketing-worker", {
    method: "POST",
    headers: { authorization: `Bearer ${world.queue.keys.token}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

test("[Run now] delivers a message that waits for a later time", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await publish(world, { kind: "sweep" }, { "upstash-delay": "1h" });
  const [waiting] = (await panel.look()).queue?.messages ?? [];
  expect(waiting).toMatchObject({
    state: "waiting",
    says: "kind sweep",
    nextDeliveryAtMs: expect.any(Number),
    attempts: [],
  });

  await panel.act("/queue/messages/run", { messageId: waiting?.id });
  const [delivered] = (await panel.look()).queue?.messages ?? [];
  expect(delivered).toMatchObject({ id: waiting?.id, state: "delivered", attempts: [{ status: 200, error: null }] });
  expect(await panel.try("/queue/messages/run", { messageId: "msg_unknown" })).toMatchObject({ status: 404 });
  expect(await panel.try("/queue/messages/run", { id: 1 })).toMatchObject({ status: 400 });
});

test("a dead letter is shown with its last answer, retried as a new message, and deleted", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await publish(world, { kind: "nonsense" });
  await world.settle();
  const [letter] = (await panel.look()).queue?.deadLetters ?? [];
  expect(letter).toMatchObject({ destination: "/api/meta-marketing-worker", says: "kind nonsense", status: 489 });

  expect(await panel.act("/queue/dead-letters/retry", { dlqId: letter?.id })).toContain("Sent again as msg_");
  await world.settle();
  const [again, ...others] = (await panel.look()).queue?.deadLetters ?? [];
  expect(others).toEqual([]);
  expect(again?.id).not.toBe(letter?.id);

  await panel.act("/queue/dead-letters/delete", { dlqId: again?.id });
  expect((await panel.look()).queue?.deadLetters).toEqual([]);
  expect(await panel.try("/queue/dead-letters/retry", { dlqId: letter?.id })).toMatchObject({ status: 404 });
});

test("a schedule shows its next run, and runs now when asked", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await world.services.queue.putSweepSchedule();
  const [schedule] = (await panel.look()).queue?.schedules ?? [];
  expect(schedule).toMatchObject({
    cron: "*/10 * * * *",
    lastFiredAtMs: null,
    nextFireAtMs: Date.parse("2026-11-15T12:10:00Z"),
  });

  await panel.act("/queue/schedules/run", { scheduleId: schedule?.id });
  await world.settle();
  const state = await panel.look();
  expect(state.queue?.schedules[0]?.lastFiredAtMs).not.toBeNull();
  expect(state.queue?.messages[0]).toMatchObject({ says: "kind sweep", state: "delivered" });
});

test("paused deliveries wait until they are resumed", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await panel.act("/queue/deliveries", { paused: true });
  await publish(world, { kind: "sweep" });
  await world.settle();
  expect((await panel.look()).queue).toMatchObject({ isPaused: true, messages: [{ state: "waiting" }] });

  await panel.act("/queue/deliveries", { paused: false });
  await world.settle();
  expect((await panel.look()).queue).toMatchObject({ isPaused: false, messages: [{ state: "delivered" }] });
});

test("the clock moves by steps, to the next message, and back to real time, and SQL moves with it", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  const before = world.clock.offsetMs;
  await panel.act("/clock", { advanceMs: 3_600_000 });
  expect(world.clock.offsetMs - before).toBe(3_600_000);
  const [row] = await world.query("select abs(extract(epoch from meta_sync.clock()) * 1000 - $1)::float as off_ms", [
    world.clock.now(),
  ]);
  expect(Number(row?.["off_ms"])).toBeLessThan(5000);

  expect(await panel.try("/clock", { to: "next-message" })).toMatchObject({ status: 409 });
  await publish(world, { kind: "sweep" }, { "upstash-delay": "2h" });
  const dueAtMs = (await panel.look()).clock.nextDueAtMs ?? 0;
  await panel.act("/clock", { to: "next-message" });
  expect(world.clock.now()).toBeGreaterThanOrEqual(dueAtMs);
  expect(await world.queue.deliverDue()).toBe(1);

  await panel.act("/clock", { to: "real-time" });
  expect(world.clock.offsetMs).toBe(0);
  expect((await panel.look()).clock.zones.map((zone) => zone.zone)).toContain("Australia/Lord_Howe");
  expect(await panel.try("/clock", { advanceMs: -1 })).toMatchObject({ status: 400 });
});

test("what a sync made the stand-ins receive is told newest first, by part, and only the refused if asked", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  const { received, parts } = await panel.look("?count=500");
  expect(parts).toEqual(["slack", "queue", "meta", "database"]);
  const times = received.map((one) => one.atMs);
  expect(times).toEqual(times.toSorted((left, right) => right - left));
  expect(new Set(received.map((one) => one.key)).size).toBe(received.length);
  const lines = received.map(({ part, what, about, answer }) => `${part} | ${what} | ${about} | ${answer}`);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^slack \| chat\.postMessage \| #ads · .* \| ok$/),
      expect.stringMatching(
        /^meta \| GET \/v26\.0\/act_2026110003\/insights \| act_2026110003 · level ad \| \d+ rows$/,
      ),
      expect.stringMatching(/^queue \| POST \/v2\/publish\/https:\/\/app\.example\.test\/\S+ \|  \| accepted$/),
      expect.stringMatching(/^queue \| delivery \| \/api\/meta-marketing-worker · msg_\S+ \| taken$/),
      expect.stringMatching(/^database \| meta_sync_save_page \|  \| answered$/),
    ]),
  );

  const onlyMeta = (await panel.look("?part=meta")).received;
  expect(new Set(onlyMeta.map((one) => one.part))).toEqual(new Set(["meta"]));
  expect((await panel.look("?refused=1")).received.every((one) => one.isRefused)).toBe(true);
  expect((await panel.request("/state?part=moon")).status).toBe(400);
});
