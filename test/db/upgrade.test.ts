/** A database that has the older web route's table, with rows in it: what is upgraded keeps its outcome, or says honestly why not. */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { migrate } from "#src/db/migrate.ts";
import { WorldClock } from "#src/local/clock.ts";
import { startPostgres, type PostgresKind } from "#src/local/postgres/index.ts";
import { makeEngine, readRows } from "./engine.ts";

const migrations = fileURLToPath(new URL("../../supabase/migrations", import.meta.url));
const kinds: PostgresKind[] = ["pglite", "postgres"];

/** A project as the older route left it: its own migration applied, one row for each status and odd ending. */
async function openOlderProject(kind: PostgresKind) {
  const project = await startPostgres({ kind, clock: new WorldClock() });
  const directory = mkdtempSync(join(tmpdir(), "older-"));
  onTestFinished(async () => {
    rmSync(directory, { recursive: true });
    await project.close();
  });
  const [oldest = ""] = readdirSync(migrations).sort();
  copyFileSync(join(migrations, oldest), join(directory, oldest));
  await migrate(project.database, directory);
  await project.database.exec(`
    insert into public.background_jobs (status, progress, result_data, error_message, request, created_at, updated_at, completed_at) values
      ('queued', 0, null, null, '{"n": 1}', '2026-10-01', '2026-10-01', null),
      ('processing', 40, null, null, '{"n": 2}', '2026-10-02', '2026-10-02 01:00', null),
      ('processing', 60, null, 'Timed out at page 9.', '{"n": 3}', '2026-10-03', '2026-10-03', null),
      ('completed', 100, '{"rows": 7}', null, '{"n": 4}', '2026-10-04', '2026-10-04 02:00', '2026-10-04 01:00'),
      ('completed', 100, null, null, '{"n": 5}', '2026-10-05', '2026-10-05 03:00', null),
      ('failed', 10, null, 'Invalid token.', '{"n": 6}', '2026-10-06', '2026-10-06', '2026-10-06'),
      ('failed', 10, null, null, '{"n": 7}', '2026-10-07', '2026-10-07', null)`);
  return project;
}

describe.each(kinds)("upgrading (%s)", (kind) => {
  test("every older row has an end: its own, or an interruption that says so", async () => {
    const project = await openOlderProject(kind);
    await migrate(project.database);
    const rows = await readRows(
      project,
      `select (request ->> 'n')::int as n, status, state, progress, result_data, error_message, failure ->> 'sentence' as sentence,
         completed_at = finished_at as ends_agree, to_char(completed_at at time zone 'utc', 'MM-DD HH24') as ended
       from public.background_jobs order by 1`,
    );
    const failed = { status: "failed", state: "failed", result_data: null, ends_agree: true };
    const interrupted = "Interrupted before the upgrade to meta-sync.";
    const because = (sentence: string) => ({ error_message: sentence, sentence });
    const done = {
      status: "completed",
      state: "succeeded",
      progress: 100,
      error_message: null,
      sentence: null,
      ends_agree: true,
    };
    expect(rows).toEqual([
      { ...failed, ...because(interrupted), n: 1, progress: 0, ended: "10-01 00" },
      { ...failed, ...because(interrupted), n: 2, progress: 40, ended: "10-02 01" },
      { ...failed, ...because(`Timed out at page 9. ${interrupted}`), n: 3, progress: 60, ended: "10-03 00" },
      { ...done, n: 4, result_data: { rows: 7 }, ended: "10-04 01" },
      { ...done, n: 5, result_data: null, ended: "10-05 03" },
      { ...failed, ...because("Invalid token."), n: 6, progress: 10, ended: "10-06 00" },
      {
        ...failed,
        ...because("The sync failed; the older route kept no reason."),
        n: 7,
        progress: 10,
        ended: "10-07 00",
      },
    ]);
  });

  test("older rows are left alone by the engine, and new jobs run beside them", async () => {
    const project = await openOlderProject(kind);
    await migrate(project.database);
    await project.afterMigrations();
    const engine = makeEngine(project, new WorldClock(), "default");
    const older = await readRows(project, "select * from public.background_jobs order by id");
    const jobId = await engine.newJob();
    await engine.dbOf("default").sweep();
    expect((await engine.db.recentJobs("default", null, 50)).map((job) => job.jobId)).toEqual([jobId]);
    expect(await engine.db.jobView("default", String(older[0]?.["id"]))).toBeNull();
    expect(
      await engine.db.retryJob("default", String(older.find(({ state }) => state === "failed")?.["id"]), null),
    ).toEqual({ outcome: "not_found" });
    expect(
      await readRows(project, "select * from public.background_jobs where account_id is null order by id"),
    ).toEqual(older);
  });
});
