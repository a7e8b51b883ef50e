/** Parts and events as the tests of the pure engine need them, and a way to let events happen one after the other. */
import { expect } from "vitest";
import { addDays, countDays } from "#src/sync/day.ts";
import { failureOf } from "#src/sync/failure.ts";
import {
  beginPart,
  type Budget,
  type Failed,
  type Outcome,
  type RetryAdvice,
  type StepEvent,
  type StepState,
} from "#src/sync/outcome.ts";
import type { Part, PlannedPart } from "#src/sync/part.ts";
import { factsAtStart, type Learned, type PlanFacts } from "#src/sync/plan.ts";
import { syncRequestSchema, type SyncRequest } from "#src/sync/request.ts";
import { step } from "#src/sync/step.ts";

/** 28 days, and the 28 before them. */
export const window = { since: "2026-10-26", until: "2026-11-22" };
const before = { since: "2026-09-28", until: "2026-10-25" };

export function factsOf(more: Partial<PlanFacts> = {}, request: Partial<SyncRequest> = {}): PlanFacts {
  const order = syncRequestSchema.parse({ accountId: "1", timeframe: "28d", ...request });
  const entityCounts = { campaigns: 12, ad_sets: 60, ads: 1000 };
  return { ...factsAtStart(order), window, previousWindow: before, entityCounts, ...more };
}

/** So many ads and nothing else. */
export const adsOf = (ads: number): Partial<PlanFacts> => ({ entityCounts: { campaigns: 1, ad_sets: 1, ads } });

export function learnedOf(more: Partial<Learned>): Learned {
  return { stream: "insights", level: "ad", breakdown: "", pageSize: null, maxDays: null, ...more };
}

/** A part on one line: how it is read, stream, level, days, page size, calls, and what is special about it. */
export function show(part: PlannedPart): string {
  const days = part.since === null ? "-" : `${part.since}..${part.until ?? ""}`;
  const what = [
    part.mode,
    part.stream,
    part.level ?? "-",
    days,
    `${part.pageSize} a page`,
    `${part.expectedCalls} calls`,
  ];
  const breakdown = part.breakdown === "" ? [] : [`by ${part.breakdown}`];
  const filter = part.filter === null ? [] : [JSON.stringify(part.filter)];
  return [...what, ...breakdown, ...(part.fields === "lean" ? ["lean"] : []), ...filter].join(" ");
}

export function daysOf(part: PlannedPart): { since: string; until: string } {
  return { since: part.since ?? "", until: part.until ?? "" };
}

export function sumOfDays(parts: readonly PlannedPart[]): number {
  return parts.reduce((sum, part) => sum + countDays(daysOf(part)), 0);
}

/** The window that parts cover together; fails when one doesn't end right before the one in front of it. */
export function runsFrom(parts: readonly PlannedPart[]): { since: string; until: string } {
  const ends = parts.slice(1).map((older) => addDays(daysOf(older).until, 1));
  expect(ends).toEqual(parts.slice(0, -1).map((newer) => newer.since));
  return { since: parts.at(-1)?.since ?? "", until: parts[0]?.until ?? "" };
}

/** Insights of two days by GET, just claimed for the first time, if not said otherwise. */
export function partOf(more: Partial<Part> = {}): Part {
  return {
    stream: "insights",
    level: "ad",
    since: "2026-11-21",
    until: "2026-11-22",
    breakdown: "",
    mode: "get",
    filter: null,
    fields: "all",
    pageSize: 500,
    expectedCalls: 4,
    part: 3,
    phase: 3,
    state: "leased",
    cursor: null,
    pages: 0,
    mostPages: 0,
    rowsRead: 0,
    rowsWritten: 0,
    claims: 1,
    transientTries: 0,
    reportId: null,
    reportStarts: 0,
    polls: 0,
    reportPercent: 0,
    reportStartedAt: null,
    reportMovedAt: null,
    ...more,
  };
}

export const at = (ms: number): string => new Date(ms).toISOString();

/** A part whose report was started when the clock stood at 0; read from its beginning if not said otherwise. */
export function reportPart(more: Partial<Part> = {}): Part {
  const report = { reportId: "R1", reportStarts: 1, polls: 1, reportStartedAt: at(0), reportMovedAt: at(0) };
  return partOf({ mode: "report", since: "2026-11-09", expectedCalls: 30, ...report, ...more });
}

/** A part whose report Meta has called completed: its pages can be read. */
export const readyPart = (more: Partial<Part> = {}): Part => reportPart({ reportPercent: 100, ...more });

/** The plan of a part, as a split gives it. */
export function planOf(part: Part): PlannedPart {
  const { stream, level, since, until, breakdown, mode, filter, fields, pageSize, expectedCalls } = part;
  return { stream, level, since, until, breakdown, mode, filter, fields, pageSize, expectedCalls };
}

export const budget: Budget = { softEndMs: 50_000, hardEndMs: 80_000 };
/** A day long: for what has nothing to do with the end of a slice. */
export const longBudget: Budget = { softEndMs: 86_400_000, hardEndMs: 86_430_000 };
export const claimed: StepEvent = { kind: "claimed" };
export const ok: StepEvent = { kind: "saved", cancelled: false, blockedUntil: null, leaseLost: false };
export const meta = failureOf("unavailable", "Meta had an error of its own.", { code: 2, traceId: "T1" });
export const tooMuch = failureOf("too_much_data", "Meta can't answer this much data at once.", { code: 1 });

export function fetched(nextCursor: string | null, rowCount = 500): StepEvent {
  return { kind: "fetched", nextCursor, rowCount, mayAskAhead: true };
}

export function saved(more: Partial<Extract<StepEvent, { kind: "saved" }>>): StepEvent {
  return { kind: "saved", cancelled: false, blockedUntil: null, leaseLost: false, ...more };
}

export function failed(retry: RetryAdvice, more: Partial<Failed> = {}): StepEvent {
  return { kind: "failed", retry, failure: retry.startsWith("smaller") ? tooMuch : meta, jitter: 1, ...more };
}

export function polled(status: "running" | "completed" | "skipped", percent = 0): StepEvent {
  return { kind: "polled", status, percent };
}

/** Lets events happen one after the other at their times; gives the last outcome. */
export function play(part: Part, events: readonly [StepEvent, number][], given: Budget = budget): Outcome {
  let state: StepState = beginPart(part);
  let outcome: Outcome | null = null;
  for (const [event, nowMs] of events) {
    outcome = step(state, event, nowMs, given);
    state = outcome.state;
  }
  if (outcome === null) throw new Error("no event was given");
  return outcome;
}

/** An outcome without its state: what the shell is told to do. */
export function told(outcome: Outcome): object {
  const { state, ...rest } = outcome;
  expect(state.part.part).toBe(3);
  return rest;
}

/** The part as the database hands it out next, after its turn ended with this outcome. */
export function claimAgain(outcome: Outcome, more: Partial<Part> = {}): Part {
  const { state } = outcome;
  const { pages, cursor, rows } = state;
  const percent = outcome.kind === "await_report" ? outcome.percent : 0;
  const part = { ...state.part, reportPercent: Math.max(state.part.reportPercent, percent) };
  const kept = part.reportId === null ? { pages: 0, cursor: null, rowsRead: 0 } : { pages, cursor, rowsRead: rows };
  return { ...part, ...kept, mostPages: Math.max(part.mostPages, pages), transientTries: state.tries, ...more };
}
