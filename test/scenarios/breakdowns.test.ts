/** Figures by breakdown and of deleted objects: by day, what is stored equals both of the stand-in's truths. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";

useWorlds();

const sets = ["age,gender", "country", "region", "platform_position,publisher_platform", "device_platform"] as const;
const yesterday = { since: "2026-11-14", until: "2026-11-14" };

/** Sums by day of what is stored, as the truths give them. */
async function storedDays(world: TestWorld, account: string, level: string, breakdown: string) {
  const rows = await world.query(
    `select i.date_start::text as day, count(*)::int as rows, sum(i.spend)::text as spend,
       sum(i.impressions)::int as impressions, sum(i.clicks)::int as clicks
     from meta_ads.insights_daily i
     where i.account_id = $1 and i.level = $2
       and coalesce((select string_agg(k, ',' order by k) from jsonb_object_keys(i.breakdowns) k), '') = $3
     group by 1 order by 1`,
    [account.slice(4), level, breakdown],
  );
  return rows.map((row) => ({ ...row, spend: Number(row["spend"]) }));
}

function readable(days: readonly { day: string; rows: number; spend: string; impressions: number; clicks: number }[]) {
  return days.map(({ day, rows, spend, impressions, clicks }) => ({
    day,
    rows,
    spend: Number(spend),
    impressions,
    clicks,
  }));
}

test("each account by each breakdown: the sums by day equal both truths, and the ads with the deleted ones are the account", async () => {
  const world = await createWorld();
  for (const account of Object.values(accounts)) {
    for (const set of sets) {
      await world.type(`${account} 2026-11-14..2026-11-14 --breakdown ${set}`);
      await world.run();
      const query = { account, ...yesterday, breakdown: set.split(",") };
      const ads = { ...query, level: "ad", deleted: "with" } as const;
      const stored = await storedDays(world, account, "ad", set);
      expect(stored, `${account} by ${set}`).toEqual(readable(world.graph.daysServed(ads)));
      expect(stored, `${account} by ${set}`).toEqual(readable(await world.graph.daysFormula(ads)));
      const totals = await storedDays(world, account, "account", set);
      const whole = readable(await world.graph.daysFormula({ ...query, level: "account" }));
      expect(totals, `${account} by ${set}`).toEqual(whole);
      expect(stored.map(({ spend }) => spend)).toEqual(whole.map(({ spend }) => spend));
    }
    const ads = await storedDays(world, account, "ad", "");
    const days = await storedDays(world, account, "account", "");
    expect(
      ads.map(({ spend }) => spend),
      account,
    ).toEqual([days.at(-1)?.spend]);
    const jobs = await world.services.db.recentJobs("default", null, 1);
    expect(jobs[0]?.resultData?.["proof"], account).toEqual({ equal: true, differingDays: [] });
  }
});

test("--level campaign and adset: what is stored with the deleted ones is the account's own total, by day", async () => {
  const world = await createWorld();
  for (const level of ["campaign", "adset"] as const) {
    await world.type(`${accounts.berlin} 7d --level ${level}`);
    await world.run();
    const truth = {
      account: accounts.berlin,
      level,
      since: "2026-11-08",
      until: "2026-11-14",
      deleted: "with",
    } as const;
    const stored = await storedDays(world, accounts.berlin, level, "");
    expect(stored).toEqual(readable(await world.graph.daysFormula(truth)));
    const days = (await storedDays(world, accounts.berlin, "account", "")).slice(-7);
    expect(stored.map(({ spend }) => spend)).toEqual(days.map(({ spend }) => spend));
  }
});
