/** A button of a job message was pressed: asked anew who may, done once, and the button gives way to who and when. */
import { refusalSentence, type AccessVerb } from "../../access/policy.ts";
import type { Services } from "../../services.ts";
import { ackStart } from "../../slack/ack.ts";
import { parseButtonValue, type ButtonValue, type JobAction } from "../../slack/buttons.ts";
import { renderReport } from "../../slack/job-messages.ts";
import { cancelText, retryText, unknownJobText } from "../../slack/replies.ts";
import type { ReportView } from "../../report/view.ts";
import { policyTable } from "../../access/policy.ts";
import type { JobView } from "../../sync/job.ts";
import { allow } from "../access/allow.ts";
import { cancelJob } from "./cancel.ts";
import { readView } from "./report.ts";
import { retryJob } from "./retry.ts";
import { startJob } from "./start.ts";

export interface Press {
  workspaceId: string;
  userId: string;
  channel: string;
  /** The message with the button, and the thread it stands in. */
  messageTs: string;
  threadTs: string | null;
  action: JobAction;
  value: string;
  triggerId: string;
}

const verbs: Record<JobAction, AccessVerb> = { "job.cancel": "cancel", "job.retry": "retry", "job.again": "start" };

/** Takes the used button out of a report; the living message is edited by its own rules. Failing here harms nothing. */
async function retireButton(services: Services, press: Press, view: ReportView): Promise<void> {
  const message = renderReport(view, { userId: press.userId, atMs: services.now() });
  if (services.slack === null || message === null) return;
  await services.slack
    .updateMessage({ channel: press.channel, ts: press.messageTs, message })
    .catch((error: unknown) => {
      services.log.warn("button_not_retired", { jobId: view.jobId, error });
    });
}

async function pressAgain(services: Services, press: Press, job: JobView, view: ReportView): Promise<string> {
  const { accountId, ...request } = job.request;
  const outcome = await startJob(services, {
    workspaceId: press.workspaceId,
    key: `click:${press.triggerId}`,
    request,
    account: { kind: "id", accountId },
    origin: {
      kind: "slack",
      channel: press.channel,
      threadTs: press.threadTs ?? press.messageTs,
      userId: press.userId,
    },
    userId: null,
    policy: policyTable("start", services.config.defaultRole, null),
    personId: press.userId,
    sealedResponseUrl: null,
  });
  if (outcome.outcome === "started") await retireButton(services, press, view);
  const twin = outcome.outcome === "twin" ? outcome.view : null;
  return ackStart(outcome, { account: { kind: "id", accountId }, request }, twin);
}

async function pressRetry(
  services: Services,
  press: Press,
  value: ButtonValue,
  job: JobView,
  view: ReportView,
): Promise<string> {
  const outcome = await retryJob(services, press.workspaceId, job.jobId, value.attempt);
  if (outcome.outcome === "retried") await retireButton(services, press, view);
  const twin = outcome.outcome === "twin" ? await services.db.jobView(press.workspaceId, outcome.jobId) : null;
  return retryText(outcome, job, twin);
}

/** Returns what the person reads, ephemeral. */
export async function pressButton(services: Services, press: Press): Promise<string> {
  const value = parseButtonValue(press.value);
  if (value === null) return unknownJobText(null);
  const { workspaceId, userId, channel } = press;
  const verdict = await allow(services, { workspaceId, userId, channelId: channel }, verbs[press.action]);
  if (!verdict.allow) return refusalSentence(verdict.reason);
  const { publishRefusal } = services.config;
  if (publishRefusal !== null && press.action !== "job.cancel") return `Nothing was started. ${publishRefusal}`;
  const read = await readView(services, workspaceId, value.jobId);
  if (read === null) return unknownJobText(value.jobId.slice(0, 8));
  const { job, view } = read;
  switch (press.action) {
    case "job.cancel":
      return cancelText(await cancelJob(services, workspaceId, job.jobId, userId), job);
    case "job.retry":
      return pressRetry(services, press, value, job, view);
    case "job.again":
      return pressAgain(services, press, job, view);
    default:
      return press.action satisfies never;
  }
}
