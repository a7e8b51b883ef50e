/** Forgets what the plan's retention no longer keeps, so that the file of a long-lived world stays small. */
import type { DatabaseSync } from "node:sqlite";

/** Removes final messages that ended before `beforeMs`, with their attempts, events and dead letters. */
export function pruneFinished(database: DatabaseSync, beforeMs: number): void {
  const old = "select id from messages where finished_at < ?";
  for (const table of ["attempts", "events", "dead_letters"]) {
    database.prepare(`delete from ${table} where message_id in (${old})`).run(beforeMs);
  }
  database.prepare("delete from messages where finished_at < ?").run(beforeMs);
  database.prepare("delete from deduplications where expires_at < ?").run(beforeMs);
}
