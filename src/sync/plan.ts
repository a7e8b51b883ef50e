/** The planner: which parts a phase has, and what a part that took too long is replaced by. */
import { addDays, countDays } from "./day.ts";
import type { Window } from "./job.ts";
import type { Part, PlannedPart } from "./part.ts";
import type { Level, SyncRequest } from "./request.ts";
import { streams, type StreamName } from "./streams.ts";

export type Phase = 1 | 2 | 3 | 4;

/** What the database knows when a phase is planned. */
export interface PlanFacts {
  request: SyncRequest;
  /** Null until phase 1 has told the account's zone. */
  window: Window | null;
  /** Null when Meta no longer keeps all of it. */
  previousWindow: Window | null;
  /** Rows read in phase 2; 0 if unknown. */
  entityCounts: { campaigns: number; ad_sets: number; ads: number };
  /** Entities of the asked level that delivered in the window, for example rows of campaign_totals; null if unknown. */
  deliveringRows: number | null;
  /** Page sizes that this account has taught us, in place of the catalogue's. */
  pageSizes: Partial<Record<StreamName, number>>;
}

/** A GET part's cursor is worth nothing in the next slice, so a part is planned to end within one. */
const maxPagesPerPart = 5;
const minPageSize = 25;

/** Thrown when a phase after the first is planned before the window is known. */
export class PlanWithoutWindowError extends Error {
  override name = "PlanWithoutWindowError";

  constructor(phase: Phase) {
    super(
      `Phase ${phase} has no window: it is resolved from the timeframe when phase 1 has stored the account's zone.`,
    );
  }
}

function pageSizeOf(stream: StreamName, facts: PlanFacts): number {
  return facts.pageSizes[stream] ?? streams[stream].pageSize;
}

/** A part of one stream; `rows` are those expected in it. */
function makePart(stream: StreamName, facts: PlanFacts, window: Window | null, rows: number): PlannedPart {
  const pageSize = pageSizeOf(stream, facts);
  const row = streams[stream];
  return {
    stream,
    level: row.level ?? (row.kind === "insights" ? facts.request.level : null),
    since: window?.since ?? null,
    until: window?.until ?? null,
    pageSize,
    expectedCalls: Math.max(1, Math.ceil(rows / pageSize)),
  };
}

/** A parent lists at most as many rows a day as there are children, so the largest count known is the safe one. */
function expectedRowsPerDay(level: Level, facts: PlanFacts): number {
  const { campaigns, ad_sets: adSets, ads } = facts.entityCounts;
  const byLevel: Record<Level, number> = {
    account: 1,
    campaign: campaigns,
    adset: Math.max(adSets, campaigns),
    ad: Math.max(ads, adSets, campaigns),
  };
  const delivering = level === "account" ? null : facts.deliveringRows;
  return Math.max(1, delivering ?? byLevel[level]);
}

/** Cuts a window into as few pieces of at most `maxDays` as go, of nearly equal length, newest first. */
export function cutWindow(window: Window, maxDays: number): Window[] {
  const days = countDays(window);
  const count = Math.ceil(days / Math.max(1, maxDays));
  const bounds = Array.from({ length: count + 1 }, (_, index) => Math.floor((days * index) / count));
  const pieces = bounds.slice(1).map((end, index) => ({
    since: addDays(window.since, bounds[index] ?? 0),
    until: addDays(window.since, end - 1),
  }));
  return pieces.toReversed();
}

function planInsights(facts: PlanFacts, window: Window): PlannedPart[] {
  const { level } = facts.request;
  const rowsPerDay = expectedRowsPerDay(level, facts);
  const daysPerPart = Math.floor((maxPagesPerPart * pageSizeOf("insights", facts)) / rowsPerDay);
  const windows = level === "account" ? [window] : cutWindow(window, daysPerPart);
  return windows.map((piece) => makePart("insights", facts, piece, countDays(piece) * rowsPerDay));
}

function planTotalsAndEntities(facts: PlanFacts, window: Window): PlannedPart[] {
  // One run over both windows: the comparison costs no call of its own.
  const both = { since: facts.previousWindow?.since ?? window.since, until: window.until };
  return [
    makePart("totals", facts, both, countDays(both)),
    makePart("reach", facts, window, 1),
    makePart("campaign_totals", facts, window, 1),
    makePart("campaigns", facts, null, 1),
    makePart("ad_sets", facts, null, 1),
    makePart("ads", facts, null, 1),
    makePart("creatives", facts, null, 1),
  ];
}

/**
 * The parts of a phase, in the order in which they are worth reading.
 * @throws PlanWithoutWindowError for phases 2 to 4 without a window.
 */
export function planPhase(phase: Phase, facts: PlanFacts): PlannedPart[] {
  if (phase === 1) return [makePart("account", facts, null, 1)];
  const { window } = facts;
  if (window === null) throw new PlanWithoutWindowError(phase);
  switch (phase) {
    case 2:
      return planTotalsAndEntities(facts, window);
    case 3:
      return planInsights(facts, window);
    case 4:
      return [makePart("proof", facts, window, countDays(window))];
    default:
      return phase satisfies never;
  }
}

/**
 * What replaces a part that the hard limit cut off: two halves of its days, newest first; what has no days to halve
 * (one day, one row per window, entities) is read again in pages of half the size. Empty when nothing is left to halve.
 */
export function halvePart(part: Part): PlannedPart[] {
  const { stream, level, since, until, pageSize } = part;
  // What was read until the limit says more than what was expected.
  const calls = Math.max(part.expectedCalls, part.pages);
  const window = since !== null && until !== null ? { since, until } : null;
  if (window !== null && streams[stream].timeIncrement === "1" && countDays(window) > 1) {
    const expectedCalls = Math.ceil(calls / 2);
    const halves = cutWindow(window, Math.ceil(countDays(window) / 2));
    return halves.map((half) => ({ stream, level, ...half, pageSize, expectedCalls }));
  }
  if (pageSize <= minPageSize) return [];
  const smaller = Math.max(minPageSize, Math.floor(pageSize / 2));
  return [{ stream, level, since, until, pageSize: smaller, expectedCalls: Math.ceil((calls * pageSize) / smaller) }];
}
