/** Saving pages: repeated ones add nothing, a part that begins again counts again, equal rows aren't written. */
import { expect, test } from "vitest";
import { describeOnBoth } from "#test/support/postgres.ts";
import { campaignRow, dayRow, planned, useEngines } from "./engine.ts";

describeOnBoth("saving pages", (open) => {
  const engineOf = useEngines(open);
  const odd = [{ reason: "odd", raw: { id: 1 } }];

  test("a page saved again after a lost answer adds nothing: not in the middle, not at the end", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.reach(jobId, [planned({ expectedCalls: 2 })]);
    await engine.takeParts(lease);
    const first = engine.page(2, { cursor: "b", done: false, quarantined: odd });
    const last = engine.page(2, { page: 1, rows: [campaignRow(engine.accountId, "9")], quarantined: odd });
    expect(await engine.db.savePage(lease, first)).toMatchObject({ outcome: "saved", rowsWritten: 1 });
    expect(await engine.db.savePage(lease, first)).toMatchObject({ outcome: "saved", rowsWritten: 0 });
    expect(await engine.db.savePage(lease, last)).toMatchObject({ outcome: "saved", rowsWritten: 1 });
    expect(await engine.db.savePage(lease, last)).toMatchObject({ outcome: "saved", rowsWritten: 0 });
    expect((await engine.parts(jobId))[1]).toMatchObject({
      state: "done",
      pages: 2,
      calls: 2,
      rows_read: 2,
      rows_written: 2,
      quarantined: 2,
    });
    expect(await engine.rows("select count(*)::int as n from meta_sync.quarantine where job_id = $1", [jobId])).toEqual(
      [{ n: 2 }],
    );
  });

  test("a page out of order is refused", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.reach(jobId, [planned(), planned()]);
    await engine.takeParts(lease, 1);
    expect(await engine.db.savePage(lease, engine.page(2, { page: 1 }))).toEqual({ outcome: "lease_lost" });
    expect(await engine.db.savePage(lease, engine.page(3)), "a part that the lane doesn't hold").toEqual({
      outcome: "lease_lost",
    });
    expect(await engine.db.savePage(lease, engine.page(77)), "a part that isn't").toEqual({ outcome: "lease_lost" });
    expect(
      await engine.rows("select id from meta_ads.campaigns where workspace_id = $1", [engine.workspaceId]),
    ).toEqual([]);
  });

  test.each([1, 2])("a part that Meta makes begin again after %i pages counts its rows anew", async (pages) => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.reach(jobId, [planned()]);
    await engine.takeParts(lease);
    for (let page = 0; page < pages; page += 1) {
      const rows = [campaignRow(engine.accountId, String(page)), campaignRow(engine.accountId, `${page}0`)];
      await engine.db.savePage(
        lease,
        engine.page(2, { page, rows, quarantined: odd, cursor: `after ${page}`, done: false }),
      );
    }
    // This time everything fits on one page.
    const whole = engine.page(2, {
      rows: [
        campaignRow(engine.accountId, "0"),
        campaignRow(engine.accountId, "5"),
        campaignRow(engine.accountId, "6"),
      ],
      quarantined: odd,
    });
    expect(await engine.db.savePage(lease, whole)).toMatchObject({ outcome: "saved", rowsWritten: 2 });
    expect((await engine.parts(jobId))[1]).toMatchObject({
      state: "done",
      pages: 1,
      rows_read: 3,
      quarantined: 1,
      calls: pages + 1,
    });
    expect(await engine.rows("select count(*)::int as n from meta_sync.quarantine where job_id = $1", [jobId])).toEqual(
      [{ n: 1 }],
    );
  });

  test("a part that another slice begins again counts its rows and its refused objects anew", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    const lease = await engine.reach(jobId, [planned()]);
    await engine.takeParts(lease);
    await engine.db.savePage(lease, engine.page(2, { quarantined: odd, cursor: "b", done: false }));
    await engine.db.endSlice(lease, 0);
    const next = await engine.claim(jobId);
    expect((await engine.takeParts(next))[0]).toMatchObject({ part: 2, pages: 0, rowsRead: 0, cursor: null });
    await engine.db.savePage(next, engine.page(2, { quarantined: odd }));
    expect((await engine.parts(jobId))[1]).toMatchObject({
      state: "done",
      pages: 1,
      calls: 2,
      rows_read: 1,
      rows_written: 1,
      quarantined: 1,
    });
    expect((await engine.db.jobView(engine.workspaceId, jobId))?.quarantined).toBe(1);
  });

  test("a part that dies after its first page again and again is poison after five claims, whatever it saved before", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ lanes: 1 });
    await engine.reach(jobId, [planned()]);
    for (let turn = 0; turn < 6; turn += 1) {
      await engine.clock.advance(31_000);
      const lease = await engine.claim(jobId);
      await engine.takeParts(lease);
      await engine.db.savePage(lease, engine.page(2, { cursor: "b", done: false }));
    }
    await engine.clock.advance(31_000);
    expect(await engine.db.claimParts(await engine.claim(jobId), 4)).toMatchObject({ outcome: "poison" });
  });

  test("only what changed is written: the same rows twice write 0, one changed row writes 1", async () => {
    const engine = engineOf();
    const rows = ["1", "2", "3"].map((id) => campaignRow(engine.accountId, id));
    const written = async (timeframe: string, page: unknown[]) => {
      const jobId = await engine.newJob({ timeframe });
      const lease = await engine.reach(jobId, [planned()]);
      await engine.takeParts(lease);
      const saved = await engine.db.savePage(lease, engine.page(2, { rows: page }));
      return saved.outcome === "saved" && saved.rowsWritten;
    };
    expect(await written("1d", rows)).toBe(3);
    const first = await engine.rows("select * from meta_ads.campaigns where workspace_id = $1", [engine.workspaceId]);
    expect(await written("2d", rows)).toBe(0);
    expect(await engine.rows("select * from meta_ads.campaigns where workspace_id = $1", [engine.workspaceId])).toEqual(
      first,
    );
    expect(await written("3d", [campaignRow(engine.accountId, "2", "Renamed"), ...rows.slice(2)])).toBe(1);
    expect(
      await engine.rows(
        "select name, (synced_at > first_seen_at) as later from meta_ads.campaigns where workspace_id = $1 and id = '2'",
        [engine.workspaceId],
      ),
    ).toEqual([{ name: "Renamed", later: true }]);
  });

  test("a day is covered when the part that holds it is read to its end, also without a row", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.reach(jobId, [
      planned({ stream: "totals", level: "account", since: "2026-11-01", until: "2026-11-03" }),
    ]);
    await engine.takeParts(lease);
    const days = () =>
      engine.rows("select day, rows from meta_sync.coverage where workspace_id = $1 order by day", [
        engine.workspaceId,
      ]);
    const page = { table: "insights_daily" as const, rows: [dayRow(engine.accountId, "2026-11-02")] };
    await engine.db.savePage(lease, engine.page(2, { ...page, cursor: "b", done: false }));
    expect(await days()).toEqual([]);
    await engine.db.savePage(lease, engine.page(2, { ...page, page: 1 }));
    expect(await days()).toEqual([
      { day: "2026-11-01", rows: 0 },
      { day: "2026-11-02", rows: 1 },
      { day: "2026-11-03", rows: 0 },
    ]);
  });
});
