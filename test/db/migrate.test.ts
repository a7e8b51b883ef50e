/** The migration runner: once each, in order, whole files or nothing, in the history that the Supabase CLI reads. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readConnectionUrl } from "#src/db/connection-url.ts";
import { migrate, MigrationError, MigrationFilesError, planMigrations } from "#src/db/migrate.ts";
import { splitStatements } from "#src/db/split-statements.ts";
import { WorldClock } from "#src/local/clock.ts";
import { startCluster } from "#src/local/postgres/embedded.ts";
import type { Cluster } from "#src/local/postgres/embedded.ts";
import { startPostgres } from "#src/local/postgres/index.ts";
import type { EmbeddedPostgres, PostgresKind } from "#src/local/postgres/index.ts";
import { PoolDatabase } from "#src/local/postgres/pool.ts";
import { SUPABASE_SETUP } from "#src/local/postgres/roles.ts";
import { describeOnBoth } from "#test/support/postgres.ts";

const kinds: PostgresKind[] = ["pglite", "postgres"];

describe.each(kinds)("migrating (%s)", (kind) => {
  let project: EmbeddedPostgres;
  let directory: string;
  const write = (files: Record<string, string>) => {
    for (const [name, script] of Object.entries(files)) writeFileSync(join(directory, name), script);
  };
  const history = async () =>
    (
      await project.database.query(
        "select version, name, array_to_json(statements)::text as statements from supabase_migrations.schema_migrations order by 1",
      )
    ).rows;

  beforeAll(async () => {
    project = await startPostgres({ kind, clock: new WorldClock() });
  });
  afterAll(() => project.close());
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "migrations-"));
  });
  afterEach(async () => {
    rmSync(directory, { recursive: true });
    await project.database.exec(
      "drop schema if exists supabase_migrations cascade; drop table if exists public.a, public.b",
    );
  });

  test("files run in the order of their versions, once, and stand in Supabase's history", async () => {
    write({
      "20260102_second.sql": "-- why\nalter table public.a add column t text default ';';\n\n",
      "20260101_first.sql": "create table public.a (i int); insert into public.a values (1);",
      "notes.txt": "not a migration",
    });
    expect(await planMigrations(project.database, directory)).toEqual({
      missing: ["20260101_first.sql", "20260102_second.sql"],
      alreadyThere: [],
      unknown: [],
    });
    expect(await migrate(project.database, directory)).toEqual({
      applied: ["20260101_first.sql", "20260102_second.sql"],
      alreadyThere: [],
    });
    expect(await migrate(project.database, directory)).toEqual({
      applied: [],
      alreadyThere: ["20260101_first.sql", "20260102_second.sql"],
    });
    expect((await project.database.query("select i, t from public.a")).rows).toEqual([{ i: 1, t: ";" }]);
    expect((await history()).map((row) => ({ ...row, statements: JSON.parse(String(row["statements"])) }))).toEqual([
      {
        version: "20260101",
        name: "first",
        statements: ["create table public.a (i int)", "insert into public.a values (1)"],
      },
      {
        version: "20260102",
        name: "second",
        statements: ["-- why\nalter table public.a add column t text default ';'"],
      },
    ]);
  });

  test("it goes on from what the Supabase CLI has applied, and names what it doesn't know", async () => {
    await project.database.exec(`
      create schema supabase_migrations;
      create table supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text);
      insert into supabase_migrations.schema_migrations (version) values ('20250101'), ('20260101');`);
    write({
      "20260101_first.sql": "create table public.a (i int)",
      "20260102_second.sql": "create table public.b (i int)",
    });
    expect((await planMigrations(project.database, directory)).unknown).toEqual(["20250101"]);
    expect(await migrate(project.database, directory)).toEqual({
      applied: ["20260102_second.sql"],
      alreadyThere: ["20260101_first.sql"],
    });
  });

  test("two runners at once apply each file once", async () => {
    write({ "1_a.sql": "create table public.a (i int)", "2_b.sql": "create table public.b (i int)" });
    const both = await Promise.all([migrate(project.database, directory), migrate(project.database, directory)]);
    expect(both.flatMap((result) => result.applied).sort()).toEqual(["1_a.sql", "2_b.sql"]);
  });

  test("a failing file leaves nothing, keeps the ones before it, and says file, line and reason", async () => {
    write({
      "1_good.sql": "create table public.a (i int);",
      "2_bad.sql": "create table public.b (i int);\n\n-- é comment\nalter table public.b\n  add column s nonsense;\n",
      "3_never.sql": "select 1/0",
    });
    const failure = await migrate(project.database, directory).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MigrationError);
    expect(failure).toMatchObject({ file: "2_bad.sql", line: 5 });
    expect(String(failure)).toContain('2_bad.sql, line 5: type "nonsense" does not exist (42704)');
    expect(
      (
        await project.database.query(
          "select to_regclass('public.a') is not null as a, to_regclass('public.b') is not null as b",
        )
      ).rows,
    ).toEqual([{ a: true, b: false }]);
    expect((await history()).map((row) => row["version"])).toEqual(["1"]);
  });

  test("an error without a position names the line where its statement begins", async () => {
    write({
      "1_bad.sql":
        "select 1;\n\n/* note */ do $$ begin\n  raise exception 'no; not now' using hint = 'later';\nend $$;",
    });
    const failure = await migrate(project.database, directory).catch((error: unknown) => error);
    expect(String(failure)).toContain("1_bad.sql, line 3: no; not now (P0001)\nHint: later");
  });

  test("transaction commands and wrong names are refused before anything runs", async () => {
    write({ "1_commit.sql": "create table public.a (i int);\ncommit;" });
    await expect(migrate(project.database, directory)).rejects.toThrow('1_commit.sql, line 2: "commit"');
    rmSync(join(directory, "1_commit.sql"));
    write({ "first.sql": "select 1" });
    await expect(migrate(project.database, directory)).rejects.toBeInstanceOf(MigrationFilesError);
    rmSync(join(directory, "first.sql"));
    write({ "1_a.sql": "select 1", "1_b.sql": "select 1" });
    await expect(migrate(project.database, directory)).rejects.toThrow("two migrations of version 1");
  });
});

