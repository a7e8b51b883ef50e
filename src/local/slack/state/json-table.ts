/** A table of `(id, data json)` with a shape of its own: people, channels, grants. */
import type { DatabaseSync } from "node:sqlite";

export interface JsonTable<Row> {
  get(id: string): Row | undefined;
  list(): Row[];
  put(id: string, row: Row): void;
  count(): number;
}

/** `table` and `key` are names from schema.ts, never input. */
export function openJsonTable<Row>(database: DatabaseSync, table: string, key: string): JsonTable<Row> {
  const one = database.prepare(`select data from ${table} where ${key} = ?`);
  const all = database.prepare(`select data from ${table} order by rowid`);
  const upsert = database.prepare(
    `insert into ${table} (${key}, data) values (?, ?) on conflict (${key}) do update set data = excluded.data`,
  );
  return {
    get: (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : (JSON.parse(String(row["data"])) as Row);
    },
    list: () => all.all().map((row) => JSON.parse(String(row["data"])) as Row),
    put: (id, row) => void upsert.run(id, JSON.stringify(row)),
    count: () => all.all().length,
  };
}
