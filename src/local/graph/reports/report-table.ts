/** The reports that were started: kept in the store, so that they outlive a restart. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { InsightsQuery, Level } from "../insights/query.ts";
import { LEVELS } from "../insights/query.ts";
import { reportFault, type ReportFault } from "./report-fault.ts";

export const REPORTS_SCHEMA = `
create table if not exists reports (
  sequence integer primary key autoincrement, account text not null, level text not null, query text not null,
  rows integer not null, started_ms integer not null, duration_ms real not null, fault text not null,
  is_old_reach integer not null, polls integer not null default 0, early_reads integer not null default 0,
  late_reads integer not null default 0);
create index if not exists reports_account on reports (account, started_ms);`;

/** What a report was asked, without page. */
export type ReportQuery = Omit<InsightsQuery, "offset" | "limit">;

const reportRow = z
  .object({
    sequence: z.int(),
    account: z.string(),
    level: z.enum(LEVELS),
    query: z.string(),
    rows: z.int(),
    started_ms: z.number(),
    duration_ms: z.number(),
    fault: z.string(),
    polls: z.int(),
    early_reads: z.int(),
    late_reads: z.int(),
  })
  .transform((row) => ({
    id: idOf(row.sequence),
    sequence: row.sequence,
    /** `act_…`. */
    account: row.account,
    level: row.level satisfies Level,
    query: JSON.parse(row.query) as ReportQuery,
    /** Rows of the whole result, before any fault cuts it. */
    rows: row.rows,
    /** World time. */
    startedMs: row.started_ms,
    durationMs: row.duration_ms,
    fault: reportFault.parse(JSON.parse(row.fault)),
    /** Times its state was asked, and times its rows were read before and after it was complete. */
    polls: row.polls,
    earlyReads: row.early_reads,
    lateReads: row.late_reads,
  }));
export type Report = z.output<typeof reportRow>;

export interface NewReport {
  account: string;
  query: ReportQuery;
  rows: number;
  startedMs: number;
  durationMs: number;
  fault: ReportFault;
  isOldReach: boolean;
}

/** Ids are numbers of 16 digits, far from those of entities. */
const FIRST_ID = 6_023_920_149_050_000;

export class ReportTable {
  #store: DatabaseSync;

  constructor(store: DatabaseSync) {
    this.#store = store;
  }

  /** The number that the next report will have: the salt of its duration. */
  nextSequence(): number {
    const row = this.#store.prepare("select coalesce(max(sequence), 0) + 1 next from reports").get();
    return z.object({ next: z.int() }).parse(row).next;
  }

  add({ account, query, rows, startedMs, durationMs, fault, isOldReach }: NewReport): string {
    const { lastInsertRowid } = this.#store
      .prepare(
        `insert into reports (account, level, query, rows, started_ms, duration_ms, fault, is_old_reach)
         values (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        account,
        query.level,
        JSON.stringify(query),
        rows,
        startedMs,
        durationMs,
        JSON.stringify(fault),
        isOldReach ? 1 : 0,
      );
    return idOf(Number(lastInsertRowid));
  }

  find(id: string): Report | undefined {
    const sequence = Number(id) - FIRST_ID;
    if (!/^\d{16}$/.test(id) || sequence < 1) return undefined;
    const row = this.#store.prepare("select * from reports where sequence = ?").get(sequence);
    return row === undefined ? undefined : reportRow.parse(row);
  }

  /** `act_…` of a report; undefined for an id that is none. */
  accountOf(id: string): string | undefined {
    const sequence = Number(id) - FIRST_ID;
    if (!/^\d{16}$/.test(id) || sequence < 1) return undefined;
    const row = this.#store.prepare("select account from reports where sequence = ?").get(sequence);
    return row === undefined ? undefined : z.object({ account: z.string() }).parse(row).account;
  }

  /** In order of starting; of one account if given. */
  list(account?: string): Report[] {
    const rows = this.#store
      .prepare("select * from reports where (?1 is null or account = ?1) order by sequence")
      .all(account ?? null);
    return rows.map((row) => reportRow.parse(row));
  }

  /** Counts one more poll or read. */
  tally(report: Report, kind: "polls" | "early_reads" | "late_reads"): void {
    this.#store.prepare(`update reports set ${kind} = ${kind} + 1 where sequence = ?`).run(report.sequence);
  }

  /** Reports with reach by breakdown of old days that the account started since then. */
  countOldReach(account: string, sinceMs: number): number {
    const sql = "select count(*) reports from reports where account = ? and started_ms > ? and is_old_reach = 1";
    return z.object({ reports: z.int() }).parse(this.#store.prepare(sql).get(account, sinceMs)).reports;
  }

  /** How many were started, by account id. */
  countByAccount(): Record<string, number> {
    const rows = this.#store.prepare("select account, count(*) reports from reports group by 1").all();
    const counted = z.array(z.object({ account: z.string(), reports: z.int() })).parse(rows);
    return Object.fromEntries(counted.map(({ account, reports }) => [account, reports]));
  }
}

function idOf(sequence: number): string {
  return String(FIRST_ID + sequence);
}
