/** The planner: which parts a phase has. Calls are what Meta counts, so parts are few and their pages large. */
import { breakdownKey, findBreakdowns } from "./breakdowns.ts";
import { addDays, countDays } from "./day.ts";
import type { Window } from "./job.ts";
import type { PartFilter, PlannedPart } from "./part.ts";
import type { Level, SyncRequest } from "./request.ts";
import { streams, type StreamName } from "./streams.ts";

export type Phase = 1 | 2 | 3 | 4 | 5;

/** What an account has taught us about one stream, level and breakdown. */
export interface Learned {
  stream: StreamName;
  level: Level | null;
  breakdown: string;
  /** Rows a page that Meta could answer; null if never lowered. */
  pageSize: number | null;
  /** Days a part that Meta could answer; null if never cut. */
  maxDays: number | null;
}

/** What the database knows when a phase is planned. */
export interface PlanFacts {
  request: SyncRequest;
  /** Null until phase 1 has told the account's zone. */
  window: Window | null;
  /** Null when Meta no longer keeps all of it. */
  previousWindow: Window | null;
  /** Entities that are stored for the account; 0 if unknown. */
  entityCounts: { campaigns: number; ad_sets: number; ads: number };
  learned: readonly Learned[];
  /** By stream, ISO 8601: what changed after it hasn't been listed; missing means list all. */
  listedUntil: Partial<Record<StreamName, string>>;
  /** Days on which the account's own figures aren't those of the level below; for phase 5. */
  differingDays: readonly string[];
  /** Breakdowns of de-duplicated figures are kept from here on: 13 months. */
  uniqueSince: string | null;
}

/** Before anything is known but the order. */
export function factsAtStart(request: SyncRequest): PlanFacts {
  return {
    request,
    window: null,
    previousWindow: null,
    entityCounts: { campaigns: 0, ad_sets: 0, ads: 0 },
    learned: [],
    listedUntil: {},
    differingDays: [],
    uniqueSince: null,
  };
}

/** A GET part's cursor is worth nothing in the next slice, so a part is planned to end within one. */
const maxPagesPerGet = 5;
/** Above this many rows Meta makes reports in its own time: "try sync calls first". */
const mostRowsByGet = 5000;
/** A report this large is made in seconds and read in one slice; a longer one risks Meta's own limits. */
const rowsPerReport = 30_000;
const maxDaysPerReport = 90;
export const minPageSize = 25;
/** Pages grow to this when Meta answers the first one. */
export const maxPageSize = 1000;
/** Windows of days to read again; more are read as one. */
const mostRereadWindows = 6;

/** Thrown when a phase after the first is planned before the window is known. */
export class PlanWithoutWindowError extends Error {
  override name = "PlanWithoutWindowError";

  constructor(phase: Phase) {
    super(
      `Phase ${phase} has no window: it is resolved from the timeframe when phase 1 has stored the account's zone.`,
    );
  }
}

interface Order {
  stream: StreamName;
  window: Window | null;
  /** Expected in it. */
  rows: number;
  mode?: PlannedPart["mode"];
  breakdown?: string;
  filter?: PartFilter | null;
  fields?: PlannedPart["fields"];
}

function levelOf(stream: StreamName, facts: PlanFacts): Level | null {
  const row = streams[stream];
  return row.level ?? (row.kind === "insights" ? facts.request.level : null);
}

function learnedOf(facts: PlanFacts, stream: StreamName, breakdown: string): Learned | undefined {
  const level = levelOf(stream, facts);
  return facts.learned.find((row) => row.stream === stream && row.level === level && row.breakdown === breakdown);
}

/** The pages of a list: the first is small enough for anyone, later ones of insights grow. */
export function countPages(stream: StreamName, rows: number, pageSize: number): number {
  const grows = streams[stream].kind === "insights" && pageSize === streams[stream].pageSize;
  if (rows <= pageSize) return 1;
  return grows ? 1 + Math.ceil((rows - pageSize) / maxPageSize) : Math.ceil(rows / pageSize);
}

