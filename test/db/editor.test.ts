/** I7: one editor of a living message at a time, one edit in 3 s, growing revisions, the final edit last. */
import { expect, test } from "vitest";
import { describeOnBoth } from "#test/support/postgres.ts";
import { dumpTables, failure, useEngines, type Engine } from "./engine.ts";

const place = { channel: "C0ADS", ts: "17.1", threadTs: null };

async function granted(engine: Engine, jobId: string, final = false, attempt = 1) {
  const grant = await engine.db.takeEditor(engine.workspaceId, jobId, attempt, final);
  if (grant.outcome !== "granted") throw new Error(`Not granted: ${JSON.stringify(grant)}`);
  return grant;
}

describeOnBoth("I7: the right to edit", (open) => {
  const engineOf = useEngines(open);

  test("one holder at a time; the next one is told when to come again", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    const { db, workspaceId } = engine;
    const first = await granted(engine, jobId);
    expect(first).toMatchObject({ channel: null, ts: null, finalShown: false, summarySent: false });
    expect(await db.takeEditor(workspaceId, jobId, 1, false)).toMatchObject({ outcome: "busy" });
    const final = await db.takeEditor(workspaceId, jobId, 1, true);
    expect(final, "also the final edit waits for the one in flight").toMatchObject({ outcome: "busy" });
    expect(final.outcome === "busy" && final.retryAfterSeconds).toBeGreaterThan(10);

    expect(await db.releaseEditor(workspaceId, jobId, first.editorToken, place, null)).toBe(true);
    expect(await db.releaseEditor(workspaceId, jobId, first.editorToken, place, null), "given back once").toBe(false);
  });

  test("at most one edit in 3 s, counted from the end of the last; an edit that failed doesn't count; revisions only grow", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    const { db, workspaceId } = engine;
    const first = await granted(engine, jobId);
    await db.releaseEditor(workspaceId, jobId, first.editorToken, null, null);
    const second = await granted(engine, jobId);
    await db.releaseEditor(workspaceId, jobId, second.editorToken, place, null);
    expect(await db.takeEditor(workspaceId, jobId, 1, false)).toEqual({ outcome: "busy", retryAfterSeconds: 3 });
    await engine.clock.advance(3100);
    const third = await granted(engine, jobId);
    expect(third).toMatchObject({ channel: "C0ADS", ts: "17.1" });
    expect([first, second, third].map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  test("an editor that died is free after 15 s, and coming back it writes nothing", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    const lost = await granted(engine, jobId);
    await engine.clock.advance(15_100);
    await granted(engine, jobId);
    const before = await dumpTables(engine.project);
    expect(
      await engine.db.releaseEditor(engine.workspaceId, jobId, lost.editorToken, { ...place, ts: "99.9" }, 1),
    ).toBe(false);
    expect(await dumpTables(engine.project)).toEqual(before);
  });

  test("the final edit needs no spacing and is the last of its attempt; the next attempt edits again", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob({ channel: "C0ADS" });
    const { db, workspaceId } = engine;
    const progress = await granted(engine, jobId);
    await db.releaseEditor(workspaceId, jobId, progress.editorToken, place, null);
    await db.failJob(await engine.claim(jobId), failure);
    const last = await granted(engine, jobId, true);
    expect(last.finalShown).toBe(false);
    await db.releaseEditor(workspaceId, jobId, last.editorToken, place, 1);
    await engine.clock.advance(60_000);
    expect(await db.takeEditor(workspaceId, jobId, 1, false)).toEqual({ outcome: "done" });
    const summary = await granted(engine, jobId, true);
    expect(summary).toMatchObject({ finalShown: true, summarySent: false });
    await db.markReport(workspaceId, jobId, 1, "C0ADS", "17.2");
    await db.releaseEditor(workspaceId, jobId, summary.editorToken, null, null);
    const again = await granted(engine, jobId, true);
    expect(again).toMatchObject({ finalShown: true, summarySent: true });
    await db.releaseEditor(workspaceId, jobId, again.editorToken, null, null);

    await db.retryJob(workspaceId, jobId, 1);
    expect(await granted(engine, jobId, false, 2)).toMatchObject({ finalShown: false, summarySent: false });
  });

  test("a job that posts nowhere has no editor", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    expect(await engine.db.takeEditor(engine.workspaceId, jobId, 1, true)).toEqual({ outcome: "none" });
  });
});
