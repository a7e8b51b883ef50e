/** status, cancel and retry as words: who may, which job is meant, what is answered. Used by commands and mentions. */
import { refusalSentence } from "../../access/policy.ts";
import { DbError } from "../../db/errors.ts";
import type { Services } from "../../services.ts";
import { cancelText, retryText, statusText, tryAgainText, unknownJobText } from "../../slack/replies.ts";
import { isFinal } from "../../sync/states.ts";
import { allow } from "../../verbs/access/allow.ts";
import { cancelJob } from "../../verbs/jobs/cancel.ts";
import { findJob } from "../../verbs/jobs/find.ts";
import { retryJob } from "../../verbs/jobs/retry.ts";

export interface JobVerbCommand {
  kind: "status" | "cancel" | "retry";
  job: string | null;
}

const shownJobs = 5;

async function answer(
  services: Services,
  who: { userId: string; channel: string },
  command: JobVerbCommand,
): Promise<string> {
  const { workspaceId } = services.config;
  const verdict = await allow(services, { workspaceId, userId: who.userId, channelId: who.channel }, command.kind);
  if (!verdict.allow) return refusalSentence(verdict.reason);
  if (command.kind === "status" && command.job === null) {
    return statusText(await services.db.recentJobs(workspaceId, who.channel, shownJobs));
  }
  const fits =
    command.kind === "cancel" ? (job: { state: Parameters<typeof isFinal>[0] }) => !isFinal(job.state) : undefined;
  const job = await findJob(services, workspaceId, who.channel, command.job, fits);
  if (job === null) return unknownJobText(command.job);
  if (command.kind === "status") return statusText([job]);
  const { publishRefusal } = services.config;
  if (command.kind === "retry" && publishRefusal !== null) return `Nothing was started. ${publishRefusal}`;
  if (command.kind === "cancel") return cancelText(await cancelJob(services, workspaceId, job.jobId, who.userId), job);
  const outcome = await retryJob(services, workspaceId, job.jobId, null);
  const twin = outcome.outcome === "twin" ? await services.db.jobView(workspaceId, outcome.jobId) : null;
  return retryText(outcome, job, twin);
}

/** What the person reads; when the database is away, that nothing changed. */
export async function answerJobVerb(
  services: Services,
  who: { userId: string; channel: string },
  command: JobVerbCommand,
): Promise<string> {
  try {
    return await answer(services, who, command);
  } catch (error) {
    if (!(error instanceof DbError)) throw error;
    services.log.error("job_verb_failed", { verb: command.kind, error });
    return tryAgainText;
  }
}