function makePart(facts: PlanFacts, order: Order): PlannedPart {
  const { stream, window, rows, mode = "get", breakdown = "", filter = null, fields = "all" } = order;
  const pageSize = learnedOf(facts, stream, breakdown)?.pageSize ?? streams[stream].pageSize;
  return {
    stream,
    level: levelOf(stream, facts),
    since: window?.since ?? null,
    until: window?.until ?? null,
    breakdown,
    mode,
    filter,
    fields,
    pageSize,
    // A report costs its start and at least one look besides its pages.
    expectedCalls: countPages(stream, rows, pageSize) + (mode === "report" ? 2 : 0),
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
  return Math.max(1, byLevel[level]);
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

/** Daily rows of one stream: small ones by GET, large ones as reports side by side. */
function planDaily(facts: PlanFacts, order: Omit<Order, "rows" | "mode"> & { rowsPerDay: number }): PlannedPart[] {
  const { rowsPerDay, ...rest } = order;
  const window = order.window;
  if (window === null) return [];
  const learned = learnedOf(facts, order.stream, order.breakdown ?? "");
  const days = countDays(window);
  const isSmall = days * rowsPerDay <= mostRowsByGet;
  const pageSize = learned?.pageSize ?? streams[order.stream].pageSize;
  const fitting = isSmall
    ? Math.floor((maxPagesPerGet * pageSize) / rowsPerDay)
    : Math.min(maxDaysPerReport, Math.ceil(days / 2), Math.floor(rowsPerReport / rowsPerDay));
  const maxDays = Math.min(fitting, learned?.maxDays ?? fitting);
  return cutWindow(window, maxDays).map((piece) =>
    makePart(facts, { ...rest, window: piece, rows: countDays(piece) * rowsPerDay, mode: isSmall ? "get" : "report" }),
  );
}

/** The whole order at the asked level, and the account's own days: its reach can't be summed from below. */
function planBreakdowns(facts: PlanFacts, window: Window, rowsPerDay: number): PlannedPart[] {
  const breakdown = breakdownKey(facts.request.breakdowns);
  if (breakdown === "") return [];
  const perObject = findBreakdowns(breakdown)?.rowsPerObject ?? 1;
  const { uniqueSince } = facts;
  const cut = uniqueSince !== null && window.since < uniqueSince ? uniqueSince : window.since;
  const recent = cut > window.until ? null : { since: cut, until: window.until };
  const old =
    cut === window.since ? null : { since: window.since, until: recent === null ? window.until : addDays(cut, -1) };
  const plan = (stream: StreamName, rows: number, filter: PartFilter | null = null) => [
    ...planDaily(facts, { stream, breakdown, filter, rowsPerDay: rows, window: recent }),
    ...planDaily(facts, { stream, breakdown, filter, rowsPerDay: rows, window: old, fields: "lean" }),
  ];
  const below = plan("breakdowns", rowsPerDay * perObject);
  if (facts.request.level === "account") return below;
  return [...plan("breakdown_totals", perObject), ...below, ...plan("deleted", 1, { deleted: true })];
}

function planInsights(facts: PlanFacts, window: Window): PlannedPart[] {
  const { level } = facts.request;
  const rowsPerDay = expectedRowsPerDay(level, facts);
  const parts = [
    ...planDaily(facts, { stream: "insights", window, rowsPerDay }),
    ...planBreakdowns(facts, window, rowsPerDay),
  ];
  if (level === "account") return parts;
  return [...parts, makePart(facts, { stream: "deleted", window, rows: 1, filter: { deleted: true } })];
}

function planTotalsAndEntities(facts: PlanFacts, window: Window): PlannedPart[] {
  // One run over both windows: the comparison costs no call of its own.
  const both = { since: facts.previousWindow?.since ?? window.since, until: window.until };
  const list = (stream: StreamName): PlannedPart => {
    const updatedAfter = facts.listedUntil[stream];
    return makePart(facts, {
      stream,
      window: null,
      rows: 1,
      filter: updatedAfter === undefined ? null : { updatedAfter },
    });
  };
  return [
    makePart(facts, { stream: "totals", window: both, rows: countDays(both) }),
    makePart(facts, { stream: "reach", window, rows: 1 }),
    makePart(facts, { stream: "campaign_totals", window, rows: 1 }),
    list("campaigns"),
    list("ad_sets"),
    list("ads"),
    list("creatives"),
  ];
}

/** Days as windows, newest first; many scattered ones as the one window around them. */
function joinDays(days: readonly string[]): Window[] {
  const windows: Window[] = [];
  for (const day of days.toSorted().toReversed()) {
    const last = windows.at(-1);
    if (last !== undefined && addDays(day, 1) === last.since) last.since = day;
    else windows.push({ since: day, until: day });
  }
  const [newest, oldest] = [windows[0], windows.at(-1)];
  if (windows.length <= mostRereadWindows || newest === undefined || oldest === undefined) return windows;
  return [{ since: oldest.since, until: newest.until }];
}

function planReread(facts: PlanFacts): PlannedPart[] {
  const rowsPerDay = expectedRowsPerDay(facts.request.level, facts);
  return joinDays(facts.differingDays).flatMap((window) => [
    makePart(facts, { stream: "proof", window, rows: countDays(window) }),
    ...planDaily(facts, { stream: "insights", window, rowsPerDay }),
    makePart(facts, { stream: "deleted", window, rows: 1, filter: { deleted: true } }),
  ]);
}

/**
 * The parts of a phase, in the order in which they are worth reading.
 * @throws PlanWithoutWindowError for phases 2 to 5 without a window.
 */
export function planPhase(phase: Phase, facts: PlanFacts): PlannedPart[] {
  if (phase === 1) return [makePart(facts, { stream: "account", window: null, rows: 1 })];
  const { window } = facts;
  if (window === null) throw new PlanWithoutWindowError(phase);
  switch (phase) {
    case 2:
      return planTotalsAndEntities(facts, window);
    case 3:
      return planInsights(facts, window);
    case 4:
      return [makePart(facts, { stream: "proof", window, rows: countDays(window) })];
    case 5:
      return planReread(facts);
    default:
      return phase satisfies never;
  }
}
