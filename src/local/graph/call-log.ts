/** Every call that was answered, for assertions and for the usage headers; tokens never get in. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/** What is known of a call before it is answered. */
export interface CallInfo {
  method: string;
  /** With the version, without host and query: "/v26.0/act_1/insights". */
  path: string;
  /** Parameters without `access_token` and `appsecret_proof`. */
  query: Record<string, string>;
  /** `act_…` of the node in the path; null when there is none. */
  account: string | null;
  level: string | null;
  /** World time. */
  atMs: number;
}

const callRow = z
  .object({
    id: z.int(),
    at_ms: z.int(),
    method: z.string(),
    path: z.string(),
    query: z.string(),
    account: z.string().nullable(),
    level: z.string().nullable(),
    status: z.int(),
    error_code: z.int().nullable(),
    rule: z.string().nullable(),
    rows: z.int(),
    duration_ms: z.number(),
  })
  .transform((row) => ({
    id: row.id,
    atMs: row.at_ms,
    method: row.method,
    path: row.path,
    query: z.record(z.string(), z.string()).parse(JSON.parse(row.query)),
    account: row.account,
    level: row.level,
    /** 0 when no answer was given (reset, hang). */
    status: row.status,
    errorCode: row.error_code,
    /** Id of the fault rule that fired, if one did. */
    rule: row.rule,
    rows: row.rows,
    durationMs: row.duration_ms,
  }));
export type LoggedCall = z.output<typeof callRow>;

export interface CallOutcome {
  status: number;
  errorCode: number | null;
  rule: string | null;
  rows: number;
  durationMs: number;
}

export const CALLS_SCHEMA = `
create table if not exists calls (
  id integer primary key autoincrement, at_ms integer not null, method text not null, path text not null,
  query text not null, account text, level text, status integer not null, error_code integer, rule text,
  rows integer not null, duration_ms real not null);
create index if not exists calls_at on calls (at_ms);
create index if not exists calls_account_at on calls (account, at_ms);`;

const KEPT = 100_000;
const PRUNE_EVERY = 1_000;

export class CallLog {
  #store: DatabaseSync;

  constructor(store: DatabaseSync) {
    this.#store = store;
  }

  add(info: CallInfo, outcome: CallOutcome): void {
    const { lastInsertRowid } = this.#store
      .prepare(
        `insert into calls (at_ms, method, path, query, account, level, status, error_code, rule, rows, duration_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        info.atMs,
        info.method,
        info.path,
        JSON.stringify(info.query),
        info.account,
        info.level,
        outcome.status,
        outcome.errorCode,
        outcome.rule,
        outcome.rows,
        outcome.durationMs,
      );
    const id = Number(lastInsertRowid);
    if (id % PRUNE_EVERY === 0) this.#store.prepare("delete from calls where id <= ?").run(id - KEPT);
  }

  /** In order of answering; `since` is world time in ms, `afterId` an id of an earlier list. */
  list(
    filter: { since?: number | undefined; afterId?: number | undefined; account?: string | undefined } = {},
  ): LoggedCall[] {
    const sql = `select * from calls where at_ms >= ? and id > ? and (?3 is null or account = ?3) order by id`;
    const rows = this.#store.prepare(sql).all(filter.since ?? 0, filter.afterId ?? 0, filter.account ?? null);
    return rows.map((row) => callRow.parse(row));
  }

  /** The last `count` calls, newest first. */
  newest(count: number): LoggedCall[] {
    const rows = this.#store.prepare("select * from calls order by id desc limit ?").all(count);
    return rows.map((row) => callRow.parse(row));
  }

  /** Calls by account id; calls without an account are under "". */
  countByAccount(): Record<string, number> {
    const rows = this.#store
      .prepare("select coalesce(account, '') account, count(*) calls from calls group by 1")
      .all();
    const counted = z.array(z.object({ account: z.string(), calls: z.int() })).parse(rows);
    return Object.fromEntries(counted.map(({ account, calls }) => [account, calls]));
  }

  /** Calls answered in the `windowMs` up to `nowMs`; of one account, and of insights or of all the rest, if given. */
  count(nowMs: number, windowMs: number, of: { account?: string; insights?: boolean } = {}): number {
    const path = of.insights === undefined ? "" : `and path ${of.insights ? "" : "not "}like '%/insights'`;
    const account = of.account === undefined ? "" : "and account = ?3";
    const sql = `select count(*) calls from calls where at_ms > ?1 and at_ms <= ?2 ${account} ${path}`;
    const bound = of.account === undefined ? [nowMs - windowMs, nowMs] : [nowMs - windowMs, nowMs, of.account];
    return z.object({ calls: z.int() }).parse(this.#store.prepare(sql).get(...bound)).calls;
  }

  clear(): void {
    this.#store.exec("delete from calls");
  }
}
