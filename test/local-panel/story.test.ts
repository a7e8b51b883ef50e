/** The stories: played to their end with no typing, told step by step, and gone without a trace when stopped. */
import { expect, test } from "vitest";
import { createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { openPanel, type Panel } from "./open-panel.ts";

useWorlds();

/** Drives the world, whose queue moves by hand, until the story is over. */
async function watch(world: TestWorld, panel: Panel): Promise<void> {
  const isOver = async () => {
    await world.run();
    return (await panel.look()).stories.run?.state !== "running";
  };
  await expect.poll(isOver, { timeout: 50_000 }).toBe(true);
}

test("the token dies in the middle, is mended, and Retry ends with a summary in the thread", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await panel.act("/stories/play", { story: "token-death" });
  await watch(world, panel);

  const { stories, faults } = await panel.look();
  expect(stories.run?.state).toBe("done");
  expect(stories.run?.steps.map((step) => step.state)).toEqual(Array.from({ length: 7 }, () => "done"));
  expect(stories.run?.steps.map((step) => step.saw)).toEqual(
    expect.arrayContaining([expect.stringContaining("Sync failed"), expect.stringContaining("Sync complete")]),
  );
  expect(faults.active).toEqual([]);
  await world.run();
  const [thread, ...others] = world.read();
  expect(others).toEqual([]);
  expect(thread?.root).toContain("Sync complete: Acme DE");
  expect(thread?.replies.at(-1)).toContain("28 of 28 days have figures");
  expect(world.graph.calls.list().filter((call) => call.errorCode === 190).length).toBeGreaterThan(0);
});

test("Meta asks for a break: the message says until when, the time passes, the sync goes on by itself", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await panel.act("/stories/play", { story: "throttle" });
  await watch(world, panel);

  const { stories, faults } = await panel.look();
  expect(stories.run?.steps.map((step) => step.state)).toEqual(Array.from({ length: 6 }, () => "done"));
  expect(stories.run?.steps[3]?.saw).toMatch(/Paused until \d\d:\d\d \(Europe\/Berlin\) because Meta asked/);
  expect(stories.run?.steps[5]?.saw).toContain("Sync complete");
  expect(faults.active).toEqual([]);
  const calls = world.graph.calls.list().filter((call) => call.errorCode !== null);
  expect(calls).toMatchObject([{ errorCode: 17, errorSubcode: 2446079 }]);
});

test("figures are restated: a day later the same week is read again, and only what changed is written", async () => {
  const world = await createWorld({ volatileValues: true });
  const panel = openPanel(world);
  await panel.act("/stories/play", { story: "restatement" });
  await watch(world, panel);

  const { stories } = await panel.look();
  expect(stories.run?.steps.map((step) => step.state)).toEqual(Array.from({ length: 6 }, () => "done"));
  const [first, second] = [1, 4].map((step) => {
    const [, read, written] = /([\d,]+) rows read, ([\d,]+) written/.exec(stories.run?.steps[step]?.saw ?? "") ?? [];
    return { read: Number(read?.replaceAll(",", "")), written: Number(written?.replaceAll(",", "")) };
  });
  expect(second?.written).toBeGreaterThan(0);
  expect(second?.written).toBeLessThan((first?.written ?? 0) / 2);
  expect(second?.read).toBeGreaterThan(400);
  expect(stories.run?.steps[5]?.saw).toMatch(/purchases|revenue|ROAS/i);
});

test("a story begins although the answer to the command comes late: the sync does, too", async () => {
  const world = await createWorld();
  const { slack } = world;
  const late = {
    ackedText: "/meta-sync failed because the app did not respond",
    failure: "operation_timeout",
  } as const;
  const panel = openPanel({
    ...world,
    slack: { ...slack, sendCommand: async (order) => ({ ...(await slack.sendCommand(order)), ...late }) },
  });
  await panel.act("/stories/play", { story: "token-death" });
  await watch(world, panel);
  expect((await panel.look()).stories.run).toMatchObject({ state: "done" });
});

test("a story that is stopped takes away what it planted; one plays at a time", async () => {
  const world = await createWorld();
  const panel = openPanel(world);
  await panel.act("/stories/play", { story: "token-death" });
  expect(await panel.try("/stories/play", { story: "token-death" })).toMatchObject({ status: 409 });
  expect((await panel.look()).faults.active).toHaveLength(1);
  await panel.act("/stories/stop", {});
  await watch(world, panel);
  const { stories, faults } = await panel.look();
  expect(stories.run?.state).toBe("stopped");
  expect(faults.active).toEqual([]);
  expect(await panel.try("/stories/play", { story: "unknown" })).toMatchObject({ status: 404 });
});
