/** Reports that Meta makes in its own time: whatever befalls them, the rows are the same, and none is ordered without need. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { metaCalls, press, replyTs, warehouse } from "./steps.ts";

useWorlds();

/** 1,000 ads over a week: two reports, of four days and of three. */
const { losAngeles: account } = accounts;
const week = "2026-11-08";

/** Stored rows of the ads against both truths, and the job's end. */
async function expectTruth(world: TestWorld, since = week): Promise<void> {
  const truth = { account, level: "ad" as const, since, until: "2026-11-14", deleted: "with" as const };
  const formula = await world.graph.truthFormula(truth);
  expect(world.graph.truthServed(truth)).toEqual(formula);
  const stored = await world.query(
    `select count(*)::int as rows, sum(spend)::text as spend, sum(impressions)::int as impressions
     from meta_ads.insights_daily where level = 'ad' and account_id = $1`,
    [account.slice(4)],
  );
  const [row] = stored.map((sums) => ({ ...sums, spend: Number(sums["spend"]) }));
  expect(row).toEqual({ rows: formula.rows, spend: Number(formula.spend), impressions: formula.impressions });
  const jobs = await world.query("select distinct state, warnings from public.background_jobs");
  expect(jobs).toEqual([{ state: "succeeded", warnings: "[]" }]);
}

const started = (world: TestWorld) => world.graph.reports.list(account);

let faultFree: Record<string, unknown>[] | undefined;

/** The rows of the week without any fault. To be asked for before a test makes its own world. */
async function rowsWithoutFault(): Promise<Record<string, unknown>[]> {
  if (faultFree !== undefined) return faultFree;
  const world = await createWorld();
  await world.type(`${account} 7d`);
  await world.run();
  expect(started(world)).toHaveLength(2);
  await expectTruth(world);
  faultFree = await warehouse(world);
  return faultFree;
}

test("base", async () => {
  const t0 = Date.now();
  await rowsWithoutFault();
  console.log(Date.now() - t0);
  const t1 = Date.now();
  const world = await createWorld({ config: { sliceSeconds: 2 }, beforeGraphAnswer: (clock) => clock.advance(500) });
  await world.type(`${account} 7d`);
  await world.run();
  console.log(Date.now() - t1);
  console.log(metaCalls(world).map((c) => `${c.kind} ${c.path.slice(6)} ${c.level} ${c.rows} ${c.status} ${c.query["limit"]} ${c.query["after"]}`).join("\n"));
  console.log(started(world).map((r) => JSON.stringify(r)).join("\n"));
  expect(await warehouse(world)).toEqual(await rowsWithoutFault());
});
