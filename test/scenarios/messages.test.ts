/** What stands in the channel when Slack or an edit is slow: one message per job, in time, and no button that can't be kept. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { buttonsOf, ephemeralsOf, press, replyTs } from "./steps.ts";

useWorlds();

const jobs = (world: TestWorld) => world.query("select state, attempt from public.background_jobs order by created_at");

/** Another edit takes the right just before the job ends, and gives it back when somebody who wants it pauses; how many pauses. */
function editAcrossTheEnd(world: TestWorld, jobId: string): () => number {
  const { db } = world.services;
  const { fetch } = world.postgres.wire;
  let token: string | null = null;
  let pauses = 0;
  world.postgres.wire.fetch = async (request, ...more) => {
    // A progress edit may be at it for a moment.
    while (request.url.endsWith("/meta_sync_finish_job") && token === null) {
      const grant = await db.takeEditor("default", jobId, 1, true);
      if (grant.outcome === "granted") token = grant.editorToken;
    }
    return fetch(request, ...more);
  };
  world.services.wait = async (ms) => {
    await world.clock.advance(ms);
    if (token === null) return;
    pauses += 1;
    await db.releaseEditor("default", jobId, token, null, null);
  };
  return () => pauses;
}

test("I7: a report that meets an edit in flight waits for its end, and comes with the same delivery, not after the edit's lease", async () => {
  const world = await createWorld({ config: { workersPerJob: 1 } });
  await world.type("status");
  await world.type(`${accounts.kolkata} 7d`);
  await world.services.background.settle();
  const [job] = await world.services.db.recentJobs("default", null, 1);
  const pauses = editAcrossTheEnd(world, job?.jobId ?? "");
  // The clock stands still here but for those pauses: a delivery that was put off would still wait.
  await world.settle();
  expect(pauses()).toBe(1);
  expect(world.read()[0]?.root).toContain("Sync complete");
  expect(world.read()[0]?.replies).toHaveLength(1);
  expect(world.queue.pending()).toEqual([]);
});

test("while Slack's answers to the first post are lost, progress posts nothing: each post is a try of its one outbox row", async () => {
  const world = await createWorld({ config: { sliceSeconds: 2 }, beforeGraphAnswer: (clock) => clock.advance(1500) });
  await world.type("status");
  await world.services.background.settle();
  world.slack.faults.add({ kind: "lost_answer", times: null, method: "chat.postMessage" });
  await world.type(`${accounts.kolkata} 7d`);
  for (let step = 0; step < 100 && (await jobs(world))[0]?.["state"] !== "succeeded"; step += 1) {
    await world.services.background.settle();
    await world.queue.deliverDue();
    await world.clock.advance(1000);
  }
  expect(await jobs(world)).toMatchObject([{ state: "succeeded" }]);
  const [job] = await world.query(
    "select (extract(epoch from finished_at - created_at))::float8 as seconds, (extract(epoch from finished_at) * 1000)::float8 as at from public.background_jobs",
  );
  const [row] = await world.query("select tries from meta_sync.outbox where kind = 'post'");
  // There was time for several edits.
  expect(Number(job?.["seconds"])).toBeGreaterThan(12);
  const posts = world.slack.calls("chat.postMessage").filter((call) => call.atMs < Number(job?.["at"]));
  expect(posts.length).toBeGreaterThan(0);
  expect(posts.length).toBeLessThanOrEqual(Number(row?.["tries"]));
  await world.services.background.settle();
});

test("on a preview that publishes nothing, Retry and Sync again start nothing and say why", async () => {
  const world = await createWorld();
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  world.graph.tokens.set({ name: "default", state: "password_changed" });
  await world.type(`${accounts.kolkata} 14d`);
  await world.run();
  const before = await jobs(world);
  expect(before).toMatchObject([{ state: "succeeded" }, { state: "failed" }]);

  world.services.config.publishRefusal = "Set WEBHOOK_BASE_URL to this preview's address.";
  for (const [index, button] of [
    [0, "job.again"],
    [1, "job.retry"],
  ] as const) {
    const ts = replyTs(world, index);
    await press(world, ts, button);
    await world.run();
    expect(ephemeralsOf(world).at(-1)).toBe("Nothing was started. Set WEBHOOK_BASE_URL to this preview's address.");
    expect(buttonsOf(world, ts), "the button stays").toEqual([button]);
  }
  await world.type("retry");
  await world.run();
  expect(ephemeralsOf(world).at(-1)).toContain("Nothing was started.");
  expect(await jobs(world)).toEqual(before);
});
