/** The two embedded databases: the same answers from both, one owner per directory, nothing lost and nothing left at kill -9. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { WorldClock } from "#src/local/clock.ts";
import { DatabaseUnavailableError, SqlError, TransactionAbortedError } from "#src/local/postgres/database.ts";
import { startPostgres } from "#src/local/postgres/index.ts";
import type { EmbeddedPostgres, PostgresKind } from "#src/local/postgres/index.ts";
import { DirectoryInUseError, lockDirectory } from "#src/local/postgres/lock.ts";
import { describeOnBoth } from "#test/support/postgres.ts";

const kinds: PostgresKind[] = ["pglite", "postgres"];
const source = new URL("../../src/local/", import.meta.url).href;

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "meta-sync-test-"));
  // When we are root, Postgres runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o755);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function start(kind: PostgresKind): Promise<EmbeddedPostgres> {
  const started = await startPostgres({ kind, dataDir, clock: new WorldClock() });
  onTestFinished(() => started.close());
  return started;
}

/** Runs a module in another process and resolves when it has printed "ready". */
async function inOtherProcess(module: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", `${module}\nconsole.log("ready"); setInterval(() => {}, 1000);`],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const ready = Promise.withResolvers<ChildProcess>();
  child.stdout?.once("data", () => ready.resolve(child));
  child.once("exit", (code) => ready.reject(new Error(`the other process ended with code ${code}`)));
  return await ready.promise;
}

