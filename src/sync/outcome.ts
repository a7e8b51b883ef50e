/** What goes in and out of `step`: the state of a part in a lane's hand, what happened to it, what to do next. */
import { failureOf, type Failure } from "./failure.ts";
import type { Part, PlannedPart } from "./part.ts";
import { lastPhase, streams } from "./streams.ts";

/** One part in a lane's hand. `beginPart` makes the first one, each outcome carries the next. */
export interface StepState {
  part: Part;
  /** The page being asked for: null is the first. */
  cursor: string | null;
  /** The page that is fetched and not yet saved; `isNextAsked`: the one behind it is asked for meanwhile. */
  inHand: { nextCursor: string | null; rowCount: number; isNextAsked: boolean } | null;
  /** Rows asked for with the next page: grows while Meta answers, shrinks when it can't. */
  pageSize: number;
  /** Set once Meta refused a page for its size. */
  shrunk: boolean;
  /** Pages and rows saved since the part's first page. */
  pages: number;
  rows: number;
  /** Failed tries since the part last came further than ever, earlier claims included. */
  tries: number;
  restarts: number;
}

/** Instants in milliseconds since 1970. */
export interface Budget {
  /** No part, and no page of a report, is begun after it. */
  softEndMs: number;
  /** Until then a part in hand is read to its end. */
  hardEndMs: number;
  /** What the lane has been told by any SQL answer: no call begins before it. */
  blockedUntilMs?: number | null;
}

/** How work that failed may go on: `src/meta` reads it from Meta's error. */
export type RetryAdvice =
  | "later"
  | "soon"
  | "restart"
  | "smaller_page"
  | "smaller_part"
  | "not_ready"
  | "new_report"
  | "gone"
  | "never";

export type ReportStatus = "running" | "completed" | "failed" | "skipped";

export interface Failed {
  kind: "failed";
  retry: RetryAdvice;
  failure: Failure;
  retryAfterSeconds?: number | null;
  /** Whom a throttle stops; the account if not said. */
  scope?: "account" | "app" | null;
  /** Random, 0 to 1: spreads the tries of parts that failed together. */
  jitter: number;
}

export type StepEvent =
  | { kind: "claimed" }
  /** `mayAskAhead`: the lane has had an answer of SQL since this page was asked for. */
  | { kind: "fetched"; nextCursor: string | null; rowCount: number; mayAskAhead: boolean }
  /** The answer of save_page; `blockedUntil` as ISO 8601. */
  | { kind: "saved"; cancelled: boolean; blockedUntil: string | null; leaseLost: boolean }
  /** The report is started and its id is stored. */
  | { kind: "report_started"; reportId: string }
  /** Meta's word about the report; `failed` comes as a failure of its own. */
  | { kind: "polled"; status: Exclude<ReportStatus, "failed">; percent: number }
  /** The call was not begun: a block was committed while it waited for its turn, or its turn is far off (`untilMs`). */
  | { kind: "held_back"; untilMs: number | null }
  | Failed
  | { kind: "hard_limit" };

interface Next {
  /** The state to hand in with the next event. */
  state: StepState;
}

export type Outcome = Readonly<
  Next &
    /** `learned`: this page size is the most that Meta could answer; to be kept. */
    (
      | { kind: "fetch"; cursor: string | null; pageSize: number; learned: boolean }
      /** `page` counts from 0, with which the part's counters start again. `prefetch`: to be asked for meanwhile. */
      | {
          kind: "save";
          nextCursor: string | null;
          page: number;
          isLast: boolean;
          prefetch: { cursor: string; pageSize: number } | null;
        }
      /** Ask Meta to make the report; its id is stored before anything else. */
      | { kind: "start_report" }
      /** Ask Meta how far the report is. */
      | { kind: "poll" }
      /** The report isn't ready: look again at `untilMs`, in this slice or the next. */
      | { kind: "await_report"; untilMs: number; percent: number }
      /** This report is worth nothing any more: forget its id and begin anew. */
      | { kind: "drop_report" }
      /** `maxDays`: the longest window that this account's stream could do; to be kept. */
      | { kind: "split"; parts: PlannedPart[]; maxDays: number | null }
      /** The ids of the account's campaigns are needed for the cut. */
      | { kind: "split_by_campaigns" }
      /** Scope account or app: store the block. Scope part: only this part waits. `isTry`: counts among its tries. */
      | { kind: "snooze"; untilMs: number; scope: "account" | "app" | "part"; failure: Failure | null; isTry: boolean }
      | { kind: "yield"; reason: "budget" | "cancelled" | "lease_lost" }
      | { kind: "finish" }
      /** The part fails, and the job with it if the part is required. */
      | { kind: "fail"; failure: Failure; isRequired: boolean }
    )
>;

/** Thrown when an event can't follow the state it came with: a fault in the shell. */
export class StepOrderError extends Error {
  override name = "StepOrderError";

  constructor(event: StepEvent["kind"], part: Part) {
    super(
      `"${event}" came for part ${part.part} (${part.stream}) without a page in hand: hand in the state of the last outcome.`,
    );
  }
}

/** The state of a part that was just claimed. Only a report's cursor outlives the slice that got it. */
export function beginPart(part: Part): StepState {
  const goesOn = part.reportId !== null;
  return {
    part,
    cursor: goesOn ? part.cursor : null,
    inHand: null,
    pageSize: part.pageSize,
    shrunk: false,
    pages: goesOn ? part.pages : 0,
    rows: goesOn ? part.rowsRead : 0,
    tries: part.transientTries,
    restarts: 0,
  };
}

/** The part in words: "Insights 2026-11-01..2026-11-28". */
export function nameOf(part: Part): string {
  const { label } = streams[part.stream];
  if (part.since === null || part.until === null) return label;
  return part.since === part.until ? `${label} ${part.since}` : `${label} ${part.since}..${part.until}`;
}

/** The job fails with the part. A second reading is worth less than the first, which is stored. */
export function isRequired({ stream, phase }: Part): boolean {
  return streams[stream].required && phase < lastPhase;
}

export function failPart(state: StepState, failure: Failure): Outcome {
  return { kind: "fail", state, failure, isRequired: isRequired(state.part) };
}

/** For a part that no rung of the ladder makes smaller. */
export function failTooLarge(state: StepState, cause?: Failure): Outcome {
  const { part, pages, rows } = state;
  const told = cause === undefined ? `${pages} pages with ${rows} rows were read.` : cause.sentence;
  return failPart(
    state,
    failureOf("too_much_data", `${nameOf(part)} did not end in one go and can't be made smaller: ${told}`, cause ?? {}),
  );
}
