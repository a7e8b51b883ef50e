/**
 * Report: a job's one living message is posted or edited; the end of an attempt is told once, in its thread.
 * Whoever edits holds the message's editor lease and reads the job after taking it, so what is shown only gets newer.
 */
import type { EditorGrant } from "../../db/messages.ts";
import { DecimalError } from "../../report/decimal.ts";
import { buildReportView, type ReportView } from "../../report/view.ts";
import type { Services } from "../../services.ts";
import { SlackError } from "../../slack/errors.ts";
import { renderLiving, renderReport } from "../../slack/job-messages.ts";
import type { SlackMessage } from "../../slack/message.ts";
import type { JobView, SlackPlace } from "../../sync/job.ts";
import { isFinal } from "../../sync/states.ts";
import { placeElsewhere } from "./place-elsewhere.ts";

type Granted = Extract<EditorGrant, { outcome: "granted" }>;

/** "later": somebody else is editing, or Slack asked to wait. */
export type ShowOutcome =
  | { outcome: "shown" | "nothing_to_show" }
  | { outcome: "later"; retryAfterSeconds: number | null; reason: string };

/** The job and what people read of it, as it is now. */
export async function readView(
  services: Services,
  workspaceId: string,
  jobId: string,
): Promise<{ job: JobView; view: ReportView } | null> {
  const { db, config } = services;
  const job = await db.jobView(workspaceId, jobId);
  if (job === null) return null;
  // The totals are there from phase 3 on: a first word while the details are read. Later the sum below them is reckoned too.
  const hasFigures = isFinal(job.state) || job.phase === 3;
  const figures = hasFigures ? await db.reportFigures(workspaceId, jobId) : null;
  const options = { sampleData: config.sampleData };
  try {
    return { job, view: buildReportView(job, figures, services.now(), options) };
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    // A stored figure that is no number must not keep the outcome from people.
    services.log.error("figures_unreadable", { jobId, error });
    return { job, view: buildReportView(job, null, services.now(), options) };
  }
}

function originPlace(job: JobView): { channel: string; threadTs: string | null } | null {
  const { origin } = job;
  if (origin.kind === "slack") return { channel: origin.channel, threadTs: origin.threadTs };
  return origin.channel === null ? null : { channel: origin.channel, threadTs: null };
}

/** Edits the message where it stands; posts it when it has no place yet, or its place is gone. */
async function writeLiving(
  services: Services,
  job: JobView,
  grant: Granted,
  message: SlackMessage,
): Promise<SlackPlace | null> {
  const { slack } = services;
  const origin = originPlace(job);
  if (slack === null || origin === null) return null;
  const metadata = { eventType: "meta_sync_job", payload: { job_id: job.jobId } };
  if (grant.channel !== null && grant.ts !== null) {
    try {
      const place = await slack.updateMessage({ channel: grant.channel, ts: grant.ts, message, metadata });
      return { ...place, threadTs: grant.threadTs };
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      services.log.warn("living_message_gone", { jobId: job.jobId, error });
      // The channel was closed in mid-job: the person who asked is told, as when the first post is refused.
      if (error.kind !== "message_gone")
        return { ...(await placeElsewhere(services, job, message, error)), threadTs: null };
    }
  }
  const { channel, threadTs } = origin;
  try {
    const place = await slack.postMessage({ channel, threadTs, message, metadata });
    return { ...place, threadTs };
  } catch (error) {
    const place = await placeElsewhere(services, job, message, error);
    return { ...place, threadTs: null };
  }
}

/** Refusals that waiting doesn't mend: the job's page and the log tell what the thread can't. */
const lasting: ReadonlySet<SlackError["kind"]> = new Set([
  "token_dead",
  "refused",
  "invalid_blocks",
  "too_long",
  "missing_scope",
]);

function afterRefusal(error: SlackError): ShowOutcome {
  if (lasting.has(error.kind)) return { outcome: "nothing_to_show" };
  return { outcome: "later", retryAfterSeconds: error.retryAfterSeconds, reason: error.message };
}

/** An edit takes well under a second. One that died holds its lease for 15: then the queue brings the report again. */
const editorPatienceMs = 3000;
const editorStepMs = 250;

