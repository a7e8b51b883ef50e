/**
 * The worker's brain: what to do next with one part, from what has just happened. The shell in verbs/jobs/work-slice
 * does what the outcome says and comes back with the next event:
 *
 *   claimed ─ fetch ─ fetched ─ save ─ saved ─ fetch … ─ finish
 *                └ failed, hard_limit ─ snooze | fetch | split | fail          saved ─ yield, snooze, split
 *
 * Every part is read by GET: its cursor is good in this slice only, so a claim begins at the part's first page.
 */
import { failureOf, type Failure } from "./failure.ts";
import type { Part, PlannedPart } from "./part.ts";
import { halvePart } from "./plan.ts";
import { streams } from "./streams.ts";

/** One part in a lane's hand. `beginPart` makes the first one, each outcome carries the next. */
export interface StepState {
  part: Part;
  /** The page being asked for: null is the first. */
  cursor: string | null;
  /** The page that is fetched and not yet saved. */
  inHand: { nextCursor: string | null; rowCount: number } | null;
  /** Pages and rows saved since the part's first page. */
  pages: number;
  rows: number;
  /** Failed tries since the part last came further than ever, earlier claims included. */
  tries: number;
  restarts: number;
}

/** Seconds beyond SLICE_SECONDS in which a part in hand is read to its end. */
export const hardLimitExtraSeconds = 30;

/** Instants in milliseconds since 1970. */
export interface Budget {
  /** No part is begun after it. */
  softEndMs: number;
  /** Until then a part in hand is read to its end. */
  hardEndMs: number;
  /** What the lane has been told by any SQL answer: no call begins before it. */
  blockedUntilMs?: number | null;
}

/** How work that failed may go on: `src/meta` reads it from Meta's error. */
export type RetryAdvice = "later" | "soon" | "restart" | "smaller" | "never";

export type StepEvent =
  | { kind: "claimed" }
  | { kind: "fetched"; nextCursor: string | null; rowCount: number }
  /** The answer of save_page; `blockedUntil` as ISO 8601. */
  | { kind: "saved"; cancelled: boolean; blockedUntil: string | null; leaseLost: boolean }
  | {
      kind: "failed";
      retry: RetryAdvice;
      failure: Failure;
      retryAfterSeconds?: number | null;
      /** Whom a throttle stops; the account if not said. */
      scope?: "account" | "app" | null;
      /** Random, 0 to 1: spreads the tries of parts that failed together. */
      jitter: number;
    }
  | { kind: "hard_limit" };

interface Next {
  /** The state to hand in with the next event. */
  state: StepState;
}

export type Outcome = Readonly<
  Next &
    (
      | { kind: "fetch"; cursor: string | null; pageSize: number }
      /** `isFirst`: the part's counters start again. `prefetch`: the page to ask for meanwhile; the next fetch is this one. */
      | {
          kind: "save";
          nextCursor: string | null;
          isFirst: boolean;
          isLast: boolean;
          prefetch: { cursor: string } | null;
        }
      /** For reports that Meta makes in its own time; nothing plans such parts yet. */
      | { kind: "poll"; reportId: string; untilMs: number }
      | { kind: "split"; parts: PlannedPart[] }
      /** Scope account or app: store the block. Scope part: only this part waits, nothing else is to be stored. */
      | { kind: "snooze"; untilMs: number; scope: "account" | "app" | "part"; failure: Failure | null }
      | { kind: "yield"; reason: "budget" | "cancelled" | "lease_lost" }
      | { kind: "finish" }
      /** The part fails, and the job with it if the part is required. */
      | { kind: "fail"; failure: Failure; isRequired: boolean }
    )
>;

const maxTries = 5;
const maxRestarts = 2;
const firstDelayMs = 2000;
const maxDelayMs = 60_000;
/** Meta blocks an ad account of its limited tier this long when its answer names no time. */
const defaultBlockSeconds = 300;

/** Thrown when an event can't follow the state it came with: a fault in the shell. */
export class StepOrderError extends Error {
  override name = "StepOrderError";

  constructor(event: StepEvent["kind"], part: Part) {
    super(
      `"${event}" came for part ${part.part} (${part.stream}) without a page in hand: hand in the state of the last outcome.`,
    );
  }
}

/** The state of a part that was just claimed. */
export function beginPart(part: Part): StepState {
  return { part, cursor: null, inHand: null, pages: 0, rows: 0, tries: part.transientTries, restarts: 0 };
}

/** The part in words: "Insights 2026-11-01..2026-11-28". */
function nameOf(part: Part): string {
  const { label } = streams[part.stream];
  if (part.since === null || part.until === null) return label;
  return part.since === part.until ? `${label} ${part.since}` : `${label} ${part.since}..${part.until}`;
}

function fail(state: StepState, failure: Failure): Outcome {
  return { kind: "fail", state, failure, isRequired: streams[state.part.stream].required };
}

function split(state: StepState): Outcome {
  const { part, pages, rows } = state;
  const parts = halvePart({ ...part, pages: Math.max(part.pages, pages) });
  if (parts.length > 0) return { kind: "split", state, parts };
  const read = `${pages} pages with ${rows} rows were read`;
  return fail(
    state,
    failureOf("too_much_data", `${nameOf(part)} did not end in one go and can't be made smaller: ${read}.`),
  );
}

