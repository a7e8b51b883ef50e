/**
 * One slice: a lane is claimed, parts are worked side by side until the budget is over, the lane is handed on.
 * Answers say what QStash should do with the message: 200 recorded, 503 again later, 489 never.
 */
import { DbError } from "../../db/errors.ts";
import type { SliceMessage } from "../../queue/messages.ts";
import type { Services } from "../../services.ts";
import { failureOf } from "../../sync/failure.ts";
import type { SyncRequest } from "../../sync/request.ts";
import { isRequired } from "../../sync/outcome.ts";
import { hardLimitExtraSeconds } from "../../sync/step.ts";
import { drainOutbox } from "./drain.ts";
import { planNext } from "./plan-next.ts";
import { heedBlock, touchProgress, untilTold, type Slice } from "./slice.ts";
import { workPart } from "./work-part.ts";

export type DeliveryAnswer =
  | { status: 200; outcome: string }
  | { status: 503; outcome: string; retryAfterSeconds: number }
  | { status: 489; outcome: string };

/** A wait this short isn't worth a message of the queue. */
const shortWaitMs = 5000;
/** The database's clock may be behind ours: then a part that seems due isn't, and asking again at once would be a storm. */
const leastWaitMs = 250;

/** Waits for the part that can be claimed soon, for example a report in the making; false when it is too far off. */
async function waitFor({ services, budget }: Slice, nextAt: string | null): Promise<boolean> {
  if (nextAt === null) return false;
  const waitMs = Date.parse(nextAt) - services.now();
  if (waitMs > shortWaitMs || services.now() + waitMs >= budget.softEndMs) return false;
  await services.wait(Math.max(leastWaitMs, waitMs));
  return true;
}

/** Resolves when the next part falls due, if that is soon; never otherwise. */
async function untilDue(slice: Slice, nextAt: string | null): Promise<void> {
  if (!(await waitFor(slice, nextAt))) await new Promise(() => {});
}

/** Claims and works parts until nothing is left for this lane, or the budget is over. Throws after its parts have ended. */
async function workParts(slice: Slice, concurrency: number): Promise<void> {
  const { services, lease } = slice;
  const active = new Set<Promise<void>>();
  let failed: unknown = null;
  const start = (work: Promise<void>) => {
    const done = work
      .catch((error: unknown) => {
        failed ??= error;
      })
      .finally(() => active.delete(done));
    active.add(done);
  };
  const mayClaim = () =>
    failed === null && slice.over === null && !services.isStopping() && services.now() < slice.budget.softEndMs;
  const claimNext = async (): Promise<"again" | "stop"> => {
    const claim = await untilTold(slice, services.db.claimParts(lease, concurrency - active.size));
    if (claim.outcome === "parts") {
      for (const part of claim.parts) start(workPart(slice, part));
    } else if (claim.outcome === "plan") {
      await planNext(slice, claim.phase, claim.facts);
      // Lanes that the plan woke begin now, not when this slice is over.
      services.background.run("wake lanes", () => drainOutbox(services, { jobId: lease.jobId }));
      return "again";
    } else if (claim.outcome === "poison") {
      const sentence = `The worker stopped five times at ${claim.part.stream} ${claim.part.since ?? ""} without getting any further.`;
      const failedPart = await services.db.failPart(
        lease,
        claim.part.part,
        failureOf("poison_part", sentence),
        isRequired(claim.part),
      );
      if (failedPart.jobFailed) slice.over = "final";
      return "again";
    } else if (claim.outcome === "blocked") {
      // Also for the parts in hand: a lane that has been told begins no call.
      heedBlock(slice, claim.until);
    } else if (claim.outcome === "final" || claim.outcome === "lease_lost") {
      slice.over = claim.outcome;
    }
    if (active.size === 0) return claim.outcome === "idle" && (await waitFor(slice, claim.nextAt)) ? "again" : "stop";
    if (claim.outcome === "idle") await Promise.race([...active, untilDue(slice, claim.nextAt)]);
    else if (claim.outcome !== "parts" || active.size >= concurrency) await Promise.race(active);
    return "again";
  };
  try {
    while (mayClaim() && (await claimNext()) === "again");
  } catch (error) {
    failed ??= error;
  }
  await Promise.all(active);
  if (failed !== null) throw failed;
}

async function workClaimed(
  services: Services,
  message: SliceMessage,
  claim: { leaseToken: string; request: SyncRequest; sliceConcurrency: number },
): Promise<DeliveryAnswer> {
  const startedMs = services.now();
  const softEndMs = startedMs + services.config.sliceSeconds * 1000;
  const { workspaceId, jobId, lane, seq } = message;
  const slice: Slice = {
    services,
    lease: { workspaceId, jobId, lane, seq, leaseToken: claim.leaseToken },
    request: claim.request,
    budget: { softEndMs, hardEndMs: softEndMs + hardLimitExtraSeconds * 1000 },
    over: null,
    startedMs,
    calls: 0,
    asks: 0,
    answered: 0,
    lastEditMs: 0,
  };
  touchProgress(slice);
  await workParts(slice, claim.sliceConcurrency);
  const ended =
    slice.over === null ? await services.db.endSlice(slice.lease, services.random() * 2) : { outcome: slice.over };
  // The next message is published before the answer: the host may freeze us after it.
  await drainOutbox(services, { jobId });
  // The lane was taken for dead and still waits for this very message: the queue brings it again.
  if (ended.outcome === "lease_lost" || ended.outcome === "stale") {
    return { status: 503, outcome: ended.outcome, retryAfterSeconds: 1 };
  }
  return { status: 200, outcome: ended.outcome };
}

/** Works one delivery of a slice message. Safe for duplicates, for late ones, and for a crash on any line. */
export async function workSlice(services: Services, message: SliceMessage): Promise<DeliveryAnswer> {
  const { workspaceId, jobId, lane, seq } = message;
  try {
    const claim = await services.db.claimLane(workspaceId, jobId, lane, seq);
    services.log.info("slice_claim", { jobId, lane, seq, outcome: claim.outcome });
    switch (claim.outcome) {
      case "claimed":
        return await workClaimed(services, message, claim);
      case "leased":
        return { status: 503, outcome: "leased", retryAfterSeconds: claim.retryAfterSeconds };
      case "other_env":
        return { status: 489, outcome: "this message belongs to another deployment" };
      case "final":
      case "gone":
      case "stale":
        return { status: 200, outcome: claim.outcome };
      default:
        return claim satisfies never;
    }
  } catch (error) {
    if (!(error instanceof DbError)) throw error;
    services.log.warn("slice_not_recorded", { jobId, lane, seq, error });
    return { status: 503, outcome: "the database doesn't answer", retryAfterSeconds: 10 };
  }
}
