/** After a start whose answer never came: finds out what became of it, and makes that final. */
import { setTimeout as wait } from "node:timers/promises";
import { DbError } from "../../db/errors.ts";
import type { Services } from "../../services.ts";
import { drainOutbox } from "./drain.ts";

/** Tries for a minute: that is what the person was promised. */
const triesMs = [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000];

export type Settled = { outcome: "started" | "twin"; jobId: string } | { outcome: "not_started" | "unknown" };

/** "unknown": the database didn't answer within the minute. "not_started" stays true, whatever arrives later. */
export async function settleStart(services: Services, workspaceId: string, key: string): Promise<Settled> {
  for (const waitMs of triesMs) {
    await wait(waitMs);
    try {
      const settled = await services.db.settleStart(workspaceId, key);
      if ((settled.outcome === "started" || settled.outcome === "twin") && settled.jobId !== null) {
        await drainOutbox(services, { jobId: settled.jobId });
        return { outcome: settled.outcome, jobId: settled.jobId };
      }
      return { outcome: "not_started" };
    } catch (error) {
      if (!(error instanceof DbError)) throw error;
      services.log.warn("settle_retry", { error });
    }
  }
  return { outcome: "unknown" };
}