/** Asks for the page at the state's cursor, if it still may. */
function readOn(state: StepState, nowMs: number, budget: Budget, blockedUntilMs: number): Outcome {
  if (blockedUntilMs > nowMs) return { kind: "snooze", state, untilMs: blockedUntilMs, scope: "part", failure: null };
  if (nowMs >= budget.hardEndMs) return split(state);
  return { kind: "fetch", state, cursor: state.cursor, pageSize: state.part.pageSize };
}

function onClaimed(state: StepState, nowMs: number, budget: Budget): Outcome {
  if (state.part.state === "polling") {
    return fail(
      state,
      failureOf("unsupported", `${nameOf(state.part)} waits for a report, and reports can't be polled yet.`),
    );
  }
  if (nowMs >= budget.softEndMs) return { kind: "yield", state, reason: "budget" };
  return readOn(state, nowMs, budget, budget.blockedUntilMs ?? 0);
}

function onFetched(
  before: StepState,
  nextCursor: string | null,
  rowCount: number,
  nowMs: number,
  budget: Budget,
): Outcome {
  const state = { ...before, inHand: { nextCursor, rowCount } };
  const isLast = nextCursor === null;
  if (!isLast && nextCursor === before.cursor) {
    return fail(
      state,
      failureOf("unavailable", `Meta gave the same page of ${nameOf(state.part)} twice, so its end can't be reached.`),
    );
  }
  // Past the limit only a last page is worth its save: the rest of the part would be read again anyway.
  if (!isLast && nowMs >= budget.hardEndMs) return split(state);
  const prefetch = !isLast && (budget.blockedUntilMs ?? 0) <= nowMs ? { cursor: nextCursor } : null;
  return { kind: "save", state, nextCursor, isFirst: before.cursor === null, isLast, prefetch };
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
  const { nextCursor, rowCount } = before.inHand;
  const pages = before.pages + 1;
  // Pages that an earlier claim had saved are no progress: a part that always breaks at one page must end.
  const tries = pages > before.part.mostPages ? 0 : before.tries;
  const state = { ...before, cursor: nextCursor, inHand: null, pages, rows: before.rows + rowCount, tries };
  if (nextCursor === null) return { kind: "finish", state };
  const told = event.blockedUntil === null ? 0 : Date.parse(event.blockedUntil);
  return readOn(state, nowMs, budget, Math.max(told, budget.blockedUntilMs ?? 0));
}

function snoozeForThrottle(state: StepState, event: Extract<StepEvent, { kind: "failed" }>, nowMs: number): Outcome {
  const seconds = event.retryAfterSeconds ?? defaultBlockSeconds;
  return {
    kind: "snooze",
    state,
    untilMs: nowMs + seconds * 1000,
    scope: event.scope ?? "account",
    failure: event.failure,
  };
}

/** Waits 2, 4, 8, 16 s, each between half and all of it, or as long as Meta says if that is longer. */
function snoozeAfterTry(before: StepState, event: Extract<StepEvent, { kind: "failed" }>, nowMs: number): Outcome {
  const state = { ...before, inHand: null, tries: before.tries + 1 };
  const { sentence, code, subcode, traceId } = event.failure;
  if (state.tries >= maxTries) {
    const told = `${nameOf(state.part)} failed ${state.tries} times in a row, at last so: ${sentence}`;
    return fail(state, failureOf("unavailable", told, { code, subcode, traceId }));
  }
  const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** before.tries) * (0.5 + 0.5 * event.jitter);
  const waitMs = Math.max(Math.round(delayMs), (event.retryAfterSeconds ?? 0) * 1000);
  return { kind: "snooze", state, untilMs: nowMs + waitMs, scope: "part", failure: event.failure };
}

function onFailed(
  state: StepState,
  event: Extract<StepEvent, { kind: "failed" }>,
  nowMs: number,
  budget: Budget,
): Outcome {
  const { retry, failure } = event;
  switch (retry) {
    case "later":
      return snoozeForThrottle(state, event, nowMs);
    case "soon":
      return snoozeAfterTry(state, event, nowMs);
    case "restart": {
      if (state.restarts >= maxRestarts) return fail(state, failure);
      const again = { ...state, cursor: null, inHand: null, pages: 0, rows: 0, restarts: state.restarts + 1 };
      return readOn(again, nowMs, budget, budget.blockedUntilMs ?? 0);
    }
    case "smaller": {
      const told = `Meta wants ${nameOf(state.part)} in smaller pieces, and cutting it at Meta's request can't be done yet.`;
      return fail(state, failureOf("too_much_data", told, failure));
    }
    case "never":
      return fail(state, failure);
    default:
      return retry satisfies never;
  }
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
      return onFetched(state, event.nextCursor, event.rowCount, nowMs, budget);
    case "saved":
      return onSaved(state, event, nowMs, budget);
    case "failed":
      return onFailed(state, event, nowMs, budget);
    case "hard_limit":
      return split(state);
    default:
      return event satisfies never;
  }
}
