/** A phase is finished: plans the next one from what is stored, or ends the job with its result. */
import type { StoredPlanFacts } from "../../db/work.ts";
import { makeResult } from "../../report/result.ts";
import { failureOf } from "../../sync/failure.ts";
import { planPhase, type PlanFacts } from "../../sync/plan.ts";
import { lastPhase, streams } from "../../sync/streams.ts";
import { resolveTimeframe, TimeframeOutOfReachError, type ResolvedTimeframe } from "../../sync/timeframe.ts";
import { dayIn, UnknownZoneError } from "../../sync/zone.ts";
import type { Slice } from "./slice.ts";

/** The days that the order means, now that the account's zone is known; resolved once, at phase 2. */
function resolveWindow(slice: Slice, facts: StoredPlanFacts): ResolvedTimeframe {
  const today = dayIn(facts.timezone ?? "UTC", slice.services.now());
  return resolveTimeframe(slice.request.timeframe, today);
}

function planFacts(slice: Slice, facts: StoredPlanFacts, resolved: ResolvedTimeframe | null): PlanFacts {
  return {
    request: slice.request,
    window: resolved?.window ?? facts.window,
    previousWindow: resolved?.previousWindow ?? facts.previousWindow,
    entityCounts: facts.entityCounts,
    deliveringRows: null,
    pageSizes: {},
  };
}

async function finishJob(slice: Slice, facts: StoredPlanFacts): Promise<void> {
  const { services, lease } = slice;
  const [figures, job] = await Promise.all([
    services.db.reportFigures(lease.workspaceId, lease.jobId),
    services.db.jobView(lease.workspaceId, lease.jobId),
  ]);
  const warnings = facts.failedStreams.map(
    (stream) => `${streams[stream].label} could not be read this time; what was stored before is kept.`,
  );
  if (job !== null && job.quarantined > 0) {
    warnings.push(`${job.quarantined} objects from Meta could not be read and were set aside.`);
  }
  await services.db.finishJob(lease, makeResult(figures, job), warnings);
  slice.over = "final";
}

/** `phase` is the one to plan; one past the last means the job is done. Fenced: only one lane's plan counts. */
export async function planNext(slice: Slice, phase: number, facts: StoredPlanFacts): Promise<void> {
  const { services, lease } = slice;
  if (phase > lastPhase) return finishJob(slice, facts);
  if (facts.timezone === null) {
    const sentence = `Meta's answer about act_${slice.request.accountId} could not be read, so its time zone isn't known.`;
    await services.db.failJob(lease, failureOf("internal", sentence));
    slice.over = "final";
    return;
  }
  try {
    const resolved = facts.window === null ? resolveWindow(slice, facts) : null;
    const parts = planPhase(phase as 2 | 3 | 4, planFacts(slice, facts, resolved));
    await services.db.finishPhase(lease, phase, parts, {
      ...(resolved === null ? {} : { window: resolved.window }),
      ...(resolved?.previousWindow == null ? {} : { previousWindow: resolved.previousWindow }),
      warnings: resolved?.notes ?? [],
    });
  } catch (error) {
    const kind = error instanceof TimeframeOutOfReachError ? "bad_timeframe" : "internal";
    if (kind === "internal" && !(error instanceof UnknownZoneError)) throw error;
    await services.db.failJob(lease, failureOf(kind, (error as Error).message));
    slice.over = "final";
  }
}
