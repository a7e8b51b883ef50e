/** Where a report stands at a moment: a pure function of when it was started, how long it takes and how it ends. */
import type { Report } from "./report-table.ts";

export type ReportStatus =
  | "Job Not Started"
  | "Job Started"
  | "Job Running"
  | "Job Completed"
  | "Job Failed"
  | "Job Skipped";

export interface ReportState {
  status: ReportStatus;
  percent: number;
  /** World time at which it came to its end; undefined while it runs. */
  endedMs: number | undefined;
  /** Gone: its id is no longer known. */
  isExpired: boolean;
}

/** An id is kept for 30 days (reference: insights semantics). */
const REPORT_LIFE_MS = 30 * 86_400_000;
/** Shares of the duration at which it is taken up, begins to count, and shows 100 % while it still runs. */
const TAKEN_AT = 0.03;
const RUNS_AT = 0.1;
const FULL_AT = 0.92;

export function stateOf(report: Report, nowMs: number): ReportState {
  const { startedMs, durationMs, fault } = report;
  const ageMs = nowMs - startedMs;
  const done = durationMs === 0 ? 1 : Math.min(1, ageMs / durationMs);
  const state = (status: ReportStatus, percent: number, endedMs?: number): ReportState => ({
    status,
    percent,
    endedMs,
    isExpired: ageMs > REPORT_LIFE_MS || (fault.ending?.kind === "expired" && done === 1),
  });
  const percent = percentAt(done);
  const { ending } = fault;
  if (ending?.kind === "skipped" && done >= RUNS_AT) return state("Job Skipped", 0, startedMs + RUNS_AT * durationMs);
  if (ending?.kind === "failed" && percent >= ending.atPercent && done >= RUNS_AT) {
    return state("Job Failed", ending.atPercent, startedMs + shareAt(ending.atPercent) * durationMs);
  }
  if (ending?.kind === "stuck" && percent >= ending.atPercent && done >= RUNS_AT) {
    return state("Job Running", ending.atPercent);
  }
  if (done < TAKEN_AT) return state("Job Not Started", 0);
  if (done < RUNS_AT) return state("Job Started", 0);
  if (done < 1) return state("Job Running", percent);
  return state("Job Completed", 100, startedMs + durationMs);
}

/** Slow at first, 100 a moment before the end. */
function percentAt(done: number): number {
  const share = Math.min(1, Math.max(0, (done - RUNS_AT) / (FULL_AT - RUNS_AT)));
  return Math.floor(100 * share ** 1.3);
}

/** The share of the duration at which that percentage is shown. */
function shareAt(percent: number): number {
  return RUNS_AT + (FULL_AT - RUNS_AT) * (percent / 100) ** (1 / 1.3);
}
