/** One SQLite transaction around synchronous work. */
import type { DatabaseSync } from "node:sqlite";

/** Commits what `work` did, or rolls all of it back when it throws. A call inside another joins that one. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec("begin immediate");
  try {
    const result = work();
    database.exec("commit");
    return result;
  } catch (error) {
    database.exec("rollback");
    throw error;
  }
}
