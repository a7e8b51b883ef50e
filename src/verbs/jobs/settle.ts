/** After a start whose answer never came: finds out what became of it, and makes that final. */
import { refusalReasons, type RefusalReason } from "../../access/policy.ts";
import { DbError } from "../../db/errors.ts";
import type { Services } from "../../services.ts";
import { drainOutbox } from "./drain.ts";

/** The person was promised an answer within a minute; a try may take 5 s of it. */
const patienceMs = 50_000;
const firstWaitMs = 500;
const longestWaitMs = 8000;

export type Settled =
  | { outcome: "started" | "twin"; jobId: string }
  | { outcome: "refused"; reason: RefusalReason }
  | { outcome: "waiting" | "not_started" | "unknown" };

async function settleOnce(services: Services, workspaceId: string, key: string): Promise<Settled> {
  const { outcome, jobId, reason } = await services.db.settleStart(workspaceId, key);
  if ((outcome === "started" || outcome === "twin") && jobId !== null) {
    await drainOutbox(services, { jobId });
    return { outcome, jobId };
  }
  if (outcome === "waiting") {
    // Its own outbox row decides it, and answers the person.
    services.background.run("admit after settling", () => drainOutbox(services, {}));
    return { outcome };
  }
  const known = refusalReasons.find((one) => one === reason);
  return outcome === "refused" && known !== undefined ? { outcome, reason: known } : { outcome: "not_started" };
}

/** "unknown": the database didn't answer within the minute. "not_started" stays true, whatever arrives later. */
export async function settleStart(services: Services, workspaceId: string, key: string): Promise<Settled> {
  const endMs = services.now() + patienceMs;
  for (let waitMs = firstWaitMs; services.now() < endMs; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    await services.wait(waitMs);
    try {
      return await settleOnce(services, workspaceId, key);
    } catch (error) {
      if (!(error instanceof DbError)) throw error;
      services.log.warn("settle_retry", { error });
    }
  }
  return { outcome: "unknown" };
}
