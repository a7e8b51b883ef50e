/** The few calls of a dry run: one after the other, timed, counted, and none once Meta's headers warn of a limit. */
import { MetaError } from "../../meta/errors.ts";
import type { PartRequest } from "../../meta/page-url.ts";
import type { Usage } from "../../meta/usage.ts";
import type { Services } from "../../services.ts";
import { addDays, countDays, type Day } from "../../sync/day.ts";
import type { Counted } from "../../sync/estimate.ts";
import type { Window } from "../../sync/job.ts";
import { pauseFor } from "../../sync/pace.ts";
import type { PlannedPart } from "../../sync/part.ts";
import type { PlanFacts } from "../../sync/plan.ts";
import type { Level } from "../../sync/request.ts";
import { streams } from "../../sync/streams.ts";

/** Calls of one dry run, at most. */
const mostCalls = 8;

/** Thrown when Meta wants a break before everything is counted. */
export class CountPausedError extends Error {
  override readonly name = "CountPausedError";
  readonly untilMs: number;

  constructor(sentence: string, untilMs: number, cause?: unknown) {
    super(sentence, { cause });
    this.untilMs = untilMs;
  }
}

type Meta = Services["meta"];

export interface Count {
  call<Answer extends { usage: Usage }>(ask: (meta: Meta, signal: AbortSignal) => Promise<Answer>): Promise<Answer>;
  left(): number;
  /** Of the calls so far. */
  meanSeconds(): number;
  /** As the last headers said. */
  readonly tier: string | null;
  readonly usedPercent: number;
}

/** Each call throws MetaError, or CountPausedError when Meta asks for a break or is about to. */
export function beginCount(services: Services): Count {
  const signal = AbortSignal.timeout(services.config.sliceSeconds * 1000);
  let calls = 0;
  let spentMs = 0;
  let usage: Usage | null = null;
  const heed = () => {
    const pause = usage === null ? null : pauseFor(usage);
    if (pause === null) return;
    const sentence = `Meta's headers say that ${Math.round(pause.percent)} % of the calls are used`;
    throw new CountPausedError(sentence, services.now() + pause.seconds * 1000);
  };
  return {
    async call(ask) {
      if (calls >= mostCalls) throw new Error(`A dry run makes at most ${mostCalls} calls`);
      heed();
      calls += 1;
      const beganMs = services.now();
      try {
        const answer = await ask(services.meta, signal);
        usage = answer.usage;
        return answer;
      } catch (error) {
        if (!(error instanceof MetaError) || error.retryAfterSeconds === null) throw error;
        const whose = error.scope === "app" ? "from this app" : "for this ad account";
        const untilMs = services.now() + error.retryAfterSeconds * 1000;
        throw new CountPausedError(`Meta asks for a break after too many calls ${whose}`, untilMs, error);
      } finally {
        spentMs += services.now() - beganMs;
      }
    },
    left: () => mostCalls - calls,
    meanSeconds: () => spentMs / Math.max(1, calls) / 1000,
    get tier() {
      return usage?.tier ?? null;
    },
    get usedPercent() {
      return usage?.accountStopPercent ?? 0;
    },
  };
}

function requestOf(accountId: string, part: PlannedPart): PartRequest {
  const { stream, level, since, until, breakdown, filter, fields } = part;
  return { accountId, stream, level, since, until, breakdown, filter, fields };
}

/** Counts what each entity part would list. */
export async function countLists(
  count: Count,
  accountId: string,
  parts: readonly PlannedPart[],
): Promise<Counted["listed"]> {
  const listed: Counted["listed"] = {};
  for (const part of parts.filter(({ stream }) => streams[stream].kind === "edge")) {
    const { total } = await count.call((meta, signal) => meta.countListed(requestOf(accountId, part), signal));
    if (total !== null) listed[part.stream] = total;
  }
  return listed;
}

/** A sample of insights; null when Meta can't gather even that at once. */
async function sample(count: Count, request: PartRequest, level: Level) {
  try {
    return await count.call((meta, signal) => meta.sampleInsights({ ...request, level }, signal));
  } catch (error) {
    if (error instanceof MetaError && (error.retry === "smaller_page" || error.retry === "smaller_part")) return null;
    throw error;
  }
}

const edges = { campaign: "campaigns", adset: "ad_sets", ad: "ads" } as const;

/** More objects than one answer holds: those that run now stand for those with figures. */
async function countRunning(count: Count, accountId: string, level: keyof typeof edges): Promise<number | null> {
  const nothing = { level: null, since: null, until: null, breakdown: "", fields: "all" } as const;
  const request = { ...nothing, accountId, stream: edges[level], filter: null, statuses: ["ACTIVE"] };
  const { total } = await count.call((meta, signal) => meta.countListed(request, signal));
  return total;
}

/** Today, whose figures still grow, only when there is no other day. */
function newestFullDay({ since, until }: Window, today: Day): Day {
  const yesterday = addDays(today, -1);
  if (until < today) return until;
  return yesterday < since ? since : yesterday;
}

/** In longer windows the objects come and go on no straight line. */
const straightDays = 60;

/** The day in the middle of a long window, then the first one. */
function olderDays(window: Window, newest: Day): Day[] {
  const days = countDays({ since: window.since, until: newest });
  const middle = days > straightDays ? [addDays(window.since, Math.floor(days / 2))] : [];
  return days > 1 ? [...middle, window.since] : [];
}

/** Learns from single days which share of the objects has figures. `today` is the account's. */
export async function countRows(
  count: Count,
  facts: PlanFacts,
  parts: readonly PlannedPart[],
  today: Day,
): Promise<Omit<Counted, "listed">> {
  const { window, request } = facts;
  const { level, accountId } = request;
  const found: Omit<Counted, "listed"> = { delivering: [], rowsPerObject: null, deletedRows: null };
  const plan = (stream: PlannedPart["stream"]) => parts.find((part) => part.stream === stream);
  const daily = plan("insights");
  if (window === null || daily === undefined || level === "account") return found;
  const newest = newestFullDay(window, today);
  const onDay = (part: PlannedPart, day: Day) => requestOf(accountId, { ...part, since: day, until: day });

  const first = await sample(count, onDay(daily, newest), level);
  const byBreakdown = plan("breakdowns");
  const broken = byBreakdown === undefined ? null : await sample(count, onDay(byBreakdown, newest), level);
  if (broken !== null && broken.objects > 0) found.rowsPerObject = broken.rows / broken.objects;
  if (first?.complete === true) {
    const samples = [{ day: newest, objects: first.objects }];
    for (const day of olderDays(window, newest)) {
      const older = count.left() > 0 ? await sample(count, onDay(daily, day), level) : null;
      if (older?.complete === true) samples.push({ day, objects: older.objects });
    }
    found.delivering = samples;
  } else {
    const running = await countRunning(count, accountId, level);
    if (running !== null) found.delivering = [{ day: newest, objects: Math.max(running, first?.objects ?? 0) }];
  }
  const deleted = plan("deleted");
  if (deleted !== undefined && count.left() > 0) {
    const whole = requestOf(accountId, { ...deleted, since: window.since, until: window.until });
    const all = await sample(count, whole, level);
    if (all?.complete === true) found.deletedRows = all.rows;
  }
  return found;
}