async function killHard(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("one process per data directory", () => {
  test("a second process is refused by name, and takes over when the first is killed", async () => {
    const owner = await inOtherProcess(
      `import { lockDirectory } from "${source}postgres/lock.ts"; lockDirectory(${JSON.stringify(dataDir)});`,
    );
    let refusal: unknown;
    try {
      lockDirectory(dataDir);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(DirectoryInUseError);
    expect(refusal).toMatchObject({ pid: owner.pid, directory: dataDir });
    expect(String(refusal)).toContain(`${dataDir} is in use by process ${owner.pid}`);
    await killHard(owner);
    lockDirectory(dataDir).release();
  });

  test("the same process is refused too, and a released directory is free", () => {
    const lock = lockDirectory(dataDir);
    expect(() => lockDirectory(dataDir)).toThrow(`in use by process ${process.pid}`);
    lock.release();
    lock.release();
    lockDirectory(dataDir).release();
  });

  test("a holder's file that lies doesn't matter: only the operating system's lock counts", () => {
    writeFileSync(
      join(dataDir, "in-use-by.json"),
      JSON.stringify({ pid: process.ppid, host: "x", command: "y", since: "z" }),
    );
    expect(() => lockDirectory(dataDir).release()).not.toThrow();
  });
});

describe.each(kinds)("a data directory (%s)", (kind) => {
  test("keeps rows and keys from one start to the next, keys readable by their owner only", async () => {
    const first = await startPostgres({ kind, dataDir, clock: new WorldClock() });
    await first.database.exec("create table public.kept (i int); insert into public.kept values (7)");
    await expect(startPostgres({ kind, dataDir, clock: new WorldClock() })).rejects.toBeInstanceOf(DirectoryInUseError);
    await first.close();
    await first.close();
    await expect(first.database.query("select 1")).rejects.toThrow(/closed|after calling end/);

    const second = await start(kind);
    expect((await second.database.query("select i from public.kept")).rows).toEqual([{ i: 7 }]);
    expect(second.keys).toEqual(first.keys);
    expect(statSync(join(dataDir, "supabase-keys.json")).mode & 0o777).toBe(0o600);
  });

  test("loses nothing that was committed when its process is killed", async () => {
    const owner = await inOtherProcess(`
      import { startPostgres } from "${source}postgres/index.ts";
      import { WorldClock } from "${source}clock.ts";
      const { database } = await startPostgres({ kind: "${kind}", dataDir: ${JSON.stringify(dataDir)}, clock: new WorldClock() });
      await database.exec("create table public.kept (i int)");
      await database.transaction((session) => session.query("insert into public.kept select generate_series(1, 1000)"));`);
    await killHard(owner);
    const { database } = await start(kind);
    expect((await database.query("select count(*)::int as n from public.kept")).rows).toEqual([{ n: 1000 }]);
  });
});

test("a real server ends with the process that started it, however that one ends", async () => {
  const owner = await inOtherProcess(`
    import { startPostgres } from "${source}postgres/index.ts";
    import { WorldClock } from "${source}clock.ts";
    await startPostgres({ kind: "postgres", dataDir: ${JSON.stringify(dataDir)}, clock: new WorldClock() });`);
  const server = Number(readFileSync(join(dataDir, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[0]);
  expect(isAlive(server)).toBe(true);
  await killHard(owner);
  await vi.waitFor(() => expect(isAlive(server)).toBe(false), { timeout: 10_000 });
});

test("a directory that holds no cluster is refused with its path", async () => {
  writeFileSync(join(dataDir, "pglite"), "not a directory");
  await expect(startPostgres({ kind: "pglite", dataDir, clock: new WorldClock() })).rejects.toThrow(
    join(dataDir, "pglite"),
  );
  lockDirectory(dataDir).release();
});

describeOnBoth("a session", (open, kind) => {
  test("reads and writes every type alike", async () => {
    const { database } = await open();
    const { rows } = await database.query(
      `select true as b, 2::int2 as i2, 4::int4 as i4, 8::int8 as i8, 1.50::numeric as n, 1.5::float8 as f, null as nothing,
        date '2026-01-02' as d, timestamptz '2026-01-02 10:00Z' as ts, '{"a": 1}'::jsonb as j, '{a,"b c",NULL}'::text[] as ta,
        '{1,2}'::int4[] as ia, '{1,2}'::int8[] as la, $1::int as p, $2::text[] as q, $3::jsonb as r, $4::bool as s, $5::timestamptz as t`,
      [5, ["a", null, 'say "\\"'], { a: [1] }, false, new Date(0)],
    );
    expect(rows).toEqual([
      {
        b: true,
        i2: 2,
        i4: 4,
        i8: "8",
        n: "1.50",
        f: 1.5,
        nothing: null,
        d: "2026-01-02",
        ts: "2026-01-02 10:00:00+00",
        j: '{"a": 1}',
        ta: ["a", "b c", null],
        ia: [1, 2],
        la: "{1,2}",
        p: 5,
        q: ["a", null, 'say "\\"'],
        r: '{"a": [1]}',
        s: false,
        t: "1970-01-01 00:00:00+00",
      },
    ]);
  });

  test("reports what Postgres said", async () => {
    const { database } = await open();
    const error = await database.query("select 'x'::int").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SqlError);
    expect(error).toMatchObject({
      code: "22P02",
      position: "8",
      message: 'invalid input syntax for type integer: "x"',
    });
    expect((await database.query("select 1 as still")).rows).toEqual([{ still: 1 }]);
  });

  test("a transaction is whole, undone when its work throws, and nobody comes in between", async () => {
    const { database } = await open();
    await database.exec("create table public.log (who text)");
    const write = (session: Pick<typeof database, "query">, who: string) =>
      session.query("insert into public.log values ($1)", [who]);
    const entered = Promise.withResolvers<void>();
    const slow = database.transaction(async (session) => {
      await write(session, "first");
      entered.resolve();
      await session.query("select pg_sleep(0)");
      await write(session, "first");
    });
    await entered.promise;
    const failing = database.transaction(async (session) => {
      await write(session, "undone");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await slow;
    expect((await database.query("select who from public.log")).rows).toEqual([{ who: "first" }, { who: "first" }]);
  });

  test("a failure that is swallowed inside a transaction comes out at its end", async () => {
    const { database } = await open();
    const swallowed = database.transaction(async (session) => {
      await session.query("select 1/0").catch(() => undefined);
    });
    await expect(swallowed).rejects.toBeInstanceOf(TransactionAbortedError);
    const cut = database.unit([{ sql: "select 1 as a" }, { sql: "select 1/0" }]);
    await expect(cut).rejects.toMatchObject({ code: "22012" });
    expect(await database.unit([{ sql: "select $1::int as a", params: [3] }], { readOnly: true })).toEqual([
      [{ a: 3 }],
    ]);
  });

  test("a closed database says so", async () => {
    const { database } = await open();
    await database.close();
    const late = await database.query("select 1").catch((error: unknown) => error);
    expect(late).toBeInstanceOf(kind === "pglite" ? DatabaseUnavailableError : Error);
  });
});
