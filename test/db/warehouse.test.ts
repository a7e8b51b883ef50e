/** What the warehouse keeps beside the newest figures: every version of an entity, which days are final, which are covered. */
import { expect, test } from "vitest";
import { makeRows } from "#src/meta/rows.ts";
import { streams, type TargetTable } from "#src/sync/streams.ts";
import { ad, adSet, campaign, contextOf, creative, yenAccount } from "#test/meta/graph-objects.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { dayRow, useEngines, type Engine, type Fields } from "./engine.ts";

const jobId = "00000000-0000-4000-8000-000000000001";

/** How many rows were written. */
async function write(engine: Engine, table: TargetTable, rows: readonly unknown[]): Promise<number> {
  const [answer] = await engine.rows("select meta_sync.write_rows($1, $2, $3, $4::jsonb) as n", [
    engine.workspaceId,
    jobId,
    table,
    JSON.stringify(rows),
  ]);
  return Number(answer?.["n"]);
}

/** Rows as the sync makes them of Meta's objects. */
function rowsOf(table: TargetTable, object: object): unknown[] {
  const { volatile } = Object.values(streams).find((stream) => stream.table === table) ?? { volatile: [] };
  return makeRows(table, [object], contextOf({ volatile })).rows;
}

const versions = (engine: Engine, more = "") =>
  engine.rows(`select * from meta_ads.entity_versions where workspace_id = $1 ${more} order by id, valid_from`, [
    engine.workspaceId,
  ]);

async function putAccount(engine: Engine, timezone: string): Promise<void> {
  const account = {
    id: engine.accountId,
    currency: "EUR",
    currency_minor_digits: 2,
    timezone_name: timezone,
    raw: {},
    row_hash: timezone,
  };
  await write(engine, "ad_accounts", [account]);
}

async function setTime(engine: Engine, instant: string): Promise<void> {
  await engine.clock.setOffset(Date.parse(instant) - Date.now());
}

const cover = (engine: Engine, part: Fields) =>
  engine.rows("select meta_sync.cover($1, $2, jsonb_populate_record(null::meta_sync.job_parts, $3::jsonb))", [
    engine.workspaceId,
    engine.accountId,
    JSON.stringify({ level: "account", breakdown: "", ...part }),
  ]);

const days = (engine: Engine) =>
  engine.rows(
    "select date_start as day, is_final from meta_ads.insights_daily where workspace_id = $1 order by date_start, breakdown_key",
    [engine.workspaceId],
  );

describeOnBoth("versions of entities", (open) => {
  const engineOf = useEngines(open);

  test("the first sight and every change make one, what moves by itself makes none", async () => {
    const engine = engineOf();
    expect(await write(engine, "campaigns", rowsOf("campaigns", campaign))).toBe(1);
    const remaining = { ...campaign, budget_remaining: "17" };
    expect(await write(engine, "campaigns", rowsOf("campaigns", remaining))).toBe(0);
    const renamed = { ...remaining, name: "Winter", updated_time: "2026-10-09T08:00:00+0000" };
    expect(await write(engine, "campaigns", rowsOf("campaigns", renamed))).toBe(1);
    const kept = await versions(engine);
    expect(kept).toMatchObject([
      { entity_type: "campaign", id: campaign.id, account_id: campaign.account_id, raw: campaign, job_id: jobId },
      { entity_type: "campaign", raw: renamed },
    ]);
    expect(kept.map((row) => Date.parse(String(row["updated_time"])))).toEqual([
      Date.parse("2026-10-01T18:30:00Z"),
      Date.parse("2026-10-09T08:00:00Z"),
    ]);
    const [current] = await engine.rows(
      "select synced_at, row_hash from meta_ads.campaigns where workspace_id = $1 and id = $2",
      [engine.workspaceId, campaign.id],
    );
    expect(current, "the entity's own row is its newest version").toEqual({
      synced_at: kept[1]?.["valid_from"],
      row_hash: kept[1]?.["row_hash"],
    });
  });

  test("every kind of entity has them", async () => {
    const engine = engineOf();
    await write(engine, "ad_accounts", rowsOf("ad_accounts", yenAccount));
    await write(engine, "ad_sets", rowsOf("ad_sets", adSet));
    await write(engine, "ads", rowsOf("ads", ad));
    await write(engine, "creatives", rowsOf("creatives", creative));
    const kinds = await engine.rows(
      "select entity_type, id, account_id from meta_ads.entity_versions where workspace_id = $1 order by 1",
      [engine.workspaceId],
    );
    const account_id = yenAccount.account_id;
    expect(kinds).toEqual([
      { entity_type: "ad", id: ad.id, account_id },
      { entity_type: "ad_account", id: account_id, account_id },
      { entity_type: "ad_set", id: adSet.id, account_id },
      { entity_type: "creative", id: creative.id, account_id },
    ]);
  });

  test("changes at one instant, or written later with an older time, follow one another", async () => {
    const engine = engineOf();
    const times = ["2026-11-05T10:00:00Z", "2026-11-05T10:00:00Z", "2026-11-05T09:59:59Z"];
    for (const [index, time] of times.entries()) {
      const rows = JSON.stringify([{ account_id: engine.accountId, id: "1", raw: { index }, row_hash: String(index) }]);
      await engine.rows("select meta_sync.write_campaigns($1, $2, $3::jsonb, $4::timestamptz)", [
        engine.workspaceId,
        jobId,
        rows,
        time,
      ]);
    }
    expect((await versions(engine)).map((row) => row["raw"])).toEqual([{ index: 0 }, { index: 1 }, { index: 2 }]);
  });
});

