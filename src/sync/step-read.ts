/** Whether the next page may be asked for, and what becomes of a part that the hard limit cuts off. Pure. */
import { halvePart } from "./ladder.ts";
import { failTooLarge, type Budget, type Outcome, type StepState } from "./outcome.ts";

export function onHardLimit(state: StepState): Outcome {
  // A report's pages are kept, and its next one, or its start, can be asked for in the next slice.
  if (state.part.mode === "report") return { kind: "yield", state, reason: "budget" };
  const parts = halvePart({ ...state.part, pages: Math.max(state.part.pages, state.pages) });
  return parts.length > 0 ? { kind: "split", state, parts, maxDays: null } : failTooLarge(state);
}

/** Asks for the page at the state's cursor, if it still may. `learned`: its size is the most that Meta could answer. */
export function readOn(state: StepState, nowMs: number, budget: Budget, learned = false): Outcome {
  const blockedUntilMs = budget.blockedUntilMs ?? 0;
  if (blockedUntilMs > nowMs) {
    return { kind: "snooze", state, untilMs: blockedUntilMs, scope: "part", failure: null, isTry: false };
  }
  if (state.part.mode === "report" && nowMs >= budget.softEndMs) return { kind: "yield", state, reason: "budget" };
  if (nowMs >= budget.hardEndMs) return onHardLimit(state);
  return { kind: "fetch", state, cursor: state.cursor, pageSize: state.pageSize, learned };
}

/** What is stored of a report that Meta has called completed; one that runs has less, whatever Meta says. */
export const readyPercent = 100;

/**
 * Goes on where a part stands. A report that isn't known to be ready is started or looked at first: its pages read too early
 * may be empty, and would pass for its end.
 */
export function goOn(state: StepState, nowMs: number, budget: Budget): Outcome {
  const { part } = state;
  const mayCall = (budget.blockedUntilMs ?? 0) <= nowMs && nowMs < budget.softEndMs;
  const isReady =
    part.mode === "get" || state.pages > 0 || (part.reportId !== null && part.reportPercent >= readyPercent);
  if (isReady || !mayCall) return readOn(state, nowMs, budget);
  return { kind: part.reportId === null ? "start_report" : "poll", state };
}
