/** What a job will take, from its own plan and a few counts: parts, calls and time. Pure. */
import { breakdownNames, findBreakdowns } from "./breakdowns.ts";
import { addDays, countDays, type Day } from "./day.ts";
import type { Window } from "./job.ts";
import type { PlannedPart } from "./part.ts";
import { countPages, planPhase, type Phase, type PlanFacts } from "./plan.ts";
import { percentOfHour, waitSeconds, type Quotas, type Tier } from "./quota.ts";
import type { SyncRequest } from "./request.ts";
import { streams, type StreamName } from "./streams.ts";

/** What was counted at Meta. A figure that is missing or null could not be counted: then the plan's own guess holds. */
export interface Counted {
  /** Rows that each entity list will bring. */
  listed: Partial<Record<StreamName, number>>;
  /** Objects of the asked level with figures on a day; the days between two samples lie on the line between them. */
  delivering: readonly { day: Day; objects: number }[];
  /** Rows that one object has on one day by the asked breakdown. */
  rowsPerObject: number | null;
  /** Daily rows of deleted objects in the window. */
  deletedRows: number | null;
}

export interface StreamEstimate {
  stream: StreamName;
  parts: number;
  /** Of these, made by Meta in its own time. */
  reports: number;
  /** Without looks at reports in the making, and without retries. */
  calls: number;
}

export interface Estimate {
  /** In the order in which they are read. */
  streams: StreamEstimate[];
  parts: number;
  reports: number;
  calls: number;
  insightsCalls: number;
  managementCalls: number;
  /** Calls that follow one another when nothing but the plan limits how many run side by side. */
  callsInARow: number;
}

/** How long it takes, in seconds; `waiting` is the share that Meta's limits force, and is in both. */
export interface Duration {
  least: number;
  most: number;
  waiting: number;
}

/** A dry run as people read it. */
export interface DryRun {
  request: SyncRequest;
  accountName: string | null;
  timezone: string;
  window: Window;
  /** What would be clamped, full sentences. */
  notes: string[];
  estimate: Estimate;
  tier: Tier;
  /** Of an hour's calls. */
  budgetPercent: number;
  /** Of Meta's quota in use now, this dry run included. */
  usedPercent: number;
  duration: Duration;
}

/** Phase 5 reads only what the proof finds to differ. */
const phases: readonly Phase[] = [1, 2, 3, 4];

/**
 * The entities that will be stored when insights are planned. Where a whole edge is listed, stored ones that Meta no
 * longer lists may come on top of what it counts.
 */
export function countsForPlan(
  stored: PlanFacts["entityCounts"],
  listed: Counted["listed"],
  listedUntil: PlanFacts["listedUntil"],
): PlanFacts["entityCounts"] {
  const count = (stream: "campaigns" | "ad_sets" | "ads") =>
    listedUntil[stream] === undefined ? Math.max(stored[stream], listed[stream] ?? 0) : stored[stream];
  return { campaigns: count("campaigns"), ad_sets: count("ad_sets"), ads: count("ads") };
}

/** Says so when a list couldn't be counted; empty otherwise. `parts` are those of the entities' phase. */
export function uncountedNotes(parts: readonly PlannedPart[], listed: Counted["listed"]): string[] {
  const missing = parts.filter(({ stream }) => streams[stream].kind === "edge" && listed[stream] === undefined);
  if (missing.length === 0) return [];
  const labels = missing.map(({ stream }) => streams[stream].label.toLowerCase()).join(", ");
  return [`Meta didn't say how many there are of ${labels}: a sync may take more than this.`];
}

/** On the line between the samples, and level beyond them. */
function deliveringOn(day: Day, samples: Counted["delivering"]): number {
  const sorted = samples.toSorted((one, other) => one.day.localeCompare(other.day));
  const after = sorted.find((sample) => sample.day >= day);
  const before = sorted.findLast((sample) => sample.day <= day);
  if (after === undefined || before === undefined) return (after ?? before)?.objects ?? 0;
  const span = countDays({ since: before.day, until: after.day }) - 1;
  if (span === 0) return after.objects;
  const share = (countDays({ since: before.day, until: day }) - 1) / span;
  return before.objects + share * (after.objects - before.objects);
}

