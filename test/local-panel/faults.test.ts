/** Every fault of the panel is switched on by its door, strikes the product, is told on the panel, and the sync comes through. */
import { expect, test } from "vitest";
import type { PartName } from "#src/local/panel/world-parts.ts";
import { sweep } from "#src/verbs/jobs/sweep.ts";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { openPanel, type Panel } from "./open-panel.ts";

useWorlds();

/** What nobody hears of while it lasts: these have stories of their own below. */
const unanswered = new Set(["slack.hang", "queue.publish-hang"]);

async function runToTheEnd(world: TestWorld, part: PartName): Promise<void> {
  await world.settle();
  // A message held back for the sake of disorder goes after 5 seconds.
  await world.clock.advance(6000);
  await world.run();
  if (part !== "queue") return;
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
  const inOrder = own.toSorted(
    (left, right) => Number(/response_url/.test(right.id)) - Number(/response_url/.test(left.id)),
  );
  for (const [at, { id, seconds }] of inOrder.entries()) {
    const since = world.clock.now();
    await panel.act("/faults/on", { fault: id, times: 1, ...(seconds === undefined ? {} : { seconds: 0 }) });
    await world.type(`${accounts.kolkata} ${at + 1}d`);
    await runToTheEnd(world, part);
    const { faults, received } = await panel.look(`?part=${part}&count=500`);
    const fresh = received.filter((one) => one.atMs >= since);
    // A delivery that finds its lane leased is answered 503 and comes again: no fault's doing.
    const refused = fresh.filter((one) => one.isRefused && !one.what.startsWith("delivery"));
    const copies = fresh.filter((one) => one.what === "delivery, copy 2").map((one) => one.what);
    const lines = new Set([...refused.map((one) => `${one.status} ${one.answer}`), ...copies]);
    told[id] = [faults.active.length === 0 ? "struck" : "still on", ...lines, await newestState(world)].join(", ");
  }
  return told;
}

const struck = "struck, succeeded";
const blocksAnswer = "[ERROR] unsupported type: planted [json-pointer:/blocks/0/type]";

test("each of Slack's faults strikes once, is told as refused, and the sync succeeds all the same", async () => {
  const world = await createWorld();
  expect(await strikeEach(world, openPanel(world), "slack")).toEqual({
    "slack.expired_response_url": "struck, 404 expired_url, succeeded",
    "slack.ratelimited": "struck, 429 ratelimited, succeeded",
    "slack.not_in_channel": "struck, 200 not_in_channel, succeeded",
    "slack.is_archived": "struck, 200 is_archived, succeeded",
    "slack.message_not_found": "struck, 200 message_not_found, succeeded",
    "slack.cant_update_message": "struck, 200 cant_update_message, succeeded",
    "slack.invalid_blocks": `struck, 200 invalid_blocks · ${blocksAnswer}, succeeded`,
    "slack.token_revoked": "struck, 200 token_revoked, succeeded",
    "slack.down": "struck, 503 service_unavailable, succeeded",
    "slack.lost_answer": "struck, 502 lost_answer, succeeded",
    "slack.slow": struck,
  });
}, 180_000);

test("each of the queue's faults strikes once, and the sync succeeds all the same", async () => {
  const world = await createWorld();
  expect(await strikeEach(world, openPanel(world), "queue")).toEqual({
    "queue.duplicate": "struck, delivery, copy 2, succeeded",
    "queue.reorder": struck,
    "queue.delay": struck,
    "queue.lost-answer": struck,
    "queue.down": "struck, 503 refused, succeeded",
    "queue.publish-5xx": "struck, 500 refused, succeeded",
    "queue.lost-publish-answer": "struck, 502 refused, succeeded",
  });
}, 180_000);

