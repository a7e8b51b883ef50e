/** What becomes of a part whose call failed: wait, try again, shrink, begin anew, give up. Pure. */
import { failureOf } from "./failure.ts";
import { halvePage } from "./ladder.ts";
import { failPart, nameOf, type Budget, type Failed, type Outcome, type StepState } from "./outcome.ts";
import { goOn, readyPercent } from "./step-read.ts";
import { awaitReport, giveUpReport, makeSmaller } from "./step-report.ts";

const maxTries = 5;
const maxRestarts = 2;
const firstDelayMs = 2000;
const maxDelayMs = 60_000;
/** A finished report can't be read for some moments; others saw up to eight tries, 5 s doubling to 60 s. */
const maxNotReady = 8;
const firstNotReadyMs = 5000;
/** Meta blocks an ad account of its limited tier this long when its answer names no time. */
const defaultBlockSeconds = 300;
/** Meta may not know a report's id for a moment after giving it. */
const unknownReportMs = 30_000;

/** Meta's hourly wall of the limited tier calls itself a missing permission (200): that is believed when it comes a third time. */
const permissionCode = 200;

function snoozeForThrottle(state: StepState, event: Failed, nowMs: number): Outcome {
  const seconds = event.retryAfterSeconds ?? defaultBlockSeconds;
  const { failure } = event;
  const isTry = failure.code === permissionCode;
  if (isTry && state.tries > 1) return failPart(state, failureOf("permission_denied", failure.sentence, failure));
  const untilMs = nowMs + seconds * 1000;
  return {
    kind: "snooze",
    state: { ...state, inHand: null },
    untilMs,
    scope: event.scope ?? "account",
    failure,
    isTry,
  };
}

/** Waits 2, 4, 8, 16 s, each between half and all of it, or as long as Meta says if that is longer. */
function snoozeAfterTry(before: StepState, event: Failed, nowMs: number): Outcome {
  const state = { ...before, inHand: null, tries: before.tries + 1 };
  const { sentence, code, subcode, traceId } = event.failure;
  // A report's tries hold those at which it wasn't ready, too.
  if (state.tries >= (state.part.reportId === null ? maxTries : maxNotReady)) {
    const told = `${nameOf(state.part)} failed ${state.tries} times in a row, at last so: ${sentence}`;
    return failPart(state, failureOf("unavailable", told, { code, subcode, traceId }));
  }
  const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** before.tries) * (0.5 + 0.5 * event.jitter);
  const waitMs = Math.max(Math.round(delayMs), (event.retryAfterSeconds ?? 0) * 1000);
  return { kind: "snooze", state, untilMs: nowMs + waitMs, scope: "part", failure: event.failure, isTry: true };
}

function onNotReady(before: StepState, event: Failed, nowMs: number): Outcome {
  const state = { ...before, inHand: null, tries: before.tries + 1 };
  if (state.part.reportId === null) return snoozeAfterTry(before, event, nowMs);
  if (state.tries >= maxNotReady) return giveUpReport(state, event.failure);
  const waitMs = Math.min(maxDelayMs, firstNotReadyMs * 2 ** before.tries);
  return { kind: "snooze", state, untilMs: nowMs + waitMs, scope: "part", failure: event.failure, isTry: true };
}

function onGone(state: StepState, event: Failed, nowMs: number): Outcome {
  const { reportId, reportStartedAt } = state.part;
  if (reportId === null) return failPart(state, event.failure);
  const ageMs = reportStartedAt === null ? 0 : nowMs - Date.parse(reportStartedAt);
  const wasSeen = state.pages > 0 || state.part.reportPercent >= readyPercent;
  if (!wasSeen && ageMs < unknownReportMs) return awaitReport(state, nowMs, state.part.reportPercent);
  return giveUpReport(state, event.failure);
}

function restart(state: StepState, event: Failed, nowMs: number, budget: Budget): Outcome {
  const { reportId, cursor } = state.part;
  // A cursor that an earlier slice got would be got and refused again in each slice: only another report ends that.
  if (reportId !== null && cursor !== null && cursor === state.cursor) return giveUpReport(state, event.failure);
  if (state.restarts >= maxRestarts) return failPart(state, event.failure);
  const again = { ...state, cursor: null, inHand: null, pages: 0, rows: 0, restarts: state.restarts + 1 };
  return goOn(again, nowMs, budget);
}

function onSmallerPage(before: StepState, event: Failed, nowMs: number, budget: Budget): Outcome {
  const pageSize = halvePage(before.pageSize);
  const state = { ...before, inHand: null };
  // What was refused isn't a page yet, but the order of a report.
  const isOrder = state.part.mode === "report" && state.part.reportId === null;
  if (pageSize === null || isOrder) return makeSmaller(state, event.failure);
  return goOn({ ...state, pageSize, shrunk: true }, nowMs, budget);
}

export function onFailed(state: StepState, event: Failed, nowMs: number, budget: Budget): Outcome {
  const { retry, failure } = event;
  switch (retry) {
    case "later":
      return snoozeForThrottle(state, event, nowMs);
    case "soon":
      return snoozeAfterTry(state, event, nowMs);
    case "not_ready":
      return onNotReady(state, event, nowMs);
    case "restart":
      return restart(state, event, nowMs, budget);
    case "smaller_page":
      return onSmallerPage(state, event, nowMs, budget);
    case "smaller_part":
      return makeSmaller({ ...state, inHand: null }, failure);
    case "new_report":
      return state.part.reportId === null ? snoozeAfterTry(state, event, nowMs) : giveUpReport(state, failure);
    case "gone":
      return onGone(state, event, nowMs);
    case "never":
      return failPart(state, failure);
    default:
      return retry satisfies never;
  }
}
