/** `--dry-run`: what a sync would take, told without a trace; and the sync then takes that. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { ephemeralsOf, metaCalls } from "./steps.ts";

useWorlds();

/** Calls by kind, looks at reports left out. */
function callsWithoutLooks(world: TestWorld, account: string, afterId: number) {
  return metaCalls(world, account).filter((call) => call.id > afterId && call.kind !== "poll");
}

/** The figures that a dry run tells. */
function told(text: string): { parts: number; calls: number } {
  const found = /a sync would take (\d+) parts, about (\d+) calls/i.exec(text);
  if (found === null) throw new Error(`No figures in: ${text}`);
  return { parts: Number(found[1]), calls: Number(found[2]) };
}

async function dryRun(world: TestWorld, words: string) {
  const before = await world.digest();
  const lastId = metaCalls(world).at(-1)?.id ?? 0;
  const acked = await world.type(`${words} --dry-run`);
  expect(acked.status).toBe(200);
  await world.run();
  expect(await world.digest()).toBe(before);
  const calls = metaCalls(world).filter((call) => call.id > lastId);
  expect(calls.every((call) => call.method === "GET")).toBe(true);
  return { calls, text: ephemeralsOf(world).at(-1) ?? "" };
}

const cases = [
  [`${accounts.kolkata} 7d`, accounts.kolkata],
  [`${accounts.losAngeles} 28d`, accounts.losAngeles],
] as const;

test.each(cases)("%s: at most 8 calls, not a row; then parts and calls as told", async (words, account) => {
  const world = await createWorld();
  const asked = await dryRun(world, words);
  expect(asked.calls.length).toBeLessThanOrEqual(8);
  const estimate = told(asked.text);
  expect(asked.text).toContain("Nothing was started.");

  const lastId = metaCalls(world).at(-1)?.id ?? 0;
  await world.type(words);
  await world.run();
  const [job] = await world.query(
    "select state, (select count(*)::int from meta_sync.job_parts p where p.job_id = j.id) as parts from public.background_jobs j",
  );
  expect(job).toEqual({ state: "succeeded", parts: estimate.parts });
  const calls = callsWithoutLooks(world, account, lastId).length;
  expect(Math.abs(estimate.calls - calls), `${estimate.calls} told, ${calls} made`).toBeLessThanOrEqual(calls / 10);
});

test("what would be clamped, refused or fail is told instead, with who can mend it", async () => {
  const world = await createWorld();
  const clamped = await dryRun(world, `${accounts.kolkata} 2022-01-01..2026-11-10`);
  expect(clamped.text).toContain("Dry run for Chai &amp; Co");
  const blocks = world.slack.ephemerals().at(-1)?.blocks;
  expect(JSON.stringify(blocks)).toContain("Meta keeps 37 months: read from 2023-10-16 on instead of 2022-01-01.");

  const old = await dryRun(world, `${accounts.kolkata} 2020-01-01..2020-01-31`);
  expect(old.text).toContain("is older than Meta keeps");
  expect(old.calls).toHaveLength(1);

  const stranger = await dryRun(world, "act_999 7d");
  expect(stranger.text).toContain("a sync of act_999 would fail");
  expect(stranger.text).toContain("Check the number of the ad account");

  world.graph.tokens.set({ name: "default", state: "expired" });
  const expired = await dryRun(world, `${accounts.kolkata} 7d`);
  expect(expired.text).toContain("Meta no longer accepts the token");
  expect(expired.text).toContain("makes a new one");
});

test("who may not start is told why, and while Meta wants a break nothing is asked", async () => {
  const world = await createWorld();
  const before = await world.digest();
  await world.type(`${accounts.kolkata} 7d --dry-run`, { user: "U0GUEST" });
  await world.run();
  expect(ephemeralsOf(world, "U0GUEST").at(-1)).toContain("guests can't use meta-sync");
  expect(metaCalls(world)).toEqual([]);
  expect(await world.digest()).toBe(before);

  await world.services.db.block("account", accounts.kolkata.slice(4), 600, "Meta asked for a break");
  const paused = await dryRun(world, `${accounts.kolkata} 7d`);
  expect(paused.text).toContain("nothing more is asked before 12:10 UTC");
  expect(paused.calls).toEqual([]);
});
