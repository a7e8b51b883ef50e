/** One part in a lane's hand: does what sync/step says, and hands back what happened. The next page comes while this one is saved. */
import type { Page } from "../../meta/client.ts";
import { MetaError, toFailure } from "../../meta/errors.ts";
import type { FailureKind } from "../../sync/failure.ts";
import type { Part } from "../../sync/part.ts";
import { beginPart, step, type Outcome, type StepEvent, type StepState } from "../../sync/step.ts";
import { touchProgress, type Slice } from "./slice.ts";

/** Reasons that stop every part of the job, whichever part meets them first. */
const endsJob: ReadonlySet<FailureKind> = new Set([
  "token_expired",
  "permission_denied",
  "account_not_found",
  "version_retired",
  "policy_blocked",
]);

type Fetched = { ok: true; page: Page } | { ok: false; error: unknown };

/** What one part carries from outcome to outcome. */
interface PartRun {
  slice: Slice;
  part: Part;
  page: Page | null;
  /** Pages saved within this claim. */
  savedPages: number;
  prefetched: { cursor: string; fetched: Promise<Fetched> } | null;
}

async function fetchPage(run: PartRun, cursor: string | null): Promise<Fetched> {
  const { slice, part } = run;
  const { services, request, budget } = slice;
  const leftMs = Math.max(1, budget.hardEndMs - services.now());
  slice.calls += 1;
  try {
    const { stream, level, since, until, pageSize } = part;
    const order = { accountId: request.accountId, stream, level, since, until, pageSize, cursor };
    return { ok: true, page: await services.meta.fetchPage(order, AbortSignal.timeout(leftMs)) };
  } catch (error) {
    return { ok: false, error };
  }
}

function eventOfError(run: PartRun, error: unknown): StepEvent {
  const { services } = run.slice;
  if (error instanceof MetaError) {
    services.log.warn("meta_error", { jobId: run.slice.lease.jobId, part: run.part.part, error });
    const { retry, retryAfterSeconds, scope } = error;
    return { kind: "failed", retry, failure: toFailure(error), retryAfterSeconds, scope, jitter: services.random() };
  }
  if (error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError"))
    return { kind: "hard_limit" };
  throw error;
}

async function onFetch(run: PartRun, cursor: string | null): Promise<StepEvent> {
  const waiting = run.prefetched;
  run.prefetched = null;
  const fetched = await (waiting !== null && waiting.cursor === cursor ? waiting.fetched : fetchPage(run, cursor));
  if (!fetched.ok) return eventOfError(run, fetched.error);
  run.page = fetched.page;
  return { kind: "fetched", nextCursor: fetched.page.nextCursor, rowCount: fetched.page.rows.length };
}

async function onSave(run: PartRun, outcome: Extract<Outcome, { kind: "save" }>): Promise<StepEvent> {
  const { slice, page } = run;
  const { services } = slice;
  if (page === null) throw new Error(`Part ${run.part.part} has no page in hand to save`);
  // Also after Meta dropped the cursor: the part then begins at its first page again.
  if (outcome.isFirst) run.savedPages = 0;
  if (outcome.prefetch !== null) {
    const { cursor } = outcome.prefetch;
    run.prefetched = { cursor, fetched: fetchPage(run, cursor) };
  }
  const saved = await services.db.savePage(slice.lease, {
    part: run.part.part,
    page: run.savedPages,
    table: page.table,
    rows: page.rows,
    quarantined: page.quarantined,
    cursor: outcome.nextCursor,
    done: outcome.isLast,
    callMs: (services.now() - slice.startedMs) / Math.max(1, slice.calls),
  });
  run.savedPages += 1;
  run.page = null;
  touchProgress(slice);
  const blockedUntil = saved.outcome === "saved" ? saved.blockedUntil : null;
  // Every part of this lane begins no call before the block ends, whichever part was told.
  if (blockedUntil !== null) slice.budget.blockedUntilMs = Date.parse(blockedUntil);
  return {
    kind: "saved",
    cancelled: saved.outcome === "final",
    leaseLost: saved.outcome === "lease_lost",
    blockedUntil,
  };
}

async function onSnooze(run: PartRun, outcome: Extract<Outcome, { kind: "snooze" }>): Promise<void> {
  const { services, lease, request } = run.slice;
  const seconds = Math.max(0, (outcome.untilMs - services.now()) / 1000);
  if (outcome.scope !== "part") {
    const key = outcome.scope === "app" ? "app" : request.accountId;
    run.slice.budget.blockedUntilMs = Math.max(outcome.untilMs, run.slice.budget.blockedUntilMs ?? 0);
    await services.db.block(outcome.scope, key, seconds, outcome.failure?.sentence ?? "Meta asked for a break");
  }
  const transient = outcome.scope === "part" && outcome.failure !== null;
  await services.db.postponePart(lease, run.part.part, seconds, transient);
}

async function onFail(run: PartRun, outcome: Extract<Outcome, { kind: "fail" }>): Promise<void> {
  const { services, lease } = run.slice;
  const { failure, isRequired } = outcome;
  services.log.warn("part_failed", { jobId: lease.jobId, part: run.part.part, stream: run.part.stream, failure });
  const failed = await services.db.failPart(lease, run.part.part, failure, isRequired || endsJob.has(failure.kind));
  if (failed.jobFailed) run.slice.over = "final";
}

/** Carries out one outcome; null when the part's turn is over. */
async function carryOut(run: PartRun, outcome: Outcome): Promise<StepEvent | null> {
  const { slice } = run;
  switch (outcome.kind) {
    case "fetch":
      return onFetch(run, outcome.cursor);
    case "save":
      return onSave(run, outcome);
    case "snooze":
      await onSnooze(run, outcome);
      return null;
    case "split":
      await slice.services.db.splitPart(slice.lease, run.part.part, outcome.parts);
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
    case "poll":
      throw new Error(`Part ${run.part.part} wants to poll report ${outcome.reportId}: nothing plans reports yet`);
    default:
      return outcome satisfies never;
  }
}

/** Works one claimed part to its end, its pause, or the end of the budget. Throws DbError when nothing can be recorded. */
export async function workPart(slice: Slice, part: Part): Promise<void> {
  const run: PartRun = { slice, part, page: null, savedPages: 0, prefetched: null };
  let state: StepState = beginPart(part);
  let event: StepEvent | null = { kind: "claimed" };
  while (event !== null) {
    const outcome: Outcome = step(state, event, slice.services.now(), slice.budget);
    state = outcome.state;
    event = await carryOut(run, outcome);
  }
}
