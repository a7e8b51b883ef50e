/** Every call that was answered, for assertions; tokens never get in. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { CALL_KINDS, type CallKind } from "./describe-call.ts";
import type { Charge } from "./limits/limits.ts";
import { QUOTAS, type Quota } from "./limits/quotas.ts";

/** What is known of a call before it is answered. */
export interface CallInfo {
  method: string;
  /** With the version, without host and query: "/v26.0/act_1/insights". */
  path: string;
  /** Parameters without `access_token`, `appsecret_proof` and other secrets. */
  query: Record<string, string>;
  /** `act_…` of the node or report in the path; null when there is none. */
  account: string | null;
  level: string | null;
  kind: CallKind;
  /** World time at which it began. */
  atMs: number;
}

const tier = z.enum(["development_access", "standard_access"]);
const callRow = z
  .object({
    id: z.int(),
    at_ms: z.int(),
    ended_ms: z.int(),
    method: z.string(),
    path: z.string(),
    query: z.string(),
    account: z.string().nullable(),
    level: z.string().nullable(),
    kind: z.enum(CALL_KINDS),
    status: z.int(),
    error_code: z.int().nullable(),
    error_subcode: z.int().nullable(),
    rule: z.string().nullable(),
    rows: z.int(),
    points: z.int(),
    blocked: z.enum(["begins", "during"]).nullable(),
    quota: z.enum(QUOTAS).nullable(),
    duration_ms: z.number(),
  })
  .transform((row) => ({
    id: row.id,
    /** World time of beginning and end. */
    atMs: row.at_ms,
    endedMs: row.ended_ms,
    method: row.method,
    path: row.path,
    query: z.record(z.string(), z.string()).parse(JSON.parse(row.query)),
    account: row.account,
    level: row.level,
    kind: row.kind,
    /** 0 when no answer was given (reset, hang). */
    status: row.status,
    errorCode: row.error_code,
    errorSubcode: row.error_subcode,
    /** Id of the fault rule that fired, if one did. */
    rule: row.rule,
    rows: row.rows,
    /** What the quotas were charged; 0 for a call that a rule or a dead token ended before. */
    points: row.points,
    /** Refused by a spent quota: the call that spent it "begins" the block, later ones come "during" it. */
    blocked: row.blocked,
    quota: row.quota,
    /** Real time. */
    durationMs: row.duration_ms,
  }));
export type LoggedCall = z.output<typeof callRow>;

export interface CallOutcome {
  status: number;
  errorCode: number | null;
  errorSubcode: number | null;
  rule: string | null;
  rows: number;
  endedMs: number;
  durationMs: number;
  points: number;
  /** The token's tier, and the account's active ads: enough to charge the call again after a restart. */
  tier: Charge["tier"];
  activeAds: number;
  blocked: "begins" | "during" | null;
  quota: Quota | null;
}

export const CALLS_SCHEMA = `
drop table if exists calls;
create table if not exists call_log (
  id integer primary key autoincrement, at_ms integer not null, ended_ms integer not null, method text not null,
  path text not null, query text not null, account text, level text, kind text not null, status integer not null,
  error_code integer, error_subcode integer, rule text, rows integer not null, points integer not null,
  tier text not null, active_ads integer not null, blocked text, quota text, duration_ms real not null);
create index if not exists call_log_at on call_log (at_ms);
create index if not exists call_log_account_at on call_log (account, at_ms);`;

const KEPT = 100_000;
const PRUNE_EVERY = 1_000;

/** What to list; everything without it. Times are world time in ms. */
export interface CallFilter {
  /** Begun at or after this, and before that. */
  since?: number | undefined;
  until?: number | undefined;
  afterId?: number | undefined;
  account?: string | undefined;
  kind?: CallKind | undefined;
  /** True: refused by a spent quota; "during": begun while one blocked; false: not refused by any. */
  blocked?: boolean | "begins" | "during" | undefined;
}

export class CallLog {
  #store: DatabaseSync;

  constructor(store: DatabaseSync) {
    this.#store = store;
  }

  add(info: CallInfo, outcome: CallOutcome): void {
    const row = {
      at_ms: info.atMs,
      ended_ms: outcome.endedMs,
      method: info.method,
      path: info.path,
      query: JSON.stringify(info.query),
      account: info.account,
      level: info.level,
      kind: info.kind,
      status: outcome.status,
      error_code: outcome.errorCode,
      error_subcode: outcome.errorSubcode,
      rule: outcome.rule,
      rows: outcome.rows,
      points: outcome.points,
      tier: outcome.tier,
      active_ads: outcome.activeAds,
      blocked: outcome.blocked,
      quota: outcome.quota,
      duration_ms: outcome.durationMs,
    };
    const names = Object.keys(row);
    const sql = `insert into call_log (${names.join()}) values (${names.map((name) => `:${name}`).join()})`;
    const id = Number(this.#store.prepare(sql).run(row).lastInsertRowid);
    if (id % PRUNE_EVERY === 0) this.#store.prepare("delete from call_log where id <= ?").run(id - KEPT);
  }

  /** In order of answering. */
  list(filter: CallFilter = {}): LoggedCall[] {
    const { blocked } = filter;
    const sql = `select * from call_log where at_ms >= :since and at_ms < :until and id > :afterId
      and (:account is null or account = :account) and (:kind is null or kind = :kind)
      and (:isBlocked is null or (blocked is not null) = :isBlocked) and (:when is null or blocked = :when) order by id`;
    const rows = this.#store.prepare(sql).all({
      since: filter.since ?? 0,
      until: filter.until ?? Number.MAX_SAFE_INTEGER,
      afterId: filter.afterId ?? 0,
      account: filter.account ?? null,
      kind: filter.kind ?? null,
      isBlocked: blocked === undefined ? null : blocked === false ? 0 : 1,
      when: typeof blocked === "string" ? blocked : null,
    });
    return rows.map((row) => callRow.parse(row));
  }

  /** The last `count` calls, newest first. */
  newest(count: number): LoggedCall[] {
    const rows = this.#store.prepare("select * from call_log order by id desc limit ?").all(count);
    return rows.map((row) => callRow.parse(row));
  }

  /** Calls by account id; calls without an account are under "". */
  countByAccount(): Record<string, number> {
    const rows = this.#store
      .prepare("select coalesce(account, '') account, count(*) calls from call_log group by 1")
      .all();
    const counted = z.array(z.object({ account: z.string(), calls: z.int() })).parse(rows);
    return Object.fromEntries(counted.map(({ account, calls }) => [account, calls]));
  }

  /** What the quotas were charged since then, in order: to count it again after a restart. */
  charges(sinceMs: number): {
    account: string | null;
    kind: CallKind;
    tier: Charge["tier"];
    activeAds: number;
    points: number;
    atMs: number;
  }[] {
    const sql = `select account, kind, tier, active_ads "activeAds", points, at_ms "atMs" from call_log
      where at_ms >= ? and points > 0 order by at_ms, id`;
    const row = z.object({
      account: z.string().nullable(),
      kind: z.enum(CALL_KINDS),
      tier,
      activeAds: z.int(),
      points: z.int(),
      atMs: z.int(),
    });
    return z.array(row).parse(this.#store.prepare(sql).all(sinceMs));
  }

  clear(): void {
    this.#store.exec("delete from call_log");
  }
}
