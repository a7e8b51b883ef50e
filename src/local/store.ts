/** A stand-in's own state: one node:sqlite file in the data directory, or memory for tests. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Opens (and makes, if need be) the SQLite file of one stand-in.
 * `dataDir` undefined keeps everything in memory. WAL with synchronous=NORMAL survives kill -9.
 */
export function openStore(dataDir: string | undefined, name: string, schema: string): DatabaseSync {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(dataDir === undefined ? ":memory:" : join(dataDir, `${name}.sqlite`));
  database.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;");
  database.exec(schema);
  return database;
}
