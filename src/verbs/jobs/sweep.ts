/** Sweep: repairs what a crash or a lost message left behind. Safe to run at any time, from many places at once. */
import type { Services } from "../../services.ts";
import { drainOutbox } from "./drain.ts";

const sweepDrainLimit = 100;
/** Messages asked about in one sweep; the others are asked about in the next. */
const askLimit = 20;

export interface Swept {
  sent: number;
  failed: number;
  republished: number;
}

/** Dead leases, lost messages and unsent reports by SQL; overdue messages after asking the queue about each. */
export async function sweep(services: Services): Promise<Swept> {
  const { db, queue, log } = services;
  let republished = 0;
  const overdue = await db.sweep();
  // What can go out goes first: asking a slow queue about overdue messages must not hold it up.
  const drained = await drainOutbox(services, { limit: sweepDrainLimit });
  for (const lane of overdue.slice(0, askLimit)) {
    try {
      if (lane.messageId !== null && (await queue.isUnderWay(lane.messageId))) continue;
      if (await db.republishLane(lane)) republished += 1;
      log.warn("lane_republished", { ...lane });
    } catch (error) {
      log.warn("overdue_unknown", { jobId: lane.jobId, lane: lane.lane, error });
    }
  }
  if (republished > 0) await drainOutbox(services, { limit: sweepDrainLimit });
  return { ...drained, republished };
}
