/**
 * Dry run: what a sync would take, told after at most 8 reading calls to Meta. No job, no row, no write anywhere; what
 * Meta or Slack tell on the way isn't kept either.
 */
import type { RefusalReason } from "../../access/policy.ts";
import type { DryRunFacts } from "../../db/dry-run.ts";
import type { StoredPlanFacts } from "../../db/work.ts";
import { MetaError, toFailure } from "../../meta/errors.ts";
import type { Services } from "../../services.ts";
import type { AccountWord } from "../../sync/command-order.ts";
import { countsForPlan, estimateJob, uncountedNotes, weighEstimate, type DryRun } from "../../sync/estimate.ts";
import { failureOf, type Failure } from "../../sync/failure.ts";
import { planPhase } from "../../sync/plan.ts";
import { tierOf } from "../../sync/quota.ts";
import type { SyncRequest } from "../../sync/request.ts";
import { TimeframeOutOfReachError } from "../../sync/timeframe.ts";
import { dayIn, UnknownZoneError } from "../../sync/zone.ts";
import { allowUnseen } from "../access/allow.ts";
import { beginCount, CountPausedError, countLists, countRows, type Count } from "./count-at-meta.ts";
import { makePlanFacts, planWarnings, resolveWindow } from "./plan-facts.ts";

export interface DryRunOrder {
  workspaceId: string;
  userId: string;
  channelId: string;
  account: AccountWord;
  request: Omit<SyncRequest, "accountId">;
}

export type DryRunOutcome =
  | { outcome: "refused"; reason: RefusalReason }
  | Extract<DryRunFacts, { outcome: "unknown_account" }>
  /** Meta wants no calls until then: nothing could be counted to the end. */
  | { outcome: "blocked"; untilMs: number; sentence: string }
  /** A sync would end with this. */
  | { outcome: "would_fail"; accountId: string; failure: Failure }
  | { outcome: "estimated"; run: DryRun };

/** What happens in a sync when the window or the zone is impossible. */
function failureOfWindow(error: unknown): Failure | null {
  if (error instanceof TimeframeOutOfReachError) return failureOf("bad_timeframe", error.message);
  return error instanceof UnknownZoneError ? failureOf("internal", error.message) : null;
}

async function estimate(
  services: Services,
  request: SyncRequest,
  stored: StoredPlanFacts,
  count: Count,
): Promise<DryRun> {
  const { workersPerJob, sliceConcurrency } = services.config;
  const { account } = await count.call((meta, signal) => meta.readAdAccount(request.accountId, signal));
  const timezone = account.timezone ?? "UTC";
  const nowMs = services.now();
  const resolved = resolveWindow(request, timezone, nowMs);
  const early = makePlanFacts(request, { ...stored, timezone }, resolved, nowMs);
  const lists = planPhase(2, early);
  const listed = await countLists(count, request.accountId, lists);
  const facts = { ...early, entityCounts: countsForPlan(stored.entityCounts, listed, early.listedUntil) };
  const rows = await countRows(count, facts, planPhase(3, facts), dayIn(timezone, nowMs));
  const made = estimateJob(facts, { listed, ...rows }, workersPerJob * sliceConcurrency);
  const tier = tierOf(count.tier);
  // Whatever has figures has an active ad at least; Meta's allowance grows with them.
  const activeAds = Math.round(Math.max(0, ...rows.delivering.map(({ objects }) => objects)));
  const seen = { callSeconds: count.meanSeconds(), usedPercent: count.usedPercent };
  return {
    request,
    accountName: account.name,
    timezone,
    window: resolved.window,
    notes: [...resolved.notes, ...planWarnings(3, facts), ...uncountedNotes(lists, listed)],
    estimate: made,
    tier,
    usedPercent: count.usedPercent,
    ...weighEstimate(made, { tier, activeAds }, seen),
  };
}

/** Throws DbError when the database doesn't answer; everything else is an outcome. */
export async function dryRun(services: Services, order: DryRunOrder): Promise<DryRunOutcome> {
  const verdict = await allowUnseen(services, order, "start");
  if (!verdict.allow) return { outcome: "refused", reason: verdict.reason };
  const found = await services.db.dryRunFacts(order.workspaceId, order.account, order.channelId);
  if (found.outcome === "unknown_account") return found;
  const { accountId, facts, blockedUntil } = found;
  if (blockedUntil !== null) {
    return {
      outcome: "blocked",
      untilMs: Date.parse(blockedUntil),
      sentence: "Meta asked for a break after too many calls",
    };
  }
  try {
    const run = await estimate(services, { ...order.request, accountId }, facts, beginCount(services));
    services.log.info("dry_run", { accountId, calls: run.estimate.calls, parts: run.estimate.parts });
    return { outcome: "estimated", run };
  } catch (error) {
    if (error instanceof CountPausedError)
      return { outcome: "blocked", untilMs: error.untilMs, sentence: error.message };
    const failure = error instanceof MetaError ? toFailure(error) : failureOfWindow(error);
    if (failure === null) throw error;
    services.log.warn("dry_run_failure", { accountId, failure });
    return { outcome: "would_fail", accountId, failure };
  }
}
