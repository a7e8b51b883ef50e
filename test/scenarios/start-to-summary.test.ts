/** The main job: a slash command, a sync, one living message, a summary in its thread; and the rows are right. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds } from "#test/support/world.ts";

useWorlds();

test.each(["pglite", "postgres"] as const)(
  "a typed command ends as a summary in the thread of its message (%s)",
  async (kind) => {
    const world = await createWorld({ kind });
    const answer = await world.type(`${accounts.berlin} 7d`);
    expect(answer.status).toBe(200);
    await world.run();

    const [thread, ...others] = world.read();
    expect(others).toEqual([]);
    expect(thread?.root).toContain("Sync complete: Acme DE");
    expect(thread?.replies).toHaveLength(1);
    expect(thread?.replies[0]).toContain("8–14 Nov 2026 (Europe/Berlin)");
  },
);

test("the 1,000-ad account over 28 days: exactly the rows and the spend of both truths; a second run writes nothing", async () => {
  const world = await createWorld();
  await world.type(`${accounts.losAngeles} 28d`);
  await world.run();

  const window = { since: "2026-10-18", until: "2026-11-14" };
  const truth = { account: accounts.losAngeles, level: "ad", ...window, deleted: "with" } as const;
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

test("resync: volatile values alone write nothing; a day later only what changed is written, and lists bring only changes", async () => {
  const world = await createWorld({ volatileValues: true });
  const rowsOf = async () => {
    const rows = await world.query(
      `select 'ad ' || id as key, row_hash from meta_ads.ads union all select 'campaign ' || id, row_hash from meta_ads.campaigns
       union all select 'ad set ' || id, row_hash from meta_ads.ad_sets union all select 'creative ' || id, row_hash from meta_ads.creatives
       union all select level || ' ' || date_start || ' ' || entity_id, row_hash || is_final from meta_ads.insights_daily`,
    );
    return new Map(rows.map((row) => [String(row["key"]), String(row["row_hash"])]));
  };
  const lastJob = async () => (await world.services.db.recentJobs("default", null, 1))[0];
  await world.type(`${accounts.berlin} 2026-10-15..2026-11-10`);
  await world.run();
  const first = await rowsOf();
  const listed = world.graph.calls.list({ kind: "edge" }).length;

  await world.clock.advance(60_000);
  await world.type(`${accounts.berlin} 2026-10-15..2026-11-10`);
  await world.run();
  // The account's own row too: what it has spent moves at each read.
  expect(await lastJob()).toMatchObject({ state: "succeeded", rowsWritten: 0 });
  expect(await rowsOf()).toEqual(first);
  const again = world.graph.calls.list({ kind: "edge" }).slice(listed);
  expect(again.every((call) => call.query["filtering"]?.includes("updated_time"))).toBe(true);

  const [ad] = await world.query("select id from meta_ads.ads order by id limit 1");
  await world.clock.advance(24 * 3_600_000);
  world.graph.entities.rename(String(ad?.["id"]), "A new name");
  await world.type(`${accounts.berlin} 2026-10-15..2026-11-10`);
  await world.run();
  const later = await rowsOf();
  const changed = [...later].filter(([key, hash]) => first.get(key) !== hash).map(([key]) => key);
  const job = await lastJob();
  expect(changed).toContain(`ad ${String(ad?.["id"])}`);
  // Conversions of the last four weeks came late, and one day has become final: nothing else moved.
  const isLate = (key: string) => /\d{4}-\d\d-\d\d/.test(key) || key === `ad ${String(ad?.["id"])}`;
  expect(changed.filter((key) => !isLate(key))).toEqual([]);
  const finals = await world.query(
    "select count(*)::int as n from meta_ads.insights_daily where is_final <> (date_start < '2026-10-19')",
  );
  expect(finals).toEqual([{ n: 0 }]);
  expect(job?.rowsWritten).toBeGreaterThan(0);
  expect(job?.rowsWritten).toBeLessThanOrEqual(changed.length);
  expect(
    await world.query("select count(*)::int as n from meta_ads.entity_versions where id = $1", [ad?.["id"]]),
  ).toEqual([{ n: 2 }]);
});
