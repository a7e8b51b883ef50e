/** Give up: QStash tried a message to the end. A lost slice is sent anew; the third loss in a row fails the job. */
import type { QueueMessage } from "../../queue/messages.ts";
import type { Services } from "../../services.ts";
import { failureOf } from "../../sync/failure.ts";
import { drainOutbox } from "./drain.ts";

/** A lost report needs nothing here: the sweep sees that Slack hasn't taken it. */
export async function giveUpMessage(services: Services, message: QueueMessage): Promise<string> {
  if (message.kind !== "slice") return "left to the sweep";
  const { workspaceId, jobId, lane, seq, copy } = message;
  const failure = failureOf("queue_lost", "The queue could not deliver this job's messages three times in a row.");
  const { outcome } = await services.db.giveUp(workspaceId, jobId, lane, seq, copy, failure);
  services.log.warn("message_lost", { jobId, lane, seq, outcome });
  if (outcome === "failed") await drainOutbox(services, { jobId });
  return outcome;
}
