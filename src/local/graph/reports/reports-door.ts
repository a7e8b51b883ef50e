/** What tests and the admin API may know and do about reports. */
import type { WorldClock } from "../../clock.ts";
import { type ReportState, stateOf } from "./life-cycle.ts";
import type { ReportFaults, ReportRule, StoredReportRule } from "./report-fault.ts";
import type { Report, ReportTable } from "./report-table.ts";

/** A report as it stands now. */
export interface ReportSummary extends Pick<Report, "id" | "account" | "level" | "rows" | "polls"> {
  /** World time. */
  startedMs: number;
  durationMs: number;
  /** Spans of day numbers (days since 1970-01-01), one per row of an entity; and the breakdowns as they were asked. */
  periods: Report["query"]["periods"];
  breakdowns: string[];
  /** Times its rows were read before it was complete, and after. */
  earlyReads: number;
  lateReads: number;
  state: ReportState;
}

export interface ReportsDoor {
  /** The next report that fits (one, or `times`) goes wrong in this way; rules are used up in the order of adding. */
  failNext(rule: ReportRule): StoredReportRule;
  listFaults(): StoredReportRule[];
  clearFaults(): void;
  /** In order of starting; of one account (`act_…`) if given. */
  list(account?: string): ReportSummary[];
  /** How many were started by each account (`act_…`). */
  countByAccount(): Record<string, number>;
}

export function openReportsDoor(table: ReportTable, faults: ReportFaults, clock: WorldClock): ReportsDoor {
  return {
    failNext: (rule) => faults.add(rule),
    listFaults: () => faults.list(),
    clearFaults: () => faults.clear(),
    list: (account) => table.list(account).map((report) => summarize(report, clock.now())),
    countByAccount: () => table.countByAccount(),
  };
}

function summarize(report: Report, nowMs: number): ReportSummary {
  const { id, account, level, rows, polls, startedMs, durationMs, earlyReads, lateReads, query } = report;
  const { periods, breakdowns } = query;
  const seen = { id, account, level, rows, polls, startedMs, durationMs, earlyReads, lateReads };
  return { ...seen, periods, breakdowns, state: stateOf(report, nowMs) };
}
