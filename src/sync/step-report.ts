/** The life of a report in a part: started, looked at frugally, read page by page, dropped when it comes to nothing. Pure. */
import { countDays } from "./day.ts";
import { failureOf, type Failure } from "./failure.ts";
import { cutTooLarge } from "./ladder.ts";
import { beginPart, failPart, failTooLarge, nameOf, type Outcome, type StepEvent, type StepState } from "./outcome.ts";
import { readyPercent } from "./step-read.ts";

/** Seconds until the next look at a report, by the looks before: each look is a call that Meta counts. */
const pollSeconds = [2, 4, 8, 15, 30] as const;
/** Meta says that a report may take up to an hour; one that doesn't move for this long is stuck. */
const stuckMs = 10 * 60_000;
const longestMs = 60 * 60_000;
/** Reports for one part before it is cut smaller. */
const mostReports = 2;

/** Puts the report off to its next look. */
export function awaitReport(state: StepState, nowMs: number, percent: number): Outcome {
  const seconds = pollSeconds[Math.min(state.part.polls, pollSeconds.length - 1)] ?? 30;
  // 100 % while it still runs is common, and reading it then fails.
  return { kind: "await_report", state, untilMs: nowMs + seconds * 1000, percent: Math.min(percent, readyPercent - 1) };
}

/** The next rung of the ladder as an outcome. */
export function makeSmaller(state: StepState, cause: Failure): Outcome {
  const rung = cutTooLarge(state.part);
  if (rung.kind === "campaigns") return { kind: "split_by_campaigns", state };
  if (rung.kind === "end") return failTooLarge(state, cause);
  const [first] = rung.parts;
  const isCut = rung.parts.length > 1 && first?.since != null && first.until !== null;
  // A report that failed for another reason says nothing about how many days go.
  const maxDays =
    isCut && cause.kind === "too_much_data" ? countDays({ since: first.since ?? "", until: first.until ?? "" }) : null;
  return { kind: "split", state, parts: rung.parts, maxDays };
}

/** The state once Meta has taken the order and the report's id is stored. */
export function withReport(state: StepState, reportId: string, nowMs: number): StepState {
  const at = new Date(nowMs).toISOString();
  const { part } = state;
  const reportStarts = part.reportStarts + 1;
  const started = { reportId, reportStarts, polls: 0, reportPercent: 0, reportStartedAt: at, reportMovedAt: at };
  return { ...state, part: { ...part, ...started } };
}

/** A report that came to nothing: one more, then smaller ones, then the end. */
export function giveUpReport(state: StepState, cause: Failure): Outcome {
  if (state.part.reportStarts < mostReports) {
    const anew = { ...state.part, reportId: null, reportPercent: 0, cursor: null, pages: 0, transientTries: 0 };
    return { kind: "drop_report", state: beginPart(anew) };
  }
  const rung = cutTooLarge(state.part);
  if (rung.kind !== "end") return makeSmaller(state, cause);
  return failPart(state, failureOf("report_failed", `${nameOf(state.part)}: ${cause.sentence}`, cause));
}

function isStuck(state: StepState, percent: number, nowMs: number): boolean {
  const { reportStartedAt, reportMovedAt, reportPercent } = state.part;
  const movedMs = reportMovedAt === null || percent > reportPercent ? nowMs : Date.parse(reportMovedAt);
  const startedMs = reportStartedAt === null ? nowMs : Date.parse(reportStartedAt);
  return nowMs - movedMs >= stuckMs || nowMs - startedMs >= longestMs;
}

export function onPolled(state: StepState, event: Extract<StepEvent, { kind: "polled" }>, nowMs: number): Outcome {
  const { status, percent } = event;
  // Its pages are read by the next claim, whose answer tells of a block that was committed during the look.
  if (status === "completed") return { kind: "await_report", state, untilMs: nowMs, percent: readyPercent };
  const place = nameOf(state.part);
  if (status === "skipped") {
    return giveUpReport(
      state,
      failureOf("report_failed", `Meta let the report of ${place} expire before it was made.`),
    );
  }
  if (isStuck(state, percent, nowMs)) {
    return giveUpReport(state, failureOf("report_failed", `Meta's report of ${place} stands still at ${percent} %.`));
  }
  return awaitReport(state, nowMs, percent);
}
