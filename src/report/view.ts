/** The one object that every renderer reads: messages in Slack, pages, the terminal. Names in it are unsafe text. */
import type { Failure } from "../sync/failure.ts";
import type { JobView } from "../sync/job.ts";
import type { Level, Origin } from "../sync/request.ts";
import { isFinal, type JobState } from "../sync/states.ts";
import { buildCampaignLines, type CampaignLine } from "./campaigns.ts";
import { type Comparison, comparePeriods, runningDayWords } from "./comparison.ts";
import { choosePurchaseType, type PurchaseType } from "./conversions.ts";
import { countDays, dayInZone, instantMs, windowWords } from "./dates.ts";
import type { Figures } from "./figures.ts";
import { buildKpis, type Kpi } from "./kpis.ts";
import { buildProgress, type Progress, secondsOf } from "./progress.ts";
import { type Proof, proveFigures } from "./proof.ts";

/** Someone who asked or cancelled: a person in Slack, or the name of an API key. */
export type Person = { kind: "slack"; userId: string } | { kind: "key"; name: string };

export interface FiguresView {
  currency: string;
  /** The one action type that all purchase figures use; null when there was no purchase. */
  purchaseType: PurchaseType | null;
  comparison: Comparison;
  kpis: Kpi[];
  campaigns: CampaignLine[];
  /** How many campaigns the account has figures for, of which `campaigns` are the first. */
  campaignCount: number;
  proof: Proof;
  /** Said when the window reaches the running day. */
  runningDay: string | null;
}

export interface ReportView {
  jobId: string;
  attempt: number;
  state: JobState;
  final: boolean;
  /** The figures are invented by the embedded Meta: every message says so. */
  sampleData: boolean;
  dryRun: boolean;
  /** `label` is the human name, or act_<id> before phase 1 has read it. */
  account: { label: string; actId: string };
  /** Null until phase 1 has read the account's zone. */
  window: { words: string; days: number } | null;
  /** As it was ordered: "7d". */
  timeframe: string;
  level: Level;
  zone: string | null;
  askedBy: Person;
  progress: Progress;
  failure: Failure | null;
  cancelled: { by: Person; atMs: number | null } | null;
  warnings: string[];
  work: { rowsRead: number; rowsWritten: number; quarantined: number; calls: number; durationSeconds: number };
  /** Only when final, and only if there are stored figures. */
  figures: FiguresView | null;
  /** While it runs: the account's own totals, as soon as they are read. */
  firstFigures: Kpi[] | null;
}

function askerOf(origin: Origin): Person {
  return origin.kind === "slack" ? { kind: "slack", userId: origin.userId } : { kind: "key", name: origin.caller };
}

/** Slack's user ids are U or W, then capitals and digits, nowadays from 0; an API key's name is what an operator chose. */
function personOf(id: string): Person {
  return /^[UW](?:0[A-Z0-9]{2,}|[A-Z0-9]{8,})$/.test(id) ? { kind: "slack", userId: id } : { kind: "key", name: id };
}

function buildFigures(figures: Figures, level: Level, atMs: number): FiguresView {
  const purchaseType = choosePurchaseType(figures.current) ?? choosePurchaseType(figures.previous);
  const comparison = comparePeriods(figures);
  return {
    currency: figures.currency,
    purchaseType,
    comparison,
    kpis: buildKpis(figures, purchaseType, comparison.complete),
    campaigns: buildCampaignLines(figures, purchaseType),
    campaignCount: figures.campaignCount,
    proof: proveFigures(figures, level),
    runningDay: runningDayWords(figures.window.until, dayInZone(atMs, figures.timezone)),
  };
}

const firstKpis: ReadonlySet<string> = new Set(["spend", "impressions", "clicks", "purchases", "roas"]);

function buildFirstFigures(figures: Figures): Kpi[] {
  const purchaseType = choosePurchaseType(figures.current) ?? choosePurchaseType(figures.previous);
  return buildKpis(figures, purchaseType, comparePeriods(figures).complete).filter(({ id }) => firstKpis.has(id));
}

function cancelOf(job: JobView): ReportView["cancelled"] {
  if (job.state !== "cancelled") return null;
  const by: Person = job.cancelledBy === null ? { kind: "key", name: "someone" } : personOf(job.cancelledBy);
  return { by, atMs: instantMs(job.finishedAt) };
}

/**
 * Builds the view of a job at `nowMs` (epoch milliseconds). A final job's view does not depend on `nowMs`,
 * so that a report sent twice has the same text. Throws `DecimalError` when a stored figure is no number.
 */
export function buildReportView(
  job: JobView,
  figures: Figures | null,
  nowMs: number,
  options: { sampleData: boolean },
): ReportView {
  const final = isFinal(job.state);
  const atMs = (final ? instantMs(job.finishedAt) : null) ?? nowMs;
  const actId = `act_${job.request.accountId}`;
  return {
    jobId: job.jobId,
    attempt: job.attempt,
    state: job.state,
    final,
    sampleData: options.sampleData,
    dryRun: job.request.dryRun,
    account: { label: job.accountName?.trim() || actId, actId },
    window: job.window && { words: windowWords(job.window), days: countDays(job.window) },
    timeframe: job.request.timeframe,
    level: job.request.level,
    zone: job.timezone,
    askedBy: askerOf(job.origin),
    progress: buildProgress(job, atMs),
    failure: job.state === "failed" ? job.failure : null,
    cancelled: cancelOf(job),
    warnings: job.warnings,
    work: {
      rowsRead: job.rowsRead,
      rowsWritten: job.rowsWritten,
      quarantined: job.quarantined,
      calls: job.calls,
      durationSeconds: secondsOf(job, atMs),
    },
    figures: final && figures !== null ? buildFigures(figures, job.request.level, atMs) : null,
    firstFigures: !final && figures !== null ? buildFirstFigures(figures) : null,
  };
}
