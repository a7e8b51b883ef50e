/**
 * The worker's brain: what to do next with one part, from what has just happened. The shell in verbs/jobs/work-part
 * does what the outcome says and comes back with the next event:
 *
 *   claimed ─ fetch ─ fetched ─ save ─ saved ─ fetch … ─ finish              a part read by GET
 *   claimed ─ start_report ─ report_started ─ await_report … claimed ─ poll ─ polled ─ fetch …      a report
 *                └ failed, hard_limit, held_back ─ snooze | fetch | split | drop_report | fail
 *
 * A GET's cursor is good in this slice only, so its claim begins at the first page; a report's is good while it lives.
 */
import { failureOf } from "./failure.ts";
import {
  failPart,
  nameOf,
  StepOrderError,
  type Budget,
  type Outcome,
  type StepEvent,
  type StepState,
} from "./outcome.ts";
import { maxPageSize } from "./plan.ts";
import { onFailed } from "./step-failed.ts";
import { goOn, onHardLimit, readOn } from "./step-read.ts";
import { awaitReport, onPolled, withReport } from "./step-report.ts";
import { streams } from "./streams.ts";

/** Seconds beyond SLICE_SECONDS in which a part in hand is read to its end. */
export const hardLimitExtraSeconds = 30;

function onClaimed(state: StepState, nowMs: number, budget: Budget): Outcome {
  return nowMs >= budget.softEndMs ? { kind: "yield", state, reason: "budget" } : goOn(state, nowMs, budget);
}

/** Pages grow while Meta answers: calls are counted, not rows. A size that was learned isn't tried beyond. */
function grownSize(state: StepState): number {
  const { stream, pageSize } = state.part;
  const mayGrow = streams[stream].kind === "insights" && !state.shrunk && pageSize === streams[stream].pageSize;
  return mayGrow ? maxPageSize : state.pageSize;
}

function onFetched(
  before: StepState,
  { nextCursor, rowCount, mayAskAhead }: Extract<StepEvent, { kind: "fetched" }>,
  nowMs: number,
  budget: Budget,
): Outcome {
  const isLast = nextCursor === null;
  if (!isLast && nextCursor === before.cursor) {
    return failPart(
      before,
      failureOf("unavailable", `Meta gave the same page of ${nameOf(before.part)} twice, so its end can't be reached.`),
    );
  }
  const isReport = before.part.mode === "report";
  // Past the limit only a last page is worth its save: the rest of the part would be read again anyway.
  if (!isLast && !isReport && nowMs >= budget.hardEndMs) return onHardLimit(before);
  // Between two answers of SQL a part begins one call at most, so that a block which is committed meanwhile is heeded.
  const wasTold = mayAskAhead && before.pages > before.part.pages;
  const mayGoOn = wasTold && (budget.blockedUntilMs ?? 0) <= nowMs && (!isReport || nowMs < budget.softEndMs);
  const prefetch = !isLast && mayGoOn ? { cursor: nextCursor, pageSize: grownSize(before) } : null;
  const state = { ...before, inHand: { nextCursor, rowCount, isNextAsked: prefetch !== null } };
  return { kind: "save", state, nextCursor, page: before.pages, isLast, prefetch };
}

function onSaved(
  before: StepState,
  event: Extract<StepEvent, { kind: "saved" }>,
  nowMs: number,
  budget: Budget,
): Outcome {
  if (event.leaseLost) return { kind: "yield", state: before, reason: "lease_lost" };
  if (event.cancelled) return { kind: "yield", state: before, reason: "cancelled" };
  if (before.inHand === null) throw new StepOrderError(event.kind, before.part);
  const { nextCursor, rowCount, isNextAsked } = before.inHand;
  const pages = before.pages + 1;
  // Pages that an earlier claim had saved are no progress: a part that always breaks at one page must end.
  const tries = pages > before.part.mostPages ? 0 : before.tries;
  const rows = before.rows + rowCount;
  const state = { ...before, cursor: nextCursor, inHand: null, pages, rows, tries, pageSize: grownSize(before) };
  if (nextCursor === null) return { kind: "finish", state };
  const told = event.blockedUntil === null ? 0 : Date.parse(event.blockedUntil);
  const learned = state.shrunk && state.pageSize !== state.part.pageSize;
  const next = learned ? { ...state, part: { ...state.part, pageSize: state.pageSize } } : state;
  const blockedUntilMs = Math.max(told, budget.blockedUntilMs ?? 0);
  // A page that is under way already is taken: left behind, it would be asked for again in the next slice.
  const softEndMs = isNextAsked ? budget.hardEndMs : budget.softEndMs;
  return readOn(next, nowMs, { ...budget, softEndMs, blockedUntilMs }, learned);
}

/** A part whose turn is far off gives its lane back: nothing renews the lease while it waits. */
function onHeldBack(state: StepState, untilMs: number | null, nowMs: number, budget: Budget): Outcome {
  if (untilMs === null || untilMs <= nowMs) return goOn(state, nowMs, budget);
  return { kind: "snooze", state, untilMs, scope: "part", failure: null, isTry: false };
}

/**
 * What to do next with a part. Pure: `nowMs` and the budget are milliseconds since 1970, jitter comes in the event.
 * @throws StepOrderError when a save is answered that the state knows nothing of.
 */
export function step(state: StepState, event: StepEvent, nowMs: number, budget: Budget): Outcome {
  switch (event.kind) {
    case "claimed":
      return onClaimed(state, nowMs, budget);
    case "fetched":
      return onFetched(state, event, nowMs, budget);
    case "saved":
      return onSaved(state, event, nowMs, budget);
    case "report_started":
      return awaitReport(withReport(state, event.reportId, nowMs), nowMs, 0);
    case "polled":
      return onPolled(state, event, nowMs);
    case "failed":
      return onFailed(state, event, nowMs, budget);
    case "held_back":
      return onHeldBack(state, event.untilMs, nowMs, budget);
    case "hard_limit":
      return onHardLimit(state);
    default:
      return event satisfies never;
  }
}