describeOnBoth("the project's own migrations", (open) => {
  test("are all applied, and a second run finds nothing to do", async () => {
    const { database } = await open();
    const plan = await planMigrations(database);
    expect(plan).toMatchObject({ missing: [], unknown: [] });
    expect(plan.alreadyThere.length).toBeGreaterThan(0);
    expect(await migrate(database)).toEqual({ applied: [], alreadyThere: plan.alreadyThere });
  });

  test("SQL's clock follows the world's", async () => {
    const clock = new WorldClock();
    const { database } = await open(clock);
    const lagSeconds = async () => {
      const { rows } = await database.query(
        "select extract(epoch from meta_sync.clock() - clock_timestamp())::float8 as lag",
      );
      return Number(rows[0]?.["lag"]);
    };
    expect(await lagSeconds()).toBeCloseTo(0, 1);
    await clock.advance(3_600_000);
    expect(await lagSeconds()).toBeCloseTo(3600, 1);
  });
});

describe("npm run migrate", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
    const admin = new PoolDatabase(cluster.connection, { connections: 1 });
    await admin.exec(SUPABASE_SETUP);
    await admin.close();
  });
  afterAll(() => cluster.close());

  const run = async (args: string[], DATABASE_URL?: string) => {
    const file = fileURLToPath(new URL("../../src/cli/migrate.ts", import.meta.url));
    const env = DATABASE_URL === undefined ? {} : { DATABASE_URL };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...args], { env }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    return { stdout, stderr };
  };
  const address = () => {
    const { user, password, port } = cluster.connection;
    return `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`;
  };

  test("plans without changing anything, applies, and then has nothing to do", async () => {
    const place = `127.0.0.1:${cluster.connection.port}/postgres`;
    const planned = await run(["--plan"], address());
    expect(planned.stdout).toContain(`Would be applied to ${place}:\n  20241220_create_background_jobs_table.sql\n`);
    expect(planned.stdout).toContain("Nothing was changed.");
    expect((await run([], address())).stdout).toContain(
      `Applied to ${place}:\n  20241220_create_background_jobs_table.sql\n`,
    );
    expect((await run([], address())).stdout).toMatch(/is up to date: 0 applied, \d+ were already there\.\n$/);
    expect((await run(["--plan"], address())).stdout).toBe(`${place} is up to date.\n`);
  });

  test("says what is wrong with the address and where to get it, and never repeats the password", async () => {
    expect((await run([])).stderr).toMatch(/^DATABASE_URL is not set\. Copy it in Supabase: Connect → /);
    expect((await run([], "https://project.supabase.co")).stderr).toMatch(
      /^DATABASE_URL is no address that begins with postgresql:/,
    );
    const refused = await run([], address().replace(cluster.connection.password, "hunter2"));
    expect(refused.stderr).toMatch(/^Can't connect to 127\.0\.0\.1:\d+\/postgres: password authentication failed/);
    expect(refused.stderr).not.toContain("hunter2");
  });

  test.each([
    [
      "postgresql://u:p%40ss@db.x.supabase.co/app",
      { user: "u", password: "p@ss", port: 5432, database: "app", ssl: { rejectUnauthorized: false } },
    ],
    [
      "postgres://u@db.x.supabase.co:6543/?sslmode=verify-full",
      { port: 6543, database: "postgres", ssl: { rejectUnauthorized: true } },
    ],
    ["postgres://u@db.x.supabase.co/a?sslmode=disable", { ssl: false }],
    ["postgres://localhost/a", { user: "postgres", password: "", ssl: false }],
    ["postgres://[::1]/a?sslmode=require", { host: "::1", ssl: { rejectUnauthorized: false } }],
  ])("reads %s", (url, config) => {
    expect(readConnectionUrl(url).config).toMatchObject(config);
  });
});

describe("splitting a script", () => {
  const texts = (script: string) => splitStatements(script).map((statement) => statement.text);

  test.each([
    ["semicolons end statements", "a; b ;;\n c", ["a", "b", "c"]],
    ["strings", "select ';' , E'\\';' , 'it''s;'; b", ["select ';' , E'\\';' , 'it''s;'", "b"]],
    ["quoted names", 'select ";""x"; b', ['select ";""x"', "b"]],
    [
      "dollar quotes",
      "do $$ a; $x$ b; $$; c $tag$ ; $$ ; $tag$; d $1; e",
      ["do $$ a; $x$ b; $$", "c $tag$ ; $$ ; $tag$", "d $1", "e"],
    ],
    ["line comments", "a -- not; here\n; -- only a comment;", ["a -- not; here"]],
    ["nested comments", "/* ; /* ; */ ; */ a; b", ["/* ; /* ; */ ; */ a", "b"]],
    [
      "standard bodies",
      "create function f() returns int begin atomic select case when true then 1 else 2 end; select 2; end; b",
      ["create function f() returns int begin atomic select case when true then 1 else 2 end; select 2; end", "b"],
    ],
    ["an unclosed quote", "a; select 'x; b", ["a", "select 'x; b"]],
    ["nothing", " \n-- only this\n", []],
  ])("%s", (_, script, expected) => {
    expect(texts(script)).toEqual(expected);
  });
});
