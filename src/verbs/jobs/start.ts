/** Start: an order becomes a job (or the running twin, or a refusal) in one database call; the rest follows after the answer. */
import { createHash } from "node:crypto";
import type { Order, StartOutcome } from "../../db/jobs.ts";
import type { Services } from "../../services.ts";
import { factsAtStart, planPhase } from "../../sync/plan.ts";
import { twinKey, type Origin, type SyncRequest } from "../../sync/request.ts";
import { drainOutbox } from "./drain.ts";

export interface StartOrder {
  workspaceId: string;
  /** The same key gives the same job: trigger_id, Idempotency-Key, or a fresh one. */
  key: string;
  request: Omit<SyncRequest, "accountId">;
  account: Order["account"];
  origin: Origin;
  userId: string | null;
  policy: Order["policy"];
  personId: string | null;
  sealedResponseUrl: string | null;
  isLastTry?: boolean;
  /** The first message goes out before this resolves, not beside it: the HTTP answer names it. */
  waitsForQueue?: boolean;
}

/** The order as the database takes it. Phase 1 is planned at once: it needs no facts. */
function makeOrder(services: Services, order: StartOrder): Order {
  const { workersPerJob, sliceConcurrency } = services.config;
  const request = { ...order.request, accountId: "0" };
  return {
    request: order.request,
    account: order.account,
    // For a Supabase user other people's jobs don't exist, so they can't be its twins.
    twinKey: order.userId === null ? twinKey(request) : `${twinKey(request)}|user ${order.userId}`,
    origin: order.origin,
    userId: order.userId,
    policy: order.policy,
    personId: order.personId,
    lanes: workersPerJob,
    sliceConcurrency,
    parts: planPhase(1, factsAtStart(request)),
    sealedResponseUrl: order.sealedResponseUrl,
    isLastTry: order.isLastTry ?? false,
  };
}

/** What makes two orders under one key the same order. */
function requestHash(order: Pick<Order, "request" | "account" | "origin">): string {
  return createHash("sha256")
    .update(JSON.stringify([order.request, order.account, order.origin]))
    .digest("hex");
}

/** Throws DbError when the database doesn't answer within 1.5 s: then `settleStart` tells what became of it. */
export async function startJob(services: Services, order: StartOrder): Promise<StartOutcome> {
  const made = makeOrder(services, order);
  const outcome = await services.db.startJob(order.workspaceId, order.key, requestHash(made), made);
  services.log.info("start", { outcome: outcome.outcome, ...("jobId" in outcome ? { jobId: outcome.jobId } : {}) });
  if (outcome.outcome === "started") {
    const { jobId } = outcome;
    // The first row is the queue's; Slack's is never waited for. What goes wrong is the outbox's business, and logged there.
    if (order.waitsForQueue === true) await drainOutbox(services, { jobId, limit: 1 }).catch(() => null);
    services.background.run("drain after start", () => drainOutbox(services, { jobId }));
  }
  if (outcome.outcome === "waiting") services.background.run("admit", () => drainOutbox(services, {}));
  return outcome;
}