describeOnBoth("days that are final", (open) => {
  const engineOf = useEngines(open);
  const around = ["2026-11-01", "2026-11-02", "2026-11-03"];

  test.each([
    // There it is 00:30 on December 1st, 02:30 on November 30th, and in the last zone of the world 22:30 on the 29th.
    ["Pacific/Kiritimati", [true, true, false]],
    ["America/Los_Angeles", [true, false, false]],
    ["Mars/Olympus_Mons", [false, false, false]],
  ])("are those more than 28 days before the account's today: %s", async (timezone, final) => {
    const engine = engineOf();
    await setTime(engine, "2026-11-30T10:30:00Z");
    await putAccount(engine, timezone);
    await write(
      engine,
      "insights_daily",
      around.map((day) => dayRow(engine.accountId, day)),
    );
    expect(await days(engine)).toEqual(around.map((day, index) => ({ day, is_final: final[index] })));
  });

  test("a day that has become final since is marked once, when it has been read again to its end, and isn't written", async () => {
    const engine = engineOf();
    await setTime(engine, "2026-11-30T10:30:00Z");
    await putAccount(engine, "America/Los_Angeles");
    const rows = around.map((day) => dayRow(engine.accountId, day));
    expect(await write(engine, "insights_daily", rows)).toBe(3);
    await setTime(engine, "2026-12-02T10:30:00Z");
    const stamps =
      "select date_start, is_final, synced_at, xmin::text from meta_ads.insights_daily where workspace_id = $1 order by 1";
    const before = await engine.rows(stamps, [engine.workspaceId]);
    expect(await write(engine, "insights_daily", rows)).toBe(0);
    expect(await engine.rows(stamps, [engine.workspaceId]), "an equal row isn't touched").toEqual(before);
    await cover(engine, { since: "2026-11-01", until: "2026-11-03" });
    const after = await engine.rows(stamps, [engine.workspaceId]);
    expect(after.map((row) => row["is_final"])).toEqual([true, true, true]);
    expect(after[0], "it was final before").toEqual(before[0]);
    expect(after.map((row) => row["synced_at"])).toEqual(before.map((row) => row["synced_at"]));
    await cover(engine, { since: "2026-11-01", until: "2026-11-03" });
    expect(await engine.rows(stamps, [engine.workspaceId])).toEqual(after);
  });

  test("coverage keeps each breakdown set apart: its rows, and whether the day was final when it was read", async () => {
    const engine = engineOf();
    await setTime(engine, "2026-11-30T10:30:00Z");
    await putAccount(engine, "America/Los_Angeles");
    const { accountId } = engine;
    const keys = ["", "country=DE", "country=", "age=18-24|gender=male", "age=25-34|gender=a%7Cb%3Dc", "age=65+"];
    await write(
      engine,
      "insights_daily",
      keys.map((breakdown_key) => dayRow(accountId, "2026-11-02", { breakdown_key })),
    );
    const window = { since: "2026-11-01", until: "2026-11-02" };
    for (const breakdown of ["", "country", "age,gender"]) await cover(engine, { ...window, breakdown });
    const covered = () =>
      engine.rows(
        "select breakdown_set as set, day, rows, is_final from meta_sync.coverage where workspace_id = $1 order by 1, 2",
        [engine.workspaceId],
      );
    const expected = (set: string, rows: number, isFinal: boolean) => [
      { set, day: "2026-11-01", rows: 0, is_final: true },
      { set, day: "2026-11-02", rows, is_final: isFinal },
    ];
    expect(await covered()).toEqual([
      ...expected("", 1, false),
      ...expected("age,gender", 2, false),
      ...expected("country", 2, false),
    ]);
    await setTime(engine, "2026-12-02T10:30:00Z");
    await cover(engine, { ...window, breakdown: "country" });
    expect(await covered()).toEqual([
      ...expected("", 1, false),
      ...expected("age,gender", 2, false),
      ...expected("country", 2, true),
    ]);
    const final = await engine.rows(
      "select breakdown_key as key from meta_ads.insights_daily where workspace_id = $1 and is_final order by 1",
      [engine.workspaceId],
    );
    expect(final, "only rows of the set that was read").toEqual([{ key: "country=" }, { key: "country=DE" }]);
  });

  test("a row keeps its breakdown's plain values", async () => {
    const engine = engineOf();
    const breakdowns = { region: "Vila|Real" };
    const row = { breakdown_key: "region=Vila%7CReal", breakdowns };
    await write(engine, "insights_daily", [dayRow(engine.accountId, "2026-11-02", row)]);
    const period = { ...dayRow(engine.accountId, "2026-11-02", row), since: "2026-11-01", until: "2026-11-30" };
    await write(engine, "insights_period", [period]);
    const read = `select breakdowns from meta_ads.insights_daily where workspace_id = $1
      union all select breakdowns from meta_ads.insights_period where workspace_id = $1`;
    expect(await engine.rows(read, [engine.workspaceId])).toEqual([{ breakdowns }, { breakdowns }]);
  });
});
