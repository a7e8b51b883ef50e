/** The served log: what each call asked and was answered, in world time, and counts that are never cut. */
import type { DatabaseSync } from "node:sqlite";
import type { JsonObject } from "../shapes.ts";
import type { ChangeFeed } from "./changes.ts";

const KEPT_CALLS = 5000;

export interface ServedCall {
  /** World time when the call came in, epoch milliseconds. */
  atMs: number;
  /** A Web API method, or `response_url`. */
  method: string;
  /** Arguments without the token. */
  args: JsonObject;
  status: number;
  /** `ok`, or Slack's error word. */
  outcome: string;
  answer: JsonObject;
}

export class CallLog {
  #database: DatabaseSync;
  #changes: ChangeFeed;

  constructor(database: DatabaseSync, changes: ChangeFeed) {
    this.#database = database;
    this.#changes = changes;
  }

  add(call: ServedCall): void {
    // A call that hung until the world ended is answered after its log is closed.
    if (!this.#database.isOpen) return;
    const { lastInsertRowid } = this.#database
      .prepare("insert into calls (at_ms, method, ok, data) values (?, ?, ?, ?)")
      .run(call.atMs, call.method, call.outcome === "ok" ? 1 : 0, JSON.stringify(call));
    this.#database.prepare("delete from calls where seq <= ?").run(Number(lastInsertRowid) - KEPT_CALLS);
    this.#database
      .prepare(
        `insert into call_counts (method, outcome, count) values (?, ?, 1)
         on conflict (method, outcome) do update set count = count + 1`,
      )
      .run(call.method, call.outcome);
    this.#changes.tell({ kind: "call" });
  }

  /** The last 5,000 calls, oldest first; with `method` only those of it. */
  list(method?: string): ServedCall[] {
    const rows =
      method === undefined
        ? this.#database.prepare("select data from calls order by seq").all()
        : this.#database.prepare("select data from calls where method = ? order by seq").all(method);
    return rows.map((row) => JSON.parse(String(row["data"])) as ServedCall);
  }

  /** How often each method was answered with each outcome, since the data directory was made. */
  counts(): Record<string, Record<string, number>> {
    const counts: Record<string, Record<string, number>> = {};
    for (const row of this.#database.prepare("select method, outcome, count from call_counts").all()) {
      const method = (counts[String(row["method"])] ??= {});
      method[String(row["outcome"])] = Number(row["count"]);
    }
    return counts;
  }
}