test("each of Meta's faults strikes once, is told as planted, and the sync succeeds all the same", async () => {
  const world = await createWorld();
  expect(await strikeEach(world, openPanel(world), "meta")).toEqual({
    "meta.throttle": "struck, 400 refused · error 17 · a planted fault, succeeded",
    "meta.error-500": "struck, 500 refused · error 1 · a planted fault, succeeded",
    "meta.html": "struck, 502 refused · a planted fault, succeeded",
    "meta.reset": "struck, 0 no answer · a planted fault, succeeded",
    "meta.slow": struck,
  });
}, 180_000);

test("a Slack that doesn't answer, and a publish that doesn't, go on when all is cleared", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  for (const [id, timeframe] of [
    ["slack.hang", "1d"],
    ["queue.publish-hang", "2d"],
  ] as const) {
    await panel.act("/faults/on", { fault: id, times: null });
    const typing = world.type(`${accounts.kolkata} ${timeframe}`);
    const running = world.settle();
    await expect.poll(async () => (await panel.look()).faults.active[0]?.hits ?? 0).toBeGreaterThan(0);
    expect(await panel.act("/faults/clear", {})).toBe("All faults are off.");
    await typing;
    await running;
    await runToTheEnd(world, "queue");
    expect([id, await newestState(world)]).toEqual([id, "succeeded"]);
  }
});

test("a dead token fails the sync with a card until it is switched off", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await panel.act("/faults/on", { fault: "meta.token-death" });
  const [fault] = (await panel.look()).faults.active;
  expect(fault).toMatchObject({ part: "meta", title: "Access token dies (190/460)", howOften: "until switched off" });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  expect(world.read()[0]?.root).toContain("Sync failed");
  const { received } = await panel.look("?part=meta&refused=1");
  expect(received[0]?.answer).toContain("error 190");

  await panel.act("/faults/off", { part: "meta", key: fault?.key });
  expect((await panel.look()).faults.active).toEqual([]);
  expect(world.graph.tokens.list()[0]?.state).toBe("valid");
});

test.each([
  { id: "database.hang", refusedStatus: 499 },
  { id: "database.down", refusedStatus: 503 },
])("$id: the person is told, and the next order after it works", async ({ id, refusedStatus }) => {
  const world = await createWorld();
  const panel = openPanel(world);
  await panel.act("/faults/on", { fault: id });
  const answer = await world.type(`${accounts.kolkata} 1d`);
  expect(answer.ackedText).toContain("database");
  const { received } = await panel.look("?part=database&refused=1");
  expect(received.map((one) => one.status)).toContain(refusedStatus);
  await panel.act("/faults/clear", {});
  await world.settle();

  await world.type(`${accounts.kolkata} 2d`);
  await world.run();
  expect(await newestState(world)).toBe("succeeded");
});

test("an order that makes no sense is refused with the reason", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  const order = (body: object) => panel.try("/faults/on", body);
  expect(await order({ fault: "slack.flood" })).toMatchObject({
    status: 404,
    text: expect.stringContaining("slack.flood"),
  });
  expect(await order({ fault: "database.hang", times: 2 })).toMatchObject({ status: 409 });
  expect(await order({ fault: "slack.down", seconds: 3 })).toMatchObject({ status: 409 });
  expect(await order({ fault: "slack.slow", seconds: 3600 })).toMatchObject({ status: 409 });
  expect(await order({ fault: "slack.down", times: 0 })).toMatchObject({ status: 400 });
  expect(await panel.try("/faults/off", { part: "slack", key: "gone" })).toMatchObject({ status: 404 });
  expect((await panel.look()).faults.active).toEqual([]);
});

test("faults planted by other means are shown and can be switched off", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  world.graph.faults.add({ match: { account: accounts.tokyo, nth: 2 }, action: { kind: "error", code: 4 } });
  world.graph.tokens.set({ name: "other", state: "revoked" });
  const { active } = (await panel.look()).faults;
  expect(active.map(({ title, howOften }) => `${title}: ${howOften}`)).toEqual([
    'Token "other" is revoked: until switched off',
    `Error 4: once more, only ${accounts.tokyo}`,
  ]);
  await panel.act("/faults/clear", {});
  expect((await panel.look()).faults.active).toEqual([]);
});
