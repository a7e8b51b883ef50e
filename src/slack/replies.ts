/** What meta-sync answers to the person who pressed or typed something about a running or finished job. Pure. */
import type { JobView } from "../sync/job.ts";
import type { JobState } from "../sync/states.ts";
import { jobLink } from "./links.ts";
import { mention, nameText } from "./text.ts";

const stateWords: Record<JobState, string> = {
  queued: "is waiting to start",
  running: "is running",
  snoozed: "is paused",
  succeeded: "is complete",
  failed: "failed",
  cancelled: "was cancelled",
};

function nameOf(job: JobView): string {
  return nameText(job.accountName ?? `act_${job.request.accountId}`);
}

/** One line per job: name, timeframe, state, per cent, link. */
export function statusText(jobs: readonly JobView[]): string {
  if (jobs.length === 0) return "No sync has run here yet. Start one, for example: `/meta-sync act_1234567890 7d`";
  return jobs
    .map((job) => {
      const percent = job.finishedAt === null ? `, ${job.progress} %` : "";
      return `• ${nameOf(job)}, ${job.request.timeframe}: ${stateWords[job.state]}${percent} (${jobLink(job)})`;
    })
    .join("\n");
}

export function unknownJobText(word: string | null): string {
  return word === null
    ? "There is no sync in this channel that this could mean. `/meta-sync status` lists them."
    : `I know no job ${word} in this channel. \`/meta-sync status\` lists them with their ids.`;
}

export function cancelText(outcome: { outcome: string; state?: JobState; by?: string | null }, job: JobView): string {
  if (outcome.outcome === "cancelled")
    return `Cancelled: ${nameOf(job)}, ${job.request.timeframe}. What was saved is kept.`;
  if (outcome.outcome === "not_found") return unknownJobText(null);
  const by =
    outcome.state === "cancelled" && outcome.by != null
      ? ` by ${/^[UW]/.test(outcome.by) ? mention(outcome.by) : outcome.by}`
      : "";
  return `Nothing to cancel: the sync of ${nameOf(job)} ${stateWords[outcome.state ?? job.state]}${by} already.`;
}

export function retryText(
  outcome: { outcome: string; attempt?: number; state?: JobState },
  job: JobView,
  twin: JobView | null,
): string {
  switch (outcome.outcome) {
    case "retried":
      return `Trying again (attempt ${outcome.attempt}): ${nameOf(job)}, ${job.request.timeframe}. Only what is not done is read.`;
    case "already_retried":
      return `Somebody was faster: attempt ${outcome.attempt} of this sync ${stateWords[job.state]} (${jobLink(job)}).`;
    case "twin":
      return `The same sync is running already: ${jobLink(twin)}. Nothing new was started.`;
    case "not_retryable":
      return `Nothing to retry: the sync of ${nameOf(job)} ${stateWords[outcome.state ?? job.state]}.`;
    default:
      return unknownJobText(null);
  }
}

/** When our own machinery, not the person's words, was the trouble. An unanswered call may have been carried out all the same. */
export const tryAgainText =
  "The database doesn't answer right now, so I can't say whether that was done. Please look again in a minute; asking twice is safe.";

export const helpText = [
  "*meta-sync* reads Meta ad data into your own database and reports here. It can only read.",
  "• `/meta-sync act_1234567890 7d`: sync the last 7 full days (also `24h`, `28d`, `last_month`, `2026-11-01..2026-11-15`)",
  "• `/meta-sync <name> 7d`: the same by the account's name",
  "• `/meta-sync status`: what runs here, and what ran last",
  "• `/meta-sync cancel` and `/meta-sync retry`: the latest sync here, or the job you name",
  "Options: `--level account|campaign|adset|ad`, `--breakdown age,gender` (also country, region, device, placement), `--full`, `--dry-run` (start nothing, only say what it would take). In a thread, mention me with the same words.",
].join("\n");
