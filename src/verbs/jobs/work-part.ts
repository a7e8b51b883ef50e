/** One part in a lane's hand: does what sync/step says, and hands back what happened. The next page comes while this one is saved. */
import type { Page } from "../../meta/client.ts";
import type { FailureKind } from "../../sync/failure.ts";
import { cutByCampaigns } from "../../sync/ladder.ts";
import { beginPart, failTooLarge, type Outcome, type StepEvent, type StepState } from "../../sync/outcome.ts";
import type { Part } from "../../sync/part.ts";
import { step } from "../../sync/step.ts";
import { eventOfError, fetchPage, pollReport, startReport, type Called } from "./call-meta.ts";
import { heedBlock, holdBack, touchProgress, untilTold, type Slice } from "./slice.ts";

/** Reasons that stop every part of the job, whichever part meets them first. */
const endsJob: ReadonlySet<FailureKind> = new Set([
  "token_expired",
  "permission_denied",
  "account_not_found",
  "version_retired",
  "policy_blocked",
]);

/** What one part carries from outcome to outcome. */
interface PartRun {
  slice: Slice;
  page: Page | null;
  /** The slice's calls of SQL when the latest page was asked for. */
  askedAt: number;
  prefetched: { cursor: string; pageSize: number; fetched: Promise<Called<Page>> } | null;
}

type Of<Kind extends Outcome["kind"]> = Extract<Outcome, { kind: Kind }>;

/** What SQL answers about a part tells of a block, too: every part of this lane begins no call before its end. */
async function heed<Answer extends { blockedUntil: string | null }>(
  slice: Slice,
  answer: Promise<Answer>,
): Promise<Answer> {
  const told = await untilTold(slice, answer);
  if (told.blockedUntil !== null) heedBlock(slice, told.blockedUntil);
  return told;
}

async function onFetch(run: PartRun, { state, cursor, pageSize, learned }: Of<"fetch">): Promise<StepEvent> {
  const { slice } = run;
  const waiting = run.prefetched;
  run.prefetched = null;
  if (learned) await learn(slice, state.part, { pageSize });
  const isWaiting = waiting !== null && waiting.cursor === cursor && waiting.pageSize === pageSize;
  if (!isWaiting) run.askedAt = slice.asks;
  const fetched = await (isWaiting ? waiting.fetched : fetchPage(slice, state.part, { cursor, pageSize }));
  if (!fetched.ok) return eventOfError(slice, state.part, fetched.error);
  run.page = fetched.result;
  const { nextCursor, rows } = fetched.result;
  return { kind: "fetched", nextCursor, rowCount: rows.length, mayAskAhead: slice.answered > run.askedAt };
}

async function learn(slice: Slice, part: Part, what: { pageSize?: number; maxDays?: number }): Promise<void> {
  await slice.services.db.learn(slice.lease.workspaceId, slice.request.accountId, part, what);
}

async function onSave(run: PartRun, outcome: Of<"save">): Promise<StepEvent> {
  const { slice, page } = run;
  const { services } = slice;
  const { part } = outcome.state;
  if (page === null) throw new Error(`Part ${part.part} has no page in hand to save`);
  if (outcome.prefetch !== null) {
    run.askedAt = slice.asks;
    run.prefetched = { ...outcome.prefetch, fetched: fetchPage(slice, part, outcome.prefetch) };
  }
  const saving = services.db.savePage(slice.lease, {
    part: part.part,
    page: outcome.page,
    table: page.table,
    rows: page.rows,
    quarantined: page.quarantined,
    cursor: outcome.nextCursor,
    done: outcome.isLast,
    callMs: (services.now() - slice.startedMs) / Math.max(1, slice.calls),
  });
  const saved = await untilTold(slice, saving);
  run.page = null;
  touchProgress(slice);
  const blockedUntil = saved.outcome === "saved" ? saved.blockedUntil : null;
  // Every part of this lane begins no call before the block ends, whichever part was told.
  if (blockedUntil !== null) heedBlock(slice, blockedUntil);
  return {
    kind: "saved",
    cancelled: saved.outcome === "final",
    leaseLost: saved.outcome === "lease_lost",
    blockedUntil,
  };
}

async function onStartReport(run: PartRun, { state }: Of<"start_report">): Promise<StepEvent | null> {
  const { slice } = run;
  const started = await startReport(slice, state.part);
  if (!started.ok) return eventOfError(slice, state.part, started.error);
  const { reportId } = started.result;
  const kept = await heed(slice, slice.services.db.startReport(slice.lease, state.part.part, reportId));
  return kept.outcome === "started" ? { kind: "report_started", reportId } : loseLane(slice, kept.outcome);
}

