/**
 * Slack is answered in time whatever else is slow or down, and told afterwards what became of the order. Slack itself
 * judges the time: an answer after its 3 s is a `failure` there.
 */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { ephemeralsOf, sweep } from "./steps.ts";

useWorlds();

const silent =
  "The database doesn't answer right now. I'll say here within a minute whether this started; asking again is safe.";

/** The people and channels of these stories are known, as after any earlier command. */
async function acquaint(world: TestWorld): Promise<void> {
  await world.type("status");
  await world.settle();
}

const jobs = (world: TestWorld) => world.query("select id, state from public.background_jobs");

test.each(["hang", "down"] as const)(
  "the database answers nothing (%s): said at once, and what became of it when it answers again",
  async (mode) => {
    const world = await createWorld();
    await acquaint(world);
    world.postgres.faults.mode = mode;
    const answer = await world.type(`${accounts.kolkata} 7d`);
    expect(answer).toMatchObject({ status: 200, ackedText: silent });
    expect(answer.failure).toBeUndefined();
    world.postgres.faults.mode = "none";
    await world.services.background.settle();

    expect(ephemeralsOf(world).at(-1)).toContain("did not start");
    await world.run();
    expect(await jobs(world)).toEqual([]);
    // What was said stays true, also when the very same command arrives late.
    const late = await world.slack.sendCommand({
      user: "U0ANA",
      channel: "C0ADS",
      command: "/meta-sync",
      text: `${accounts.kolkata} 7d`,
      triggerId: answer.triggerId,
    });
    expect(late.ackedText).toContain("Nothing was started");
    expect(await jobs(world)).toEqual([]);
    await world.type(`${accounts.kolkata} 7d`);
    await world.run();
    expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
  },
);

/** Lets the database do its work once and loses the answer. */
function loseAnswer(world: TestWorld, name: string): void {
  const { fetch } = world.postgres.wire;
  world.postgres.wire.fetch = async (request, ...more) => {
    const answer = await fetch(request, ...more);
    if (!request.url.endsWith(`/${name}`)) return answer;
    world.postgres.wire.fetch = fetch;
    return Response.json({ message: "upstream went away" }, { status: 503 });
  };
}

test("the database took the order but its answer was lost: the follow-up says that it started, and it did, once", async () => {
  const world = await createWorld();
  await acquaint(world);
  loseAnswer(world, "meta_sync_start_job");
  const answer = await world.type(`${accounts.kolkata} 7d`);
  expect(answer.ackedText).toBe(silent);
  await world.services.background.settle();
  expect(ephemeralsOf(world).at(-1)).toContain("your sync started");
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
  expect(world.read()).toHaveLength(1);
});

test("the answer that facts are missing was lost: the order isn't called dead, and it starts", async () => {
  const world = await createWorld();
  loseAnswer(world, "meta_sync_start_job");
  expect((await world.type(`${accounts.kolkata} 7d`)).ackedText).toBe(silent);
  await world.services.background.settle();
  await world.run();
  const told = ephemeralsOf(world).slice(1);
  expect(told.join("\n")).not.toContain("did not start");
  expect(told.at(-1)).toContain("Starting the sync");
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
});

test("the answer that it was refused was lost: the follow-up says why", async () => {
  const world = await createWorld();
  await world.type("status", { user: "U0GUEST" });
  await world.settle();
  loseAnswer(world, "meta_sync_start_job");
  expect((await world.type(`${accounts.kolkata} 7d`, { user: "U0GUEST" })).ackedText).toBe(silent);
  await world.services.background.settle();
  expect(ephemeralsOf(world, "U0GUEST").at(-1)).toContain("guests can't use meta-sync");
});

test.each([
  { user: "U0GUEST", text: `${accounts.kolkata} 7d`, says: "guests can't use meta-sync" },
  { user: "U0ANA", text: "nonesuch 7d", says: "I don't know an ad account called “nonesuch”" },
])(
  "an order that waited is decided and the decision's answer is lost: the person is told all the same ($text by $user)",
  async ({ user, text, says }) => {
    const world = await createWorld();
    // Nobody is known yet: the order waits, and its second start decides.
    world.slack.faults.add({ kind: "down", times: null, method: "users.info" });
    expect((await world.type(text, { user })).ackedText).toContain("One moment");
    await world.services.background.settle();
    world.slack.faults.clear();
    loseAnswer(world, "meta_sync_start_job");
    for (let tries = 0; tries < 3; tries += 1) {
      await world.clock.advance(20_000);
      await sweep(world);
    }
    expect(ephemeralsOf(world, user).filter((told) => told.includes(says))).toHaveLength(1);
    expect(await jobs(world)).toEqual([]);
    expect(
      await world.query(
        "select 1 from meta_sync.orders where outcome = 'waiting' or placed is not null or sealed_response_url is not null",
      ),
    ).toEqual([]);
  },
);