/** The right to edit, asked for again while another edit is in flight or was just made. */
async function waitForEditor(
  services: Services,
  { workspaceId, jobId, attempt, final }: { workspaceId: string; jobId: string; attempt: number; final: boolean },
  patienceMs: number,
): Promise<EditorGrant> {
  for (let waitedMs = 0; ; waitedMs += editorStepMs) {
    const grant = await services.db.takeEditor(workspaceId, jobId, attempt, final);
    if (grant.outcome !== "busy" || waitedMs >= patienceMs) return grant;
    await services.wait(editorStepMs);
  }
}

/**
 * One edit (or the first post) of the living message with what is true now. Best effort; never throws for Slack.
 * `mayPost` false: a progress edit, which leaves the first post to its outbox row. A Slack that takes longer than our
 * patience would else get a new message with each edit.
 */
export async function showLiving(
  services: Services,
  workspaceId: string,
  jobId: string,
  mayPost = true,
): Promise<ShowOutcome> {
  const { db, log } = services;
  const before = await db.jobView(workspaceId, jobId);
  if (before === null) return { outcome: "nothing_to_show" };
  const final = isFinal(before.state);
  // A progress edit that comes too early is left out: the next one shows more.
  const patienceMs = mayPost ? editorPatienceMs : 0;
  const grant = await waitForEditor(services, { workspaceId, jobId, attempt: before.attempt, final }, patienceMs);
  if (grant.outcome === "none" || grant.outcome === "done") return { outcome: "nothing_to_show" };
  if (grant.outcome === "busy")
    return { outcome: "later", retryAfterSeconds: grant.retryAfterSeconds, reason: "another edit is in flight" };
  const read = await readView(services, workspaceId, jobId);
  if (read === null || (final && grant.finalShown) || (grant.ts === null && !mayPost)) {
    await db.releaseEditor(workspaceId, jobId, grant.editorToken, null, null);
    return { outcome: "nothing_to_show" };
  }
  const { job, view } = read;
  try {
    const place = await writeLiving(services, job, grant, renderLiving(view));
    const finalAttempt = view.final ? job.attempt : null;
    await db.releaseEditor(workspaceId, jobId, grant.editorToken, place, finalAttempt);
    return { outcome: place === null ? "nothing_to_show" : "shown" };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    log.warn("edit_failed", { jobId, error });
    await db.releaseEditor(workspaceId, jobId, grant.editorToken, null, null);
    return afterRefusal(error);
  }
}

/** Posts the attempt's summary under the living message, unless Slack has it already. */
async function postSummary(
  services: Services,
  workspaceId: string,
  jobId: string,
  attempt: number,
): Promise<ShowOutcome> {
  const { db, slack, log } = services;
  const grant = await waitForEditor(services, { workspaceId, jobId, attempt, final: true }, editorPatienceMs);
  if (grant.outcome === "none" || grant.outcome === "done") return { outcome: "nothing_to_show" };
  if (grant.outcome === "busy")
    return { outcome: "later", retryAfterSeconds: grant.retryAfterSeconds, reason: "another edit is in flight" };
  try {
    const read = grant.summarySent ? null : await readView(services, workspaceId, jobId);
    const report = read?.job.attempt === attempt ? renderReport(read.view) : null;
    if (report === null || slack === null || grant.channel === null || grant.ts === null)
      return { outcome: "nothing_to_show" };
    const metadata = { eventType: "meta_sync_report", payload: { job_id: jobId, attempt } };
    const place = await slack.postMessage({
      channel: grant.channel,
      threadTs: grant.threadTs ?? grant.ts,
      message: report,
      metadata,
    });
    await db.markReport(workspaceId, jobId, attempt, place.channel, place.ts);
    return { outcome: "shown" };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    log.warn("summary_failed", { jobId, error });
    return afterRefusal(error);
  } finally {
    await db.releaseEditor(workspaceId, jobId, grant.editorToken, null, null);
  }
}

/** A pause is said by an edit; an attempt's end by the last edit, then the summary. Called by the queue until Slack took it. */
export async function reportJob(
  services: Services,
  workspaceId: string,
  jobId: string,
  attempt: number,
): Promise<ShowOutcome> {
  const job = await services.db.jobView(workspaceId, jobId);
  // A retry opened the next attempt meanwhile: that one will be reported.
  if (job === null || job.attempt !== attempt) return { outcome: "nothing_to_show" };
  if (!isFinal(job.state)) return showLiving(services, workspaceId, jobId);
  const edited = await showLiving(services, workspaceId, jobId);
  if (edited.outcome === "later") return edited;
  return postSummary(services, workspaceId, jobId, attempt);
}
