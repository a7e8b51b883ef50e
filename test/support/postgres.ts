/**
 * Migrated databases for tests. PGlite starts from one snapshot that is made once for all test files and kept until a
 * migration changes; embedded Postgres copies one template database. Everything opened here is closed by itself:
 * at the end of the test that opened it, or of the file when it was opened in a hook.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, inject, onTestFinished } from "vitest";
import { migrate } from "#src/db/migrate.ts";
import { WorldClock } from "#src/local/clock.ts";
import type { Cluster } from "#src/local/postgres/embedded.ts";
import { assemble, startPostgres } from "#src/local/postgres/index.ts";
import type { EmbeddedPostgres, PostgresKind } from "#src/local/postgres/index.ts";
import { loadKeys } from "#src/local/postgres/keys.ts";
import { PgliteDatabase } from "#src/local/postgres/pglite.ts";
import { PoolDatabase } from "#src/local/postgres/pool.ts";
import { SUPABASE_SETUP } from "#src/local/postgres/roles.ts";
import { makeTemplate } from "./template.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const cacheDirectory = join(root, "node_modules", ".cache", "meta-sync");
const keys = loadKeys(undefined);

const openUntilFileEnds = new Set<() => Promise<void>>();
let snapshot: Promise<Uint8Array> | undefined;
/** The file's own cluster, when none is shared. */
let template: Promise<Cluster> | undefined;

afterAll(async () => {
  await Promise.all([...openUntilFileEnds].map((close) => close()));
  const cluster = await template?.catch(() => undefined);
  template = undefined;
  await cluster?.close();
});

/** A PGlite cluster with every migration applied, as a tar: made once (3 s), then read from the cache. */
async function migratedSnapshot(): Promise<Uint8Array> {
  snapshot ??= readOrMakeSnapshot();
  return await snapshot;
}

/**
 * A fresh migrated database of its own (PGlite 0.5 s, Postgres 0.1 s after the file's first), with the gateway before it.
 * All share one set of keys. `clock` moves `meta_sync.clock()`.
 */
export async function startTestPostgres(
  kind: PostgresKind,
  clock: WorldClock = new WorldClock(),
): Promise<EmbeddedPostgres> {
  const opened = kind === "pglite" ? await openPglite(clock) : await openCopy(clock);
  closeInTime(() => opened.close());
  await opened.afterMigrations();
  return opened;
}

/** Runs the same suite on PGlite and on a real Postgres; `open` gives a fresh migrated database of that kind. */
export function describeOnBoth(
  name: string,
  suite: (open: (clock?: WorldClock) => Promise<EmbeddedPostgres>, kind: PostgresKind) => void,
): void {
  const kinds: PostgresKind[] = ["pglite", "postgres"];
  describe.each(kinds)(`${name} (%s)`, (kind) => {
    suite((clock) => startTestPostgres(kind, clock), kind);
  });
}

async function openPglite(clock: WorldClock): Promise<EmbeddedPostgres> {
  return await startPostgres({ kind: "pglite", snapshot: await migratedSnapshot(), clock, keys });
}

async function openCopy(clock: WorldClock): Promise<EmbeddedPostgres> {
  const shared = inject("cluster");
  template ??= shared === null ? makeTemplate() : undefined;
  const connection = shared ?? (await template)?.connection;
  if (connection === undefined) throw new Error("There is no cluster to copy the template in.");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const asAdmin = async (sql: string) => {
    const admin = new PoolDatabase(connection, { connections: 1 });
    try {
      await admin.exec(sql);
    } finally {
      await admin.close();
    }
  };
  await asAdmin(`create database ${name} template migrated`);
  const database = new PoolDatabase({ ...connection, database: name });
  return assemble("postgres", database, keys, clock, async () => {
    await database.close();
    // A shared cluster would fill the disk.
    if (shared !== null) await asAdmin(`drop database ${name} with (force)`);
  });
}

/** The file appears under its name only when whole, so two test processes that make it at once don't disturb each other. */
async function readOrMakeSnapshot(): Promise<Uint8Array> {
  const inputs = hashOfInputs();
  const file = join(cacheDirectory, `migrated-${inputs}.tar`);
  if (existsSync(file)) return readFileSync(file);
  const database = await PgliteDatabase.open();
  try {
    await database.exec(SUPABASE_SETUP);
    await migrate(database);
    const tar = await database.dump();
    // A migration was saved while we worked: good for this run, but not for the next.
    if (hashOfInputs() !== inputs) return tar;
    mkdirSync(cacheDirectory, { recursive: true });
    for (const old of readdirSync(cacheDirectory)) {
      if (/^migrated-[0-9a-f]+\.tar$/.test(old)) rmSync(join(cacheDirectory, old), { force: true });
    }
    const beside = `${file}.${process.pid}`;
    writeFileSync(beside, tar);
    renameSync(beside, file);
    return tar;
  } finally {
    await database.close();
  }
}

function hashOfInputs(): string {
  const migrations = join(root, "supabase", "migrations");
  const hash = createHash("sha256");
  hash.update(readFileSync(join(root, "node_modules/@electric-sql/pglite/package.json")));
  hash.update(SUPABASE_SETUP);
  for (const file of readdirSync(migrations).sort()) hash.update(file).update(readFileSync(join(migrations, file)));
  return hash.digest("hex").slice(0, 24);
}

function closeInTime(close: () => Promise<void>): void {
  try {
    onTestFinished(close);
  } catch {
    // Not inside a test: opened in a hook, for the whole file.
    openUntilFileEnds.add(close);
  }
}
