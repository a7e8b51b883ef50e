/** `@meta-sync …` takes the same words; the thread it is said in is where the answers go. */
import { expect, test } from "vitest";
import { renderText } from "#src/local/slack/render-text.ts";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { sendToSlackDoor } from "./steps.ts";

useWorlds();

const jobs = (world: TestWorld) => world.query("select state from public.background_jobs");

function mention(world: TestWorld, text: string, threadTs?: string, user = "U0ANA") {
  return world.slack.sendMention({ user, channel: "C0ADS", text, ...(threadTs === undefined ? {} : { threadTs }) });
}

const repliesTo = (world: TestWorld, ts: string) =>
  (world.slack.thread("C0ADS", ts)?.replies ?? []).map((reply) => renderText(reply));

const whispersIn = (world: TestWorld, threadTs: string) =>
  world.slack
    .ephemerals()
    .filter((message) => message.thread_ts === threadTs)
    .map((message) => message.text);

test("at top level: the living message and the summary stand in the mention's own thread", async () => {
  const world = await createWorld();
  const said = await mention(world, `${accounts.kolkata} 7d`);
  expect(said.status).toBe(200);
  await world.run();
  const [living, summary, ...more] = repliesTo(world, said.ts);
  expect(living).toContain("Sync complete: Chai & Co");
  expect(summary).toContain("Top campaigns by spend");
  expect(more).toEqual([]);
  // Nothing beside the thread.
  expect(world.slack.threads("C0ADS")).toHaveLength(1);
});

test("inside a thread: that thread is the origin, and Sync again stays in it", async () => {
  const world = await createWorld();
  const root = await mention(world, "help");
  const said = await mention(world, `${accounts.kolkata} yesterday`, root.ts, "U0BEN");
  expect(said.status).toBe(200);
  await world.run();
  const replies = repliesTo(world, root.ts).filter((text) => text.includes("Chai & Co"));
  expect(replies).toHaveLength(2);
  const summary = world.slack.thread("C0ADS", root.ts)?.replies.at(-1);
  await world.slack.sendClick({ user: "U0BEN", channel: "C0ADS", ts: summary?.ts ?? "", actionId: "job.again" });
  await world.run();
  expect(repliesTo(world, root.ts).filter((text) => text.includes("Chai & Co"))).toHaveLength(4);
  expect(world.slack.threads("C0ADS")).toHaveLength(1);
  expect(await jobs(world)).toEqual([{ state: "succeeded" }, { state: "succeeded" }]);
});

test("I5: an event that comes again with the same id is one job", async () => {
  const world = await createWorld();
  const root = (await mention(world, "status")).ts;
  const event = {
    type: "app_mention",
    user: "U0ANA",
    ts: root,
    event_ts: root,
    text: `<@${world.slack.credentials.botUserId}> ${accounts.kolkata} 7d`,
    team: "T0ACME01",
    channel: "C0ADS",
  };
  const body = JSON.stringify({ type: "event_callback", team_id: "T0ACME01", event_id: "Ev0SAME0001", event });
  const again = { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" };
  expect(await Promise.all([sendToSlackDoor(world, body), sendToSlackDoor(world, body, again)])).toEqual([200, 200]);
  await world.run();
  expect(await sendToSlackDoor(world, body, again)).toBe(200);
  await world.run();
  expect(await jobs(world)).toEqual([{ state: "succeeded" }]);
  expect(repliesTo(world, root)).toHaveLength(2);
});

test("a cancel that Slack sends again cancels no second sync", async () => {
  const world = await createWorld();
  await world.type(`${accounts.kolkata} 7d`);
  await world.type(`${accounts.berlin} 7d`);
  await world.services.background.settle();
  const event = {
    type: "app_mention",
    user: "U0ANA",
    ts: "1763200000.000100",
    event_ts: "1763200000.000100",
    text: `<@${world.slack.credentials.botUserId}> cancel`,
    team: "T0ACME01",
    channel: "C0ADS",
  };
  const body = JSON.stringify({ type: "event_callback", team_id: "T0ACME01", event_id: "Ev0CANCEL01", event });
  await sendToSlackDoor(world, body);
  await world.services.background.settle();
  await sendToSlackDoor(world, body, { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" });
  await world.run();
  expect(await world.query("select state from public.background_jobs order by state")).toEqual([
    { state: "cancelled" },
    { state: "succeeded" },
  ]);
});

test("words that can't be read are answered to the one who wrote them, in the thread, with an example", async () => {
  const world = await createWorld();
  const said = await mention(world, `${accounts.kolkata} 7dd`);
  await world.run();
  const [told, ...more] = whispersIn(world, said.ts);
  expect(told).toContain("7dd");
  expect(told).toContain("Did you mean `7d`?");
  expect(told).toContain("Example: `/meta-sync act_2026110003 7d`");
  expect(more).toEqual([]);
  expect(await jobs(world)).toEqual([]);
  expect(repliesTo(world, said.ts)).toEqual([]);
});

test("help, status, a reserved word and a dry run are answered in the thread", async () => {
  const world = await createWorld();
  await mention(world, `${accounts.kolkata} 7d`);
  await world.run();
  const root = (await mention(world, "help")).ts;
  await mention(world, "status", root);
  await mention(world, "schedule", root);
  await mention(world, `${accounts.kolkata} 7d --dry-run`, root);
  await mention(world, "", root);
  await world.run();
  const told = whispersIn(world, root);
  expect(told).toHaveLength(5);
  expect(told.filter((text) => text.includes("It can only read"))).toHaveLength(2);
  expect(told.some((text) => text.includes("Chai &amp; Co, 7d: is complete"))).toBe(true);
  expect(told.some((text) => text.includes("`schedule` comes later; nothing was started"))).toBe(true);
  expect(told.some((text) => text.startsWith("Dry run for Chai &amp; Co"))).toBe(true);
  expect(await jobs(world)).toHaveLength(1);
});

test("a guest who mentions is told why not, and nothing starts", async () => {
  const world = await createWorld();
  const said = await mention(world, `${accounts.kolkata} 7d`, undefined, "U0GUEST");
  await world.run();
  const told = world.slack.ephemerals().filter((message) => message.to === "U0GUEST");
  expect(told.at(-1)?.text).toContain("guests can't use meta-sync");
  // Also what is said later stays in the thread that it answers.
  expect(told.map((message) => message.thread_ts)).toEqual(told.map(() => said.ts));
  expect(await jobs(world)).toEqual([]);
});
