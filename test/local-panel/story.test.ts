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
