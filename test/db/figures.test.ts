/** The figures of a report: sums of stored rows, each action type by itself, reach from its one row, days as covered. */
import { expect, test } from "vitest";
import { describeOnBoth } from "#test/support/postgres.ts";
import { campaignRow, dayRow, planned, useEngines, type Engine, type Fields } from "./engine.ts";

const week = { since: "2026-11-08", until: "2026-11-09" };
const before = { since: "2026-11-06", until: "2026-11-07" };

const actions = (...pairs: [string, string | undefined][]) =>
  pairs.map(([action_type, value]) => ({ action_type, ...(value === undefined ? {} : { value }) }));

function periodRow(engine: Engine, level: string, entityId: string, more: Fields = {}): Fields {
  const row = {
    account_id: engine.accountId,
    level,
    ...week,
    entity_id: entityId,
    breakdown_key: "",
    raw: {},
    ...more,
  };
  return { ...row, row_hash: JSON.stringify(row) };
}

/** A job whose account days, periods, campaigns and ad days are stored; it stands at phase 4. */
async function synced(engine: Engine, withPrevious = true): Promise<string> {
  const { db, accountId } = engine;
  const jobId = await engine.newJob({ lanes: 1, sliceConcurrency: 8 });
  const lease = await engine.claim(jobId);
  await engine.takeParts(lease);
  const account = {
    id: accountId,
    name: "Acme",
    currency: "EUR",
    currency_minor_digits: 2,
    timezone_name: "Europe/Berlin",
    raw: {},
    row_hash: "1",
  };
  await db.savePage(lease, engine.page(1, { table: "ad_accounts", rows: [account] }));
  const plan = async (phase: number, parts: Parameters<typeof planned>[0][]) => {
    await db.claimParts(lease, 1);
    await db.finishPhase(
      lease,
      phase,
      parts.map((part) => planned(part)),
      { window: week, ...(withPrevious ? { previousWindow: before } : {}), warnings: [] },
    );
    return engine.takeParts(lease);
  };
  const since = withPrevious ? before.since : week.since;
  await plan(2, [
    { stream: "totals", level: "account", since, until: week.until },
    { stream: "reach", level: "account", ...week },
    { stream: "campaign_totals", level: "campaign", ...week },
    { stream: "campaigns" },
  ]);
  const days = [
    dayRow(accountId, "2026-11-07", {
      spend: 5,
      impressions: 50,
      clicks: 5,
      inline_link_clicks: 1,
      reach: 40,
      actions: actions(["omni_purchase", "1"]),
    }),
    dayRow(accountId, "2026-11-08", {
      spend: "10.10",
      impressions: 100,
      clicks: 10,
      inline_link_clicks: 2,
      reach: 90,
      actions: actions(["omni_purchase", "2"], ["purchase", "2"], ["link_click", "7"]),
      action_values: actions(["omni_purchase", "20.50"]),
    }),
    dayRow(accountId, "2026-11-09", {
      spend: "0.20",
      impressions: 10,
      clicks: 1,
      inline_link_clicks: 0,
      reach: 90,
      actions: actions(["omni_purchase", "3"], ["no_value", undefined]),
      action_values: actions(["omni_purchase", "0.25"]),
    }),
    dayRow(accountId, "2026-11-09", { breakdown_key: "age=18-24", spend: 999 }),
    dayRow(accountId, "2026-11-10", { spend: 777 }),
  ];
  await db.savePage(lease, engine.page(2, { table: "insights_daily", rows: days }));
  await db.savePage(
    lease,
    engine.page(3, { table: "insights_period", rows: [periodRow(engine, "account", accountId, { reach: 120 })] }),
  );
  const campaigns = Array.from({ length: 12 }, (_, index) =>
    periodRow(engine, "campaign", `c${index}`, {
      campaign_name: index === 3 ? null : `Campaign ${index}`,
      spend: index === 5 ? 50 : index,
      actions: actions(["purchase", String(index)]),
    }),
  );
  await db.savePage(lease, engine.page(4, { table: "insights_period", rows: campaigns }));
  await db.savePage(lease, engine.page(5, { rows: [campaignRow(accountId, "c1"), campaignRow(accountId, "c2")] }));
  await plan(3, [{ stream: "insights", level: "ad", ...week }]);
  const ad = (id: string, day: string, spend: string, setting: string) =>
    dayRow(accountId, day, { level: "ad", entity_id: id, spend, attribution_setting: setting });
  const ads = [
    ad("a1", "2026-11-08", "10.10", "7d_click"),
    ad("a1", "2026-11-09", "0.15", "7d_click"),
    ad("a2", "2026-11-09", "0.05", "1d_click"),
  ];
  await db.savePage(lease, engine.page(6, { table: "insights_daily", rows: ads }));
  expect(
    (await db.reportFigures(engine.workspaceId, jobId))?.levelSpend,
    "unknown before every insight is read",
  ).toBeNull();
  await plan(4, [{ stream: "proof", level: "account", ...week }]);
  return jobId;
}

describeOnBoth("report figures", (open) => {
  const engineOf = useEngines(open);

  test("sums per day and per action type, reach from the one row of the window, coverage, top campaigns", async () => {
    const engine = engineOf();
    const figures = await engine.db.reportFigures(engine.workspaceId, await synced(engine));
    expect(figures).toMatchObject({
      accountId: engine.accountId,
      accountName: "Acme",
      currency: "EUR",
      timezone: "Europe/Berlin",
      window: week,
      previousWindow: before,
    });
    expect(figures?.current).toEqual({
      spend: "10.30",
      impressions: 110,
      clicks: 11,
      inlineLinkClicks: 2,
      days: 2,
      actions: { omni_purchase: "5", purchase: "2", link_click: "7" },
      actionValues: { omni_purchase: "20.75" },
    });
    expect(figures?.previous, "a day without delivery is a day read").toMatchObject({
      spend: "5",
      days: 2,
      actions: { omni_purchase: "1" },
    });
    expect(figures).toMatchObject({
      reach: 120,
      levelSpend: "10.30",
      campaignCount: 2,
      attributionSettings: ["1d_click", "7d_click"],
    });
    expect(figures?.campaigns.map(({ id }) => id)).toEqual([
      "c5",
      "c11",
      "c10",
      "c9",
      "c8",
      "c7",
      "c6",
      "c4",
      "c3",
      "c2",
    ]);
    expect(figures?.campaigns.find(({ id }) => id === "c3")).toMatchObject({
      name: "c3",
      spend: "3",
      actions: { purchase: "3" },
    });
  });

  test("without a previous window there is nothing to compare with, and the report can still be made", async () => {
    const engine = engineOf();
    const figures = await engine.db.reportFigures(engine.workspaceId, await synced(engine, false));
    expect(figures).toMatchObject({
      previousWindow: null,
      previous: { spend: "0", days: 0 },
      current: { spend: "10.30", days: 2 },
    });
  });

  test("null until the account and the window are known", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    expect(await engine.db.reportFigures(engine.workspaceId, jobId)).toBeNull();
  });
});
