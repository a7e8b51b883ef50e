/** What a phase is planned from, out of what is stored: the same for a job and for its dry run. Pure. */
import type { StoredPlanFacts } from "../../db/work.ts";
import { addDays, addMonths } from "../../sync/day.ts";
import type { PlanFacts } from "../../sync/plan.ts";
import type { SyncRequest } from "../../sync/request.ts";
import { resolveTimeframe, type ResolvedTimeframe } from "../../sync/timeframe.ts";
import { dayIn } from "../../sync/zone.ts";

/**
 * The days that the order means, now that the account's zone is known; resolved once, at phase 2.
 * @throws TimeframeOutOfReachError, UnknownZoneError
 */
export function resolveWindow(
  request: Pick<SyncRequest, "timeframe">,
  timezone: string | null,
  nowMs: number,
): ResolvedTimeframe {
  return resolveTimeframe(request.timeframe, dayIn(timezone ?? "UTC", nowMs));
}

/** A change that Meta dates a little before it shows it must not fall between two lists. */
const overlapMs = 60 * 60_000;
/** A parent's pause changes its children's status without changing their date, so a whole list is read at least daily. */
const wholeListEveryMs = 20 * 60 * 60_000;

/** From when on changes are asked for, by stream; what isn't named is listed whole. */
function listedUntil(request: SyncRequest, facts: StoredPlanFacts, nowMs: number): PlanFacts["listedUntil"] {
  if (request.full) return {};
  const known = Object.entries(facts.listed).filter(
    ([, { whole }]) => whole !== null && nowMs - Date.parse(whole) < wholeListEveryMs,
  );
  return Object.fromEntries(
    known.map(([stream, { until }]) => [stream, new Date(Date.parse(until) - overlapMs).toISOString()]),
  );
}

/** Reach by breakdown is kept this long. */
const uniqueMonths = 13;

/** `resolved` is null once the job's window is stored. Throws UnknownZoneError. */
export function makePlanFacts(
  request: SyncRequest,
  facts: StoredPlanFacts,
  resolved: ResolvedTimeframe | null,
  nowMs: number,
): PlanFacts {
  const today = dayIn(facts.timezone ?? "UTC", nowMs);
  const { entityCounts, learned, differingDays } = facts;
  return {
    request,
    window: resolved?.window ?? facts.window,
    previousWindow: resolved?.previousWindow ?? facts.previousWindow,
    entityCounts,
    learned,
    listedUntil: listedUntil(request, facts, nowMs),
    differingDays,
    uniqueSince: addDays(addMonths(today, -uniqueMonths), 1),
  };
}

/** What people should know about the figures that this phase will bring. */
export function planWarnings(phase: number, { request, window, uniqueSince }: PlanFacts): string[] {
  const isShort = phase === 3 && request.breakdowns.length > 0 && window !== null && uniqueSince !== null;
  if (!isShort || window.since >= uniqueSince) return [];
  return [
    `Meta gives reach by ${request.breakdowns.join(" and ")} only from ${uniqueSince} on; the other figures are whole.`,
  ];
}
