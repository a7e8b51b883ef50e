/**
 * The life of a job as a table: state × event → next state, or null where the event changes nothing.
 * The CHECKs in supabase/migrations and the picture in ARCHITECTURE.md say the same; a test compares them.
 */
export const jobStates = ["queued", "running", "snoozed", "succeeded", "failed", "cancelled"] as const;
export type JobState = (typeof jobStates)[number];

export const jobEvents = ["claim", "snooze", "finish", "fail", "cancel", "retry"] as const;
export type JobEvent = (typeof jobEvents)[number];

export const transitions: Record<JobState, Record<JobEvent, JobState | null>> = {
  queued: { claim: "running", snooze: null, finish: null, fail: "failed", cancel: "cancelled", retry: null },
  running: {
    claim: "running",
    snooze: "snoozed",
    finish: "succeeded",
    fail: "failed",
    cancel: "cancelled",
    retry: null,
  },
  snoozed: { claim: "running", snooze: "snoozed", finish: null, fail: "failed", cancel: "cancelled", retry: null },
  // A success is never reopened: "Sync again" makes a new job.
  succeeded: { claim: null, snooze: null, finish: null, fail: null, cancel: null, retry: null },
  failed: { claim: null, snooze: null, finish: null, fail: null, cancel: null, retry: "queued" },
  cancelled: { claim: null, snooze: null, finish: null, fail: null, cancel: null, retry: "queued" },
};

const finalStates: ReadonlySet<JobState> = new Set(["succeeded", "failed", "cancelled"]);

/** True when only Retry (or nothing) leads out of the state. */
export function isFinal(state: JobState): boolean {
  return finalStates.has(state);
}

export const partStates = ["waiting", "leased", "polling", "done", "failed", "split", "skipped"] as const;

/** The four words that clients of the HTTP interface know. */
export type StatusWord = "queued" | "processing" | "completed" | "failed";

export function statusWord(state: JobState): StatusWord {
  if (state === "queued") return "queued";
  if (state === "succeeded") return "completed";
  return state === "failed" || state === "cancelled" ? "failed" : "processing";
}
