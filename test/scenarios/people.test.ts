/** Who is let in: decided from what Slack says about the person and the channel; a refusal costs no call to Meta. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { ephemeralsOf, metaCalls, sweep } from "./steps.ts";

useWorlds();

const jobs = (world: TestWorld) => world.query("select state from public.background_jobs");

/** Types an order, lets everything happen, and gives what the person was told. */
async function orderAs(
  world: TestWorld,
  user: string,
  channel = "C0ADS",
  text = `${accounts.kolkata} 7d`,
): Promise<string> {
  const { ackedText } = await world.type(text, { user, channel });
  await world.run();
  return [ackedText ?? "", ...ephemeralsOf(world, user)].at(-1) ?? "";
}

async function expectNothing(world: TestWorld): Promise<void> {
  expect(await jobs(world)).toEqual([]);
  expect(metaCalls(world)).toEqual([]);
  expect(world.slack.calls("chat.postMessage")).toEqual([]);
  expect(world.queue.pending()).toEqual([]);
}

test("a guest, a bot, and a person of another organisation are refused, with the reason", async () => {
  const world = await createWorld();
  world.slack.people.set("U0ROBOT", { name: "robot", isBot: true });
  const ads = world.slack.channels.find("C0ADS");
  world.slack.channels.set("C0ADS", { members: [...(ads?.members ?? []), "U0ROBOT", "U0EXT"] });
  expect(await orderAs(world, "U0GUEST")).toContain("guests can't use meta-sync");
  expect(await orderAs(world, "U0ROBOT")).toContain("bots can't give orders");
  expect(await orderAs(world, "U0EXT")).toContain("you belong to another organisation");
  await expectNothing(world);
});

test("in a channel shared with another organisation nobody is let in: not its people, not ours", async () => {
  const world = await createWorld();
  expect(await orderAs(world, "U0EXT", "C0SHARED")).toContain("you belong to another organisation");
  expect(await orderAs(world, "U0ANA", "C0SHARED")).toContain("shared with another organisation");
  await expectNothing(world);
});

test("a channel that was archived since is refused", async () => {
  const world = await createWorld();
  // The person's client still lets them type while the channel is being archived.
  const archive = world.slack.channels.set("C0ADS", { isArchived: false });
  expect(archive.isArchived).toBe(false);
  const typed = world.slack.sendCommand({
    user: "U0ANA",
    channel: "C0ADS",
    command: "/meta-sync",
    text: `${accounts.kolkata} 7d`,
  });
  world.slack.channels.set("C0ADS", { isArchived: true });
  await typed;
  await world.run();
  expect(ephemeralsOf(world).at(-1)).toContain("this channel is archived");
  await expectNothing(world);
});

test("who isn't let in isn't told the names of ad accounts either", async () => {
  const world = await createWorld();
  for (const [user, channel] of [
    ["U0EXT", "C0SHARED"],
    ["U0GUEST", "C0ADS"],
    ["U0EXT", "C0SHARED"],
  ] as const) {
    await orderAs(world, user, channel, "nonesuch 7d");
    await orderAs(world, user, channel, "status");
  }
  const told = world.slack
    .ephemerals()
    .map((message) => message.text)
    .join("\n");
  expect(told).not.toContain("Acme DE");
  expect(told).not.toContain("act_2026");
  await expectNothing(world);
});

test("a guest may neither look nor cancel nor press", async () => {
  const world = await createWorld();
  await world.type(`${accounts.kolkata} 7d`);
  await world.services.background.settle();
  const root = world.read()[0]?.ts ?? "";
  for (const words of ["status", "cancel", "retry"]) {
    await world.type(words, { user: "U0GUEST" });
    await world.services.background.settle();
    expect(ephemeralsOf(world, "U0GUEST").at(-1)).toContain("guests can't use meta-sync");
  }
  await world.slack.sendClick({ user: "U0GUEST", channel: "C0ADS", ts: root, actionId: "job.cancel" });
  await world.services.background.settle();
  expect(ephemeralsOf(world, "U0GUEST").at(-1)).toContain("guests can't use meta-sync");
  await world.run();
  expect(await jobs(world)).toEqual([{ state: "succeeded" }]);
});

test("what Slack said is kept for ten minutes", async () => {
  const world = await createWorld();
  const lookUps = () => world.slack.calls("users.info").length;
  expect((await world.type(`${accounts.kolkata} 7d`)).ackedText).toContain("One moment");
  await world.run();
  expect(lookUps()).toBe(1);
  await world.clock.advance(9 * 60_000);
  expect((await world.type(`${accounts.kolkata} 14d`)).ackedText).toContain("Starting the sync");
  await world.run();
  expect(lookUps()).toBe(1);
  await world.clock.advance(2 * 60_000);
  world.slack.people.set("U0ANA", { isRestricted: true, isAdmin: false, isOwner: false });
  expect((await world.type(`${accounts.kolkata} 28d`)).ackedText).toContain("One moment");
  await world.run();
  expect(lookUps()).toBe(2);
  expect(ephemeralsOf(world).at(-1)).toContain("guests can't use meta-sync");
  expect(await jobs(world)).toHaveLength(2);
});

test("Slack is down: one moment, nothing starts; when it is back the same order is decided", async () => {
  const world = await createWorld();
  world.slack.faults.add({ kind: "down", times: null, method: "users.info" });
  expect((await world.type(`${accounts.kolkata} 7d`)).ackedText).toContain("One moment");
  await world.run();
  await expectNothing(world);
  await world.clock.advance(15_000);
  await sweep(world);
  await expectNothing(world);
  world.slack.faults.clear();
  await world.clock.advance(15_000);
  await sweep(world);
  await world.run();
  expect(ephemeralsOf(world).at(-1)).toContain("Starting the sync");
  expect(await jobs(world)).toEqual([{ state: "succeeded" }]);
});

test("a fact that Slack doesn't give within a minute counts as no", async () => {
  const world = await createWorld();
  world.slack.faults.add({ kind: "down", times: null, method: "users.info" });
  await world.type(`${accounts.kolkata} 7d`);
  for (let tries = 0; tries < 5; tries += 1) {
    await world.services.background.settle();
    await world.clock.advance(20_000);
    await sweep(world);
  }
  expect(ephemeralsOf(world).at(-1)).toContain("Slack didn't say in time whether you are a member");
  expect(ephemeralsOf(world)).toHaveLength(2);
  world.slack.faults.clear();
  await world.clock.advance(60_000);
  await sweep(world);
  await world.run();
  await expectNothing(world);
});

test("an account nobody knows, ordered before Slack has said who asks: told afterwards, and asked only once", async () => {
  const world = await createWorld();
  expect((await world.type("nonesuch 7d")).ackedText).toContain("One moment");
  await world.run();
  const told = ephemeralsOf(world).at(-1);
  expect(told).toContain("nonesuch");
  expect(told).toContain("Acme DE (act_2026110001)");
  expect(await world.query("select 1 from meta_sync.outbox where sent_at is null")).toEqual([]);
  await expectNothing(world);
});
