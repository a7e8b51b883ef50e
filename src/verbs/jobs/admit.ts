/** Admit: an order that waited for facts about the person or the channel is decided again, once the facts are there. */
import { refusalReasons, refusalSentence } from "../../access/policy.ts";
import { SealError, unseal } from "../../db/secrets.ts";
import type { StartOutcome } from "../../db/jobs.ts";
import type { Services } from "../../services.ts";
import { ackStart } from "../../slack/ack.ts";
import { readFacts } from "../access/allow.ts";

/** A fact that Slack doesn't give within a minute counts as no. */
const patienceMs = 60_000;
/** No ack waits for this start. */
const patientTimeoutMs = 10_000;

/** Answers where the person asked; the response_url is the only way to someone in a channel without the bot. */
async function answer(
  services: Services,
  place: { channel: string; threadTs: string | null; userId: string; responseUrl: string | null },
  text: string,
): Promise<void> {
  const { slack, log } = services;
  if (slack === null) return;
  try {
    if (place.responseUrl !== null) {
      await slack.respond(place.responseUrl, { text, responseType: "ephemeral" });
      return;
    }
  } catch (error) {
    log.warn("response_url_failed", { error });
  }
  await slack.postEphemeral({
    channel: place.channel,
    userId: place.userId,
    threadTs: place.threadTs,
    message: { text, blocks: [] },
  });
}

/** Null when it can't be opened (SECRETS_KEY was changed meanwhile): then the answer goes by Slack's API. */
function openResponseUrl(services: Services, sealed: string | null, context: string): string | null {
  const { secretsKey } = services.config;
  if (sealed === null || secretsKey === null) return null;
  try {
    return unseal(sealed, secretsKey, context);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    services.log.warn("response_url_sealed", { error });
    return null;
  }
}

/** Decides a waiting order and answers the person. Safe to repeat: an order decided before is answered as it was decided. */
export async function admitOrder(services: Services, workspaceId: string, key: string): Promise<StartOutcome | null> {
  const waiting = await services.db.waitingOrder(workspaceId, key);
  if (waiting === null || waiting.order.origin.kind !== "slack") return null;
  const { order, sealedResponseUrl } = waiting;
  const { channel, threadTs, userId } = waiting.order.origin;
  const cell = await readFacts(services, workspaceId, userId, channel);
  const isLastTry = cell !== null || services.now() - Date.parse(waiting.createdAt) > patienceMs;
  if (!isLastTry) throw new Error(`Slack hasn't told who ${userId} or what ${channel} is; the order waits`);
  const responseUrl = openResponseUrl(services, sealedResponseUrl, `${workspaceId} ${key}`);
  const again = { ...order, isLastTry: true };
  const outcome = await services.db.startJob(workspaceId, key, waiting.requestHash, again, patientTimeoutMs);
  const reason = outcome.outcome === "refused" ? refusalReasons.find((known) => known === outcome.reason) : undefined;
  const view = outcome.outcome === "twin" ? outcome.view : null;
  const text = reason === undefined ? ackStart(outcome, order, view) : refusalSentence(reason);
  // The sync goes its way whether or not these words arrive.
  await answer(services, { channel, threadTs, userId, responseUrl }, text).catch((error: unknown) => {
    services.log.warn("admit_answer_failed", { error });
  });
  return outcome;
}
