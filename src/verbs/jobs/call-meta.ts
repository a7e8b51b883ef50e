/** The calls to Meta that a part needs, as events for sync/step: a page, a report's start, a look at it. */
import { CallHeldBackError } from "../../meta/call.ts";
import type { Page } from "../../meta/client.ts";
import { MetaError, toFailure } from "../../meta/errors.ts";
import type { PartRequest } from "../../meta/page-url.ts";
import type { Usage } from "../../meta/usage.ts";
import type { StepEvent, StepState } from "../../sync/outcome.ts";
import { pauseFor } from "../../sync/pace.ts";
import type { Part } from "../../sync/part.ts";
import { holdBack, type Slice } from "./slice.ts";

export type Called<Result> = { ok: true; result: Result } | { ok: false; error: unknown };

type Doors = Slice["services"]["meta"];

/** Begins a call unless the slice was told of a block; headers that warn of one are heeded at once. */
async function call<Result extends { usage: Usage }>(
  slice: Slice,
  begin: (meta: Doors, signal: AbortSignal, mayBegin: () => boolean) => Promise<Result>,
): Promise<Called<Result>> {
  const { services, budget } = slice;
  const leftMs = Math.max(1, budget.hardEndMs - services.now());
  const mayBegin = () => (budget.blockedUntilMs ?? 0) <= services.now();
  slice.calls += 1;
  try {
    const result = await begin(services.meta, AbortSignal.timeout(leftMs), mayBegin);
    await heedUsage(slice, result.usage);
    return { ok: true, result };
  } catch (error) {
    // A throttle names its own wait.
    const warned = error instanceof MetaError && error.retry !== "later" ? error.usage : null;
    // Nobody may be waiting for a page fetched ahead, so a database that doesn't answer must not reject here.
    return warned === null
      ? { ok: false, error }
      : heedUsage(slice, warned).then(
          () => ({ ok: false, error }),
          (cause: unknown) => ({ ok: false, error: cause }),
        );
  }
}

async function heedUsage(slice: Slice, usage: Usage): Promise<void> {
  const pause = pauseFor(usage);
  if (pause === null) return;
  const told = `Meta's headers say that ${Math.round(pause.percent)} % of the calls are used`;
  await holdBack(slice, pause.scope, pause.seconds, told);
}

function requestOf(slice: Slice, part: Part): PartRequest {
  const { stream, level, since, until, breakdown, filter, fields } = part;
  return { accountId: slice.request.accountId, stream, level, since, until, breakdown, filter, fields };
}

export function fetchPage(
  slice: Slice,
  part: Part,
  ask: { cursor: string | null; pageSize: number },
): Promise<Called<Page>> {
  const request = { ...requestOf(slice, part), reportId: part.reportId, ...ask };
  return call(slice, (meta, signal, mayBegin) => meta.fetchPage(request, signal, mayBegin));
}

export function startReport(slice: Slice, part: Part) {
  return call(slice, (meta, signal, mayBegin) => meta.startReport(requestOf(slice, part), signal, mayBegin));
}

/** Throws when the state has no report: a fault in the shell. */
export function pollReport(slice: Slice, { part }: StepState) {
  const { reportId } = part;
  if (reportId === null) throw new Error(`Part ${part.part} has no report to look at`);
  return call(slice, (meta, signal, mayBegin) => meta.pollReport(slice.request.accountId, reportId, signal, mayBegin));
}

/** What an error of a call means for its part. Throws what is no answer of Meta's. */
export function eventOfError(slice: Slice, part: Part, error: unknown): StepEvent {
  const { services } = slice;
  if (error instanceof CallHeldBackError) return { kind: "held_back", untilMs: error.untilMs };
  if (error instanceof MetaError) {
    services.log.warn("meta_error", { jobId: slice.lease.jobId, part: part.part, error });
    const { retry, retryAfterSeconds, scope } = error;
    return { kind: "failed", retry, failure: toFailure(error), retryAfterSeconds, scope, jitter: services.random() };
  }
  if (error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError"))
    return { kind: "hard_limit" };
  throw error;
}
