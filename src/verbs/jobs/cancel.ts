/** Cancel: one transaction, after which no row of this job is written. The last edit and the report follow by the queue. */
import type { CancelOutcome } from "../../db/jobs.ts";
import type { Services } from "../../services.ts";
import { drainOutbox } from "./drain.ts";

/** `actor`: a Slack user id or the name of an API key. */
export async function cancelJob(
  services: Services,
  workspaceId: string,
  jobId: string,
  actor: string,
): Promise<CancelOutcome> {
  const outcome = await services.db.cancelJob(workspaceId, jobId, actor);
  services.log.info("cancel", { jobId, actor, outcome: outcome.outcome });
  if (outcome.outcome === "cancelled") {
    services.background.run("drain after cancel", () => drainOutbox(services, { jobId }));
  }
  return outcome;
}
