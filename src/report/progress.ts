/** How far a job is: a line per stream, per cent, elapsed, estimate, and why it waits. */
import type { JobView, StreamCount } from "../sync/job.ts";
import { isFinal } from "../sync/states.ts";
import { type StreamName, streamNames, streams } from "../sync/streams.ts";
import { instantMs, zoneClockWords } from "./dates.ts";

export type LineState = "waiting" | "reading" | "done" | "partly" | "failed" | "stopped";

export interface StreamLine {
  stream: StreamName;
  label: string;
  state: LineState;
  /** The state in a word or two. */
  word: string;
  parts: number;
  partsDone: number;
  rowsRead: number;
}

export interface Pause {
  reason: "meta" | "queue" | "quota";
  /** "because Meta asked", … */
  because: string;
  /** Null when nobody knows, for example while the queue doesn't answer. */
  untilMs: number | null;
  /** "10:32 (Europe/Berlin)", with the day when it is another one; UTC while the account's zone isn't known. */
  untilWords: string | null;
}

export interface Progress {
  lines: StreamLine[];
  /** Whole, 0 to 100, never falls within an attempt. */
  perCent: number;
  elapsedSeconds: number;
  estimatedSecondsLeft: number | null;
  pause: Pause | null;
}

const words: Record<LineState, string> = {
  waiting: "waiting",
  reading: "reading",
  done: "done",
  partly: "partly failed",
  failed: "failed",
  stopped: "stopped",
};

const becauses: Record<Pause["reason"], string> = {
  meta: "because Meta asked",
  queue: "because the queue doesn't answer",
  quota: "because the queue's quota is used up",
};

/** A queued job hears from the queue within seconds; after this the queue is what it waits for. */
const QUEUE_PATIENCE_MS = 30_000;

function lineState(count: StreamCount, final: boolean): LineState {
  const over = count.partsDone + count.partsFailed >= count.parts;
  if (count.parts > 0 && over && count.partsFailed > 0) return count.partsDone > 0 ? "partly" : "failed";
  if (count.parts > 0 && over) return "done";
  if (final) return "stopped";
  return count.calls > 0 || count.rowsRead > 0 || count.partsDone > 0 ? "reading" : "waiting";
}

function buildLine(stream: StreamName, count: StreamCount | undefined, final: boolean): StreamLine {
  const state = count === undefined ? "waiting" : lineState(count, final);
  return {
    stream,
    label: streams[stream].label,
    state,
    word: words[state],
    parts: count?.parts ?? 0,
    partsDone: count?.partsDone ?? 0,
    rowsRead: count?.rowsRead ?? 0,
  };
}

/** Planned streams with their counts, then those of phases still to be planned; a final job has only the former. */
function buildLines(job: JobView): StreamLine[] {
  const counts = new Map(job.streams.map((count) => [count.stream, count]));
  const final = isFinal(job.state);
  return streamNames
    .filter((stream) => counts.has(stream) || (!final && streams[stream].always && streams[stream].phase > job.phase))
    .map((stream) => buildLine(stream, counts.get(stream), final));
}

function findPause(job: JobView, nowMs: number): Pause | null {
  // The queue is waited for in any state that isn't final, and without a known end.
  const reason = job.snoozeReason;
  // Without a reason it waits for a report in the making, or a moment after a passing error: that is the work itself.
  if (reason !== null && (job.state === "snoozed" || reason === "queue")) {
    const untilMs = instantMs(job.snoozedUntil);
    const untilWords = untilMs === null ? null : zoneClockWords(untilMs, nowMs, job.timezone);
    return { reason, because: becauses[reason], untilMs, untilWords };
  }
  const updatedMs = instantMs(job.updatedAt);
  const waits = job.state === "queued" && updatedMs !== null && nowMs - updatedMs >= QUEUE_PATIENCE_MS;
  return waits ? { reason: "queue", because: becauses.queue, untilMs: null, untilWords: null } : null;
}

/** Seconds from the start (or the order) to the end, or to `nowMs` while the job is not final. */
export function secondsOf(job: JobView, nowMs: number): number {
  const fromMs = instantMs(job.startedAt) ?? instantMs(job.createdAt) ?? nowMs;
  const toMs = instantMs(job.finishedAt) ?? nowMs;
  return Math.max(0, Math.round((toMs - fromMs) / 1000));
}

export function buildProgress(job: JobView, nowMs: number): Progress {
  return {
    lines: buildLines(job),
    perCent: job.progress,
    elapsedSeconds: secondsOf(job, nowMs),
    estimatedSecondsLeft: job.estimatedSecondsLeft,
    pause: findPause(job, nowMs),
  };
}
