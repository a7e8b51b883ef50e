/** Retry: the next attempt of a failed or cancelled job works what isn't done, and nothing else. */
import type { RetryOutcome } from "../../db/jobs.ts";
import type { Services } from "../../services.ts";
import { drainOutbox } from "./drain.ts";
import { showLiving } from "./report.ts";

/** `attempt`: the one whose button was pressed, so that a double click opens one attempt; null = the latest. */
export async function retryJob(
  services: Services,
  workspaceId: string,
  jobId: string,
  attempt: number | null,
): Promise<RetryOutcome> {
  const outcome = await services.db.retryJob(workspaceId, jobId, attempt);
  services.log.info("retry", { jobId, attempt, outcome: outcome.outcome });
  if (outcome.outcome === "retried") {
    services.background.run("after retry", async () => {
      await drainOutbox(services, { jobId });
      await showLiving(services, workspaceId, jobId);
    });
  }
  return outcome;
}
