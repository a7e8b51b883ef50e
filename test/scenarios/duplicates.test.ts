/** Everything that can come twice does: deliveries, commands, clicks. One job, one effect each, no forked chain. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { buttonsOf, callKey, deliver, ephemeralsOf, metaCalls, press, replyTs, warehouse } from "./steps.ts";

useWorlds();

/** Messages of the chain that were ever sent more than once for the same step; a fork would show here. */
async function forks(world: TestWorld): Promise<unknown[]> {
  return world.query(
    "select job_id, lane, seq, copy, count(*) from meta_sync.outbox where kind = 'slice' group by 1, 2, 3, 4 having count(*) > 1",
  );
}

const jobs = (world: TestWorld) =>
  world.query("select id, state, attempt from public.background_jobs order by created_at");

test("every queue message delivered five times: the rows, calls and messages of one sync", async () => {
  const single = await createWorld();
  await single.type(`${accounts.kolkata} 7d`);
  await single.run();

  const world = await createWorld({ config: { sliceSeconds: 2 }, beforeGraphAnswer: (clock) => clock.advance(400) });
  world.queue.faults.add({ kind: "duplicate", copies: 5 });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();

  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 1 }]);
  expect(await forks(world)).toEqual([]);
  expect(await warehouse(world)).toEqual(await warehouse(single));
  expect(world.read()).toHaveLength(1);
  expect(world.read()[0]?.replies).toHaveLength(1);
  // Five deliveries at once read nothing twice.
  const keys = metaCalls(world).map(callKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(await world.query("select attempt, count(*)::int as sent from meta_sync.reports group by 1")).toEqual([
    { attempt: 1, sent: 1 },
  ]);
});

test("a genuine message that comes again after the end, even signed anew, does nothing", async () => {
  const world = await createWorld();
  await world.type(`${accounts.kolkata} 7d`);
  await world.services.background.settle();
  const bodies = world.queue.pending().map((message) => message.body);
  expect(bodies).toHaveLength(1);
  await world.run();
  const before = { digest: await world.digest(), calls: metaCalls(world).length, thread: world.read() };
  for (const body of [...bodies, ...bodies]) {
    const answer = await deliver(world, body);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ outcome: "final" });
  }
  await world.run();
  expect({ digest: await world.digest(), calls: metaCalls(world).length, thread: world.read() }).toEqual(before);
});

test("the same slash command redelivered is one job; retyped while it runs it is told of its twin, with a link", async () => {
  const world = await createWorld();
  const first = await world.type(`${accounts.kolkata} 7d`);
  const order = {
    user: "U0ANA",
    channel: "C0ADS",
    command: "/meta-sync",
    text: `${accounts.kolkata} 7d`,
    triggerId: first.triggerId,
  };
  const [again, third] = await Promise.all([world.slack.sendCommand(order), world.slack.sendCommand(order)]);
  expect([again.status, third.status]).toEqual([200, 200]);
  await world.services.background.settle();
  expect(await jobs(world)).toHaveLength(1);

  const root = world.read()[0]?.ts ?? "";
  const retyped = await world.type(`2026110003 7d`, { user: "U0BEN" });
  await world.services.background.settle();
  const told = [retyped.ackedText ?? "", ...ephemeralsOf(world, "U0BEN")].join("\n");
  expect(told).toContain("running already");
  expect(told).toContain(`/archives/C0ADS/p${root.replace(".", "")}`);
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
  expect(world.read()).toHaveLength(1);
  expect(await forks(world)).toEqual([]);
});

test("Retry pressed twice at once and once more later opens one attempt with one summary", async () => {
  const world = await createWorld();
  world.graph.tokens.set({ name: "default", state: "password_changed" });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  world.graph.tokens.set({ name: "default", state: "valid" });
  const card = replyTs(world);
  await Promise.all([press(world, card, "job.retry"), press(world, card, "job.retry", { user: "U0BEN" })]);
  await world.services.background.settle();
  expect(buttonsOf(world, card)).toEqual([]);
  await expect(press(world, card, "job.retry")).rejects.toThrow("no button");
  await world.run();

  expect(await jobs(world)).toMatchObject([{ state: "succeeded", attempt: 2 }]);
  expect(await forks(world)).toEqual([]);
  expect(
    await world.query("select attempt, count(*)::int as sent from meta_sync.reports group by 1 order by 1"),
  ).toEqual([
    { attempt: 1, sent: 1 },
    { attempt: 2, sent: 1 },
  ]);
  expect(world.read()[0]?.replies).toHaveLength(2);
  const told = [...ephemeralsOf(world), ...ephemeralsOf(world, "U0BEN")];
  expect(told.filter((text) => text.includes("Trying again (attempt 2)"))).toHaveLength(1);
  expect(told.filter((text) => text.includes("Somebody was faster"))).toHaveLength(1);
});

test("a click on Retry that Slack sends again after the attempt's end opens no third one", async () => {
  const world = await createWorld();
  world.graph.tokens.set({ name: "default", state: "password_changed" });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  // The button stays where it is: the edit that takes it out is refused.
  world.slack.faults.add({ kind: "cant_update_message", method: "chat.update", times: 1 });
  await press(world, replyTs(world), "job.retry");
  await world.run();
  await press(world, replyTs(world), "job.retry");
  await world.run();
  expect(await jobs(world)).toMatchObject([{ state: "failed", attempt: 2 }]);
  expect(await forks(world)).toEqual([]);
});

test("Cancel pressed twice at once and once more later cancels once", async () => {
  let presses: Promise<unknown> | undefined;
  let world: TestWorld | undefined;
  world = await createWorld({
    beforeGraphAnswer() {
      const root = world?.read()[0]?.ts;
      if (world === undefined || root === undefined || presses !== undefined) return;
      presses = Promise.all([press(world, root, "job.cancel"), press(world, root, "job.cancel", { user: "U0BEN" })]);
    },
  });
  await world.type(`${accounts.berlin} 7d`);
  await world.run();
  await presses;
  await world.run();

  expect(await jobs(world)).toMatchObject([{ state: "cancelled", attempt: 1 }]);
  const root = world.read()[0];
  expect(root?.root).toContain("Sync cancelled: ");
  expect(root?.replies).toHaveLength(1);
  expect(buttonsOf(world, root?.ts ?? "")).toEqual([]);
  const told = [...ephemeralsOf(world), ...ephemeralsOf(world, "U0BEN")];
  expect(told.filter((text) => text.startsWith("Cancelled:"))).toHaveLength(1);
  expect(told.filter((text) => text.startsWith("Nothing to cancel"))).toHaveLength(1);
  await world.type("cancel");
  await world.services.background.settle();
  expect(await world.query("select count(*)::int as reports from meta_sync.reports")).toEqual([{ reports: 1 }]);
});
