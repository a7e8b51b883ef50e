/** The embedded Supabase project: a database with Supabase's roles, and the gateway in front of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Hono } from "hono";
import type { WorldClock } from "../clock.ts";
import { createAdmin } from "./admin.ts";
import { followClock } from "./clock-offset.ts";
import type { Database } from "./database.ts";
import { startCluster } from "./embedded.ts";
import type { Faults } from "./faults.ts";
import { createGateway } from "./gateway.ts";
import type { ServedRpc } from "./gateway.ts";
import { loadKeys } from "./keys.ts";
import type { ProjectKeys } from "./keys.ts";
import { lockDirectory } from "./lock.ts";
import { PgliteDatabase } from "./pglite.ts";
import { PoolDatabase } from "./pool.ts";
import { SUPABASE_SETUP } from "./roles.ts";

export type PostgresKind = "pglite" | "postgres";

export interface PostgresSettings {
  kind: PostgresKind;
  /** Data directory of the world; undefined keeps everything in memory (PGlite) or in a temporary cluster. */
  dataDir?: string;
  /** PGlite only: a dumped cluster to start from, when the data directory holds none yet. */
  snapshot?: Uint8Array;
  clock: WorldClock;
  /** Keys to use instead of the data directory's own. */
  keys?: ProjectKeys;
}

export interface EmbeddedPostgres {
  wire: Hono;
  admin: Hono;
  database: Database;
  keys: ProjectKeys;
  faults: Faults;
  /** The last 500 calls of the gateway, newest first. */
  calls(): (ServedRpc & { seq: number })[];
  /** To be called after migrations: the gateway reads the functions anew, and SQL's clock takes the world's offset. */
  afterMigrations(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the embedded database of either kind, under the data directory's lock, with what a hosted project has before its
 * first migration. Throws DirectoryInUseError when another process uses the directory.
 */
export async function startPostgres(settings: PostgresSettings): Promise<EmbeddedPostgres> {
  const { kind, dataDir, clock } = settings;
  const lock = dataDir === undefined ? undefined : lockDirectory(dataDir);
  try {
    const { database, end } = await openDatabase(settings);
    try {
      await database.exec(SUPABASE_SETUP);
      return assemble(kind, database, settings.keys ?? loadKeys(dataDir), clock, async () => {
        await end();
        lock?.release();
      });
    } catch (error) {
      await end();
      throw error;
    }
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** The gateway and the clock around a database that is already set up; `end` closes what is beneath. */
export function assemble(
  kind: PostgresKind,
  database: Database,
  keys: ProjectKeys,
  clock: WorldClock,
  end: () => Promise<void>,
): EmbeddedPostgres {
  const gateway = createGateway({
    database,
    secretKeys: [keys.secretKey],
    publishableKeys: [keys.publishableKey],
    jwtSecret: keys.jwtSecret,
    schemas: ["public"],
    now: clock.now,
  });
  const following = followClock(database, clock);
  return {
    wire: gateway.wire,
    admin: createAdmin(kind, gateway),
    database,
    keys,
    faults: gateway.faults,
    calls: () => gateway.calls.list(),
    afterMigrations: async () => {
      gateway.reload();
      await following.apply();
    },
    close: async () => {
      following.stop();
      gateway.faults.mode = "none";
      await end();
    },
  };
}

async function openDatabase(settings: PostgresSettings): Promise<{ database: Database; end: () => Promise<void> }> {
  const { kind, dataDir, snapshot } = settings;
  if (kind === "postgres") {
    const cluster = await startCluster(dataDir === undefined ? {} : { dataDir });
    const database = new PoolDatabase(cluster.connection);
    const end = async () => {
      await database.close();
      await cluster.close();
    };
    return { database, end };
  }
  const directory = dataDir === undefined ? undefined : join(dataDir, "pglite");
  const isNew = directory === undefined || !existsSync(directory);
  const database = await PgliteDatabase.open({
    ...(directory === undefined ? {} : { dataDir: directory }),
    ...(snapshot !== undefined && isNew ? { snapshot } : {}),
  });
  return { database, end: () => database.close() };
}
