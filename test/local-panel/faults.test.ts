/** Every fault of the panel is switched on by its door, strikes the product, is told on the panel, and the sync comes through. */
import { expect, test } from "vitest";
import type { PartName } from "#src/local/panel/world-parts.ts";
import { sweep } from "#src/verbs/jobs/sweep.ts";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { openPanel, type Panel } from "./open-panel.ts";

useWorlds();

/** What nobody hears of while it lasts: these have stories of their own below. */
const unanswered = new Set(["slack.hang", "queue.publish-hang"]);

async function runToTheEnd(world: TestWorld): Promise<void> {
  await world.run();
  // What couldn't be published waits in the outbox for the sweeper.
  await world.clock.advance(60_000);
  await sweep(world.services);
  await world.run();
}

/** The state of the newest job. */
async function newestState(world: TestWorld): Promise<string | undefined> {
  const [job] = await world.services.db.recentJobs("default", null, 1);
  return job?.state;
}

/** One strike of each countable fault of a part, each on a sync of its own: what the panel says was refused. */
async function strikeEach(world: TestWorld, panel: Panel, part: PartName): Promise<Record<string, string>> {
  const { choices } = (await panel.look()).faults;
  const told: Record<string, string> = {};
  const own = choices.filter((choice) => choice.part === part && choice.isCountable && !unanswered.has(choice.id));
  // Only the first order of a person is answered later by response_url.
  const inOrder = own.toSorted((left, right) => Number(/response_url/.test(right.id)) - Number(/response_url/.test(left.id)));
  for (const [at, { id, seconds }] of inOrder.entries()) {
    const since = world.clock.now();
    await panel.act("/faults/on", { fault: id, times: 1, ...(seconds === undefined ? {} : { seconds: 0 }) });
    await world.type(`${accounts.kolkata} ${at + 1}d`);
    await runToTheEnd(world);
    const { faults, received } = await panel.look(`?part=${part}&refused=1`);
    const fresh = received.filter((one) => one.atMs >= since).map((one) => `${one.status} ${one.answer}`);
    told[id] = [faults.active.length === 0 ? "struck" : "still on", ...new Set(fresh), await newestState(world)].join(", ");
  }
  return told;
}

test("Slack's faults", async () => {
  const world = await createWorld();
  expect(await strikeEach(world, openPanel(world), "slack")).toEqual({});
});

test("the queue's faults", async () => {
  const world = await createWorld();
  expect(await strikeEach(world, openPanel(world), "queue")).toEqual({});
});

test("Meta's faults", async () => {
  const world = await createWorld();
  expect(await strikeEach(world, openPanel(world), "meta")).toEqual({});
});