test("a database that stays silent: within a minute the person is told that nobody knows", async () => {
  const world = await createWorld();
  await acquaint(world);
  world.postgres.faults.mode = "down";
  const typedAtMs = world.clock.now();
  await world.type(`${accounts.kolkata} 7d`);
  await world.services.background.settle();
  const told = world.slack.calls("response_url").at(-1);
  expect(ephemeralsOf(world).at(-1)).toContain("can't say whether your sync started");
  expect((told?.atMs ?? 0) - typedAtMs).toBeLessThanOrEqual(60_000);
});

test("the same promise is kept to somebody who mentions", async () => {
  const world = await createWorld();
  await acquaint(world);
  world.postgres.faults.mode = "down";
  const mention = await world.slack.sendMention({ user: "U0ANA", channel: "C0ADS", text: `${accounts.kolkata} 7d` });
  expect(mention.status).toBe(200);

  world.services.wait = async (ms) => {
    world.postgres.faults.mode = "none";
    await world.clock.advance(ms);
  };
  await world.services.background.settle();
  const told = world.slack
    .ephemerals()
    .filter((message) => message.thread_ts === mention.ts)
    .map((message) => message.text);
  expect(told).toEqual([silent, expect.stringContaining("did not start")]);
});

test("a click while the database is silent is acked at once, and nothing untrue is said", async () => {
  const world = await createWorld();
  await world.type(`${accounts.kolkata} 7d`);
  await world.services.background.settle();
  const root = world.read()[0]?.ts ?? "";
  world.postgres.faults.mode = "down";
  const click = await world.slack.sendClick({ user: "U0ANA", channel: "C0ADS", ts: root, actionId: "job.cancel" });
  expect(click.status).toBe(200);
  expect(click.failure).toBeUndefined();
  await world.services.background.settle();
  expect(ephemeralsOf(world).at(-1)).toContain("can't say whether that was done");
  world.postgres.faults.mode = "none";
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
});

test.each(["down", "publish-hang"] as const)(
  "the queue is away (%s): the job is kept, its message says so, and it goes on by itself",
  async (kind) => {
    const world = await createWorld();
    await acquaint(world);
    world.queue.faults.add({ kind });
    const answer = await world.type(`${accounts.kolkata} 7d`);
    expect(answer.ackedText).toContain("Starting the sync");
    expect(answer.failure).toBeUndefined();
    await world.services.background.settle();
    expect(world.read()[0]?.root).toContain("Waiting for the queue");
    expect(await jobs(world)).toMatchObject([{ state: "queued" }]);

    world.queue.faults.clear();
    await world.clock.advance(20_000);
    await sweep(world);
    await world.run();
    expect(world.read()[0]?.root).toContain("Sync complete");
    expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
  },
);

test("the queue goes away in the middle: the message says so, and the sync goes on when it is back", async () => {
  let world: TestWorld | undefined;
  let isAway = false;
  world = await createWorld({
    config: { sliceSeconds: 2 },
    async beforeGraphAnswer(clock) {
      await clock.advance(800);
      if (isAway || world === undefined || (await jobs(world)).length === 0) return;
      isAway = true;
      world.queue.faults.add({ kind: "publish-5xx" });
    },
  });
  await acquaint(world);
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  for (let minute = 0; minute < 2; minute += 1) {
    await world.clock.advance(60_000);
    await sweep(world);
  }
  expect(world.read()[0]?.root).toContain("Waiting for the queue");
  world.queue.faults.clear();
  await world.clock.advance(60_000);
  await sweep(world);
  await world.run();
  expect(world.read()[0]?.root).toContain("Sync complete");
  expect(world.read()).toHaveLength(1);
  expect(world.read()[0]?.replies).toHaveLength(1);
});

test.each(["down", "hang"] as const)(
  "Slack's Web API is away (%s): acked as ever, the sync goes on, the messages come when it is back",
  async (kind) => {
    const world = await createWorld();
    await acquaint(world);
    const fault = world.slack.faults.add({ kind, times: null, method: "chat.postMessage" });
    const answer = await world.type(`${accounts.kolkata} 7d`);
    expect(answer).toMatchObject({ status: 200, ackedText: expect.stringContaining("Starting the sync") as unknown });
    expect(answer.failure).toBeUndefined();
    if (kind === "hang") world.slack.faults.remove(fault.id);
    await world.settle();
    expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
    world.slack.faults.clear();
    await world.run();
    for (let tries = 0; tries < 3; tries += 1) {
      await world.clock.advance(400_000);
      await sweep(world);
      await world.run();
    }
    expect(world.read()).toHaveLength(1);
    expect(world.read()[0]?.root).toContain("Sync complete");
    expect(world.read()[0]?.replies).toHaveLength(1);
  },
);

test("Slack's Web API is away and nobody is known yet: one moment, then the answer when it is back", async () => {
  const world = await createWorld();
  world.slack.faults.add({ kind: "down", times: null });
  const answer = await world.type(`${accounts.kolkata} 7d`);
  expect(answer.ackedText).toContain("One moment");
  expect(answer.failure).toBeUndefined();
  await world.services.background.settle();
  expect(await jobs(world)).toEqual([]);
  world.slack.faults.clear();
  await world.clock.advance(10_000);
  await sweep(world);
  await world.run();
  expect(ephemeralsOf(world).at(-1)).toContain("Starting the sync");
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
});
