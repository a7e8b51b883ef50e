/** A Postgres cluster with the database `migrated`, to be copied for each test. */
import { migrate } from "#src/db/migrate.ts";
import { startCluster } from "#src/local/postgres/embedded.ts";
import type { Cluster } from "#src/local/postgres/embedded.ts";
import { PoolDatabase } from "#src/local/postgres/pool.ts";
import { SUPABASE_SETUP } from "#src/local/postgres/roles.ts";

export async function makeTemplate(): Promise<Cluster> {
  const cluster = await startCluster();
  const admin = new PoolDatabase(cluster.connection, { connections: 1 });
  await admin.exec("create database migrated");
  await admin.close();
  const database = new PoolDatabase({ ...cluster.connection, database: "migrated" }, { connections: 1 });
  try {
    await database.exec(SUPABASE_SETUP);
    await migrate(database);
    await database.close();
    return cluster;
  } catch (error) {
    await database.close();
    await cluster.close();
    throw error;
  }
}
