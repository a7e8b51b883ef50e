/** The main job: a slash command, a sync, one living message, a summary in its thread; and the rows are right. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds } from "#test/support/world.ts";

useWorlds();

test("a typed command ends as a summary in the thread of its message", async () => {
  const world = await createWorld();
  const answer = await world.type(`${accounts.berlin} 7d`);
  expect(answer.status).toBe(200);
  await world.run();

  const [thread, ...others] = world.read();
  expect(others).toEqual([]);
  expect(thread?.root).toContain("Sync complete: Acme DE");
  expect(thread?.replies).toHaveLength(1);
  expect(thread?.replies[0]).toContain("8–14 Nov 2026 (Europe/Berlin)");
});

test("the 1,000-ad account over 28 days: exactly the rows and the spend of both truths; a second run writes nothing", async () => {
  const world = await createWorld();
  await world.type(`${accounts.losAngeles} 28d`);
  await world.run();

  const truth = { account: accounts.losAngeles, level: "ad" as const, since: "2026-10-18", until: "2026-11-14" };
  const served = world.graph.truthServed(truth);
  const formula = await world.graph.truthFormula(truth);
  expect(served).toEqual(formula);
  const [stored] = await world.query(
    "select count(*)::int as rows, trim_scale(sum(spend))::text as spend from meta_ads.insights_daily where level = 'ad'",
  );
  expect(stored).toEqual({ rows: formula.rows, spend: String(Number(formula.spend)) });

  await world.clock.advance(1000);
  const digest = await world.query(
    "select md5(string_agg(t::text, ',' order by t::text)) as digest from meta_ads.insights_daily t",
  );
  await world.type(`${accounts.losAngeles} 28d`);
  await world.run();
  expect(
    await world.query("select md5(string_agg(t::text, ',' order by t::text)) as digest from meta_ads.insights_daily t"),
  ).toEqual(digest);
  const jobs = await world.services.db.recentJobs("default", null, 5);
  expect(jobs.map((job) => [job.state, job.rowsWritten])[0]).toEqual(["succeeded", 0]);
});