async function onPoll(run: PartRun, { state }: Of<"poll">): Promise<StepEvent> {
  const polled = await pollReport(run.slice, state);
  if (!polled.ok) return eventOfError(run.slice, state.part, polled.error);
  return { kind: "polled", status: polled.result.status, percent: polled.result.percent };
}

/** Nothing of this lane counts any more. */
function loseLane(slice: Slice, outcome: string): null {
  slice.over = outcome === "final" ? "final" : "lease_lost";
  return null;
}

async function onSnooze(run: PartRun, outcome: Of<"snooze">): Promise<void> {
  const { services, lease } = run.slice;
  const seconds = Math.max(0, (outcome.untilMs - services.now()) / 1000);
  if (outcome.scope !== "part") {
    await holdBack(run.slice, outcome.scope, seconds, outcome.failure?.sentence ?? "Meta asked for a break");
  }
  await heed(run.slice, services.db.postponePart(lease, outcome.state.part.part, seconds, outcome.isTry));
}

async function onSplit({ slice }: PartRun, { state, parts, maxDays }: Of<"split">): Promise<void> {
  if (maxDays !== null) await learn(slice, state.part, { maxDays });
  await heed(slice, slice.services.db.splitPart(slice.lease, state.part.part, parts));
}

async function onSplitByCampaigns(run: PartRun, { state }: Of<"split_by_campaigns">): Promise<void> {
  const { services, lease, request } = run.slice;
  const { ids } = await services.db.campaignIds(lease.workspaceId, request.accountId);
  const parts = cutByCampaigns(state.part, ids);
  if (parts.length === 0) await carryOut(run, failTooLarge(state));
  else await heed(run.slice, services.db.splitPart(lease, state.part.part, parts));
}

async function onFail(run: PartRun, { state, failure, isRequired }: Of<"fail">): Promise<void> {
  const { services, lease } = run.slice;
  const { part, stream } = state.part;
  services.log.warn("part_failed", { jobId: lease.jobId, part, stream, failure });
  const failed = await heed(
    run.slice,
    services.db.failPart(lease, part, failure, isRequired || endsJob.has(failure.kind)),
  );
  if (failed.jobFailed) run.slice.over = "final";
}

/** Carries out one outcome; null when the part's turn is over. */
async function carryOut(run: PartRun, outcome: Outcome): Promise<StepEvent | null> {
  const { slice } = run;
  const { part } = outcome.state.part;
  switch (outcome.kind) {
    case "fetch":
      return onFetch(run, outcome);
    case "save":
      return onSave(run, outcome);
    case "start_report":
      return onStartReport(run, outcome);
    case "poll":
      return onPoll(run, outcome);
    case "await_report": {
      const seconds = Math.max(0, (outcome.untilMs - slice.services.now()) / 1000);
      await heed(slice, slice.services.db.awaitReport(slice.lease, part, seconds, outcome.percent));
      return null;
    }
    case "drop_report": {
      const { outcome: dropped } = await heed(slice, slice.services.db.dropReport(slice.lease, part));
      return dropped === "dropped" ? { kind: "claimed" } : loseLane(slice, dropped);
    }
    case "snooze":
      await onSnooze(run, outcome);
      return null;
    case "split":
      await onSplit(run, outcome);
      return null;
    case "split_by_campaigns":
      await onSplitByCampaigns(run, outcome);
      return null;
    case "fail":
      await onFail(run, outcome);
      return null;
    case "yield":
      if (outcome.reason === "cancelled") slice.over = "final";
      if (outcome.reason === "lease_lost") slice.over = "lease_lost";
      return null;
    case "finish":
      return null;
    default:
      return outcome satisfies never;
  }
}

/** Works one claimed part to its end, its pause, or the end of the budget. Throws DbError when nothing can be recorded. */
export async function workPart(slice: Slice, part: Part): Promise<void> {
  const run: PartRun = { slice, page: null, askedAt: slice.asks, prefetched: null };
  let state: StepState = beginPart(part);
  let event: StepEvent | null = { kind: "claimed" };
  while (event !== null) {
    const outcome: Outcome = step(state, event, slice.services.now(), slice.budget);
    state = outcome.state;
    event = await carryOut(run, outcome);
  }
}
