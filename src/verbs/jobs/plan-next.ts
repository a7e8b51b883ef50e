/** A phase is finished: plans the next one from what is stored, or ends the job with its result. */
import type { StoredPlanFacts } from "../../db/work.ts";
import { makeResult } from "../../report/result.ts";
import { failureOf } from "../../sync/failure.ts";
import { planPhase, type Phase } from "../../sync/plan.ts";
import { lastPhase, streams } from "../../sync/streams.ts";
import { TimeframeOutOfReachError } from "../../sync/timeframe.ts";
import { UnknownZoneError } from "../../sync/zone.ts";
import { makePlanFacts, planWarnings, resolveWindow } from "./plan-facts.ts";
import type { Slice } from "./slice.ts";

/** "2026-11-03, 2026-11-04 and 3 more days" */
function daysInWords(days: readonly string[]): string {
  const [shown, more] = [days.slice(0, 3).join(", "), days.length - 3];
  return more > 0 ? `${shown} and ${more} more ${more === 1 ? "day" : "days"}` : shown;
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
  if (facts.differingDays.length > 0) {
    const days = daysInWords(facts.differingDays);
    warnings.push(`Meta's own total differs from the sum below it on ${days}, also after a second reading of both.`);
  }
  if (job !== null && job.quarantined > 0) {
    warnings.push(`${job.quarantined} objects from Meta could not be read and were set aside.`);
  }
  const { outcome } = await services.db.finishJob(lease, makeResult(figures, job, facts.differingDays), warnings);
  // "late": another lane has the planning now.
  slice.over = outcome === "finished" || outcome === "final" ? "final" : "lease_lost";
}

/** `phase` is the one to plan; one past the last means the job is done. Fenced: only one lane's plan counts. */
export async function planNext(slice: Slice, phase: number, facts: StoredPlanFacts): Promise<void> {
  const { services, lease } = slice;
  const isProven = phase === lastPhase && facts.differingDays.length === 0;
  if (phase > lastPhase || isProven) return finishJob(slice, facts);
  if (facts.timezone === null) {
    const sentence = `Meta's answer about act_${slice.request.accountId} could not be read, so its time zone isn't known.`;
    await services.db.failJob(lease, failureOf("internal", sentence));
    slice.over = "final";
    return;
  }
  try {
    const nowMs = services.now();
    const resolved = facts.window === null ? resolveWindow(slice.request, facts.timezone, nowMs) : null;
    const given = makePlanFacts(slice.request, facts, resolved, nowMs);
    const parts = planPhase(phase as Phase, given);
    await services.db.finishPhase(lease, phase, parts, {
      ...(resolved === null ? {} : { window: resolved.window }),
      ...(resolved?.previousWindow == null ? {} : { previousWindow: resolved.previousWindow }),
      warnings: [...(resolved?.notes ?? []), ...planWarnings(phase, given)],
    });
  } catch (error) {
    const kind = error instanceof TimeframeOutOfReachError ? "bad_timeframe" : "internal";
    if (kind === "internal" && !(error instanceof UnknownZoneError)) throw error;
    await services.db.failJob(lease, failureOf(kind, (error as Error).message));
    slice.over = "final";
  }
}