/** Rows of an insights part; null when nothing was counted that tells. */
function insightRows(part: PlannedPart, facts: PlanFacts, counted: Counted): number | null {
  if (part.since === null || part.until === null) return null;
  const window = { since: part.since, until: part.until };
  const days = streams[part.stream].timeIncrement === "1" ? countDays(window) : 1;
  const known = breakdownNames(part.breakdown).length === 0 ? 1 : (findBreakdowns(part.breakdown)?.rowsPerObject ?? 1);
  if (part.level === "account") return days * known;
  if (part.filter !== null && "deleted" in part.filter) {
    const { deletedRows } = counted;
    return deletedRows === null || facts.window === null ? null : (deletedRows * days) / countDays(facts.window);
  }
  if (streams[part.stream].timeIncrement === "all_days") return facts.entityCounts.campaigns * known;
  if (counted.delivering.length === 0) return null;
  const objects = Array.from({ length: days }, (_, index) =>
    deliveringOn(addDays(window.since, index), counted.delivering),
  );
  const perObject = part.breakdown === "" ? 1 : (counted.rowsPerObject ?? known);
  return objects.reduce((sum, count) => sum + count, 0) * perObject;
}

function callsOf(part: PlannedPart, facts: PlanFacts, counted: Counted): number {
  const { kind } = streams[part.stream];
  const rows = kind === "insights" ? insightRows(part, facts, counted) : (counted.listed[part.stream] ?? null);
  const starts = part.mode === "report" ? 1 : 0;
  // The plan counts one look at each report.
  if (rows === null) return part.expectedCalls - starts;
  return countPages(part.stream, Math.round(rows), part.pageSize) + starts;
}

function sumBy<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

/** Reports that Meta makes side by side for one job. */
const reportsAtOnce = 4;

/** The longest chain of calls of a phase: each part is read page by page, `atOnce` of them side by side. */
function chainOf(parts: readonly { part: PlannedPart; calls: number }[], atOnce: number): number {
  const chain = (some: typeof parts, lanes: number) =>
    Math.max(sumBy(some, ({ calls }) => calls) / lanes, ...some.map(({ calls }) => calls), 0);
  const isReport = ({ part }: { part: PlannedPart }) => part.mode === "report";
  return Math.max(chain(parts, atOnce), chain(parts.filter(isReport), Math.min(atOnce, reportsAtOnce)));
}

/**
 * The job's own plan with counted rows: its parts as long as none has to be split. `partsAtOnce`: parts that all lanes
 * of a job work side by side. Throws PlanWithoutWindowError when the facts have no window.
 */
export function estimateJob(facts: PlanFacts, counted: Counted, partsAtOnce: number): Estimate {
  const byPhase = phases.map((phase) =>
    planPhase(phase, facts).map((part) => ({ part, calls: callsOf(part, facts, counted) })),
  );
  const all = byPhase.flat();
  const names = [...new Set(all.map(({ part }) => part.stream))];
  const isInsights = ({ part }: { part: PlannedPart }) => streams[part.stream].kind === "insights";
  const isReport = ({ part }: { part: PlannedPart }) => part.mode === "report";
  const calls = sumBy(all, (one) => one.calls);
  const insightsCalls = sumBy(all.filter(isInsights), (one) => one.calls);
  return {
    streams: names.map((stream) => {
      const own = all.filter(({ part }) => part.stream === stream);
      return {
        stream,
        parts: own.length,
        reports: own.filter(isReport).length,
        calls: sumBy(own, (one) => one.calls),
      };
    }),
    parts: all.length,
    reports: all.filter(isReport).length,
    calls,
    insightsCalls,
    managementCalls: calls - insightsCalls,
    callsInARow: Math.ceil(sumBy(byPhase, (parts) => chainOf(parts, partsAtOnce))),
  };
}

/** Looks at a report before it is ready, for what it costs of a quota. */
const looksPerReport = 2;
/** How long Meta makes a report of the planned size: some seconds, a minute when it has much to do. */
const reportSeconds = { least: 5, most: 60 };
/** A whole page takes up to so many times as long as a count. */
const slowPageFactor = 4;
const shortestCallSeconds = 0.1;

/** Share of the hour and time; `callSeconds` is the mean of calls that only counted. */
export function weighEstimate(
  estimate: Estimate,
  quotas: Quotas,
  seen: { callSeconds: number; usedPercent: number },
): Pick<DryRun, "budgetPercent" | "duration"> {
  const looks = estimate.reports * looksPerReport;
  const load = { insightsCalls: estimate.insightsCalls + looks, managementCalls: estimate.managementCalls };
  const waiting = waitSeconds(load, quotas, seen.usedPercent);
  const work = estimate.callsInARow * Math.max(shortestCallSeconds, seen.callSeconds);
  const rounds = Math.ceil(estimate.reports / reportsAtOnce);
  return {
    budgetPercent: percentOfHour(load, quotas),
    duration: {
      least: work + rounds * reportSeconds.least + waiting,
      most: work * slowPageFactor + rounds * reportSeconds.most + waiting,
      waiting,
    },
  };
}
