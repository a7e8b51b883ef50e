/** Makes a schedule, or replaces the one of the same id with everything the new request says. */
import { ApiError } from "./api-error.ts";
import { computeNextFireMs } from "./cron-line.ts";
import { IDENTIFIER } from "./header-fields.ts";
import type { Parts } from "./parts.ts";
import { checkOrder, type PublishOrder } from "./publish-message.ts";

/**
 * Returns the schedule's id. An upsert keeps the creation time and the last firing, nothing else.
 * @throws ApiError 400 for a bad cron line, id, destination or header; 412 when the plan's number is reached.
 */
export function putSchedule(parts: Parts, order: PublishOrder): string {
  const cron = order.headers["upstash-cron"];
  if (cron === undefined) throw new ApiError(400, "Upstash-Cron is missing: a schedule needs its cron line");
  checkOrder(parts, order);
  const id = order.headers["upstash-schedule-id"] ?? parts.makeId("scd_");
  if (!IDENTIFIER.test(id)) {
    throw new ApiError(400, `invalid schedule id "${id}": use letters, digits, ".", "_" and "-"`);
  }
  const earlier = parts.schedules.find(id);
  const { maxSchedules } = parts.limits;
  if (earlier === undefined && parts.schedules.list().length >= maxSchedules) {
    throw new ApiError(412, `the plan's ${maxSchedules} schedules are used up; delete one first`);
  }
  parts.schedules.put({
    id,
    destination: order.destination,
    cron,
    headers: order.headers,
    body: order.body,
    callerIp: order.callerIp,
    isPaused: false,
    createdAtMs: earlier?.createdAtMs ?? parts.now(),
    lastFiredAtMs: earlier?.lastFiredAtMs ?? null,
    lastMessageId: earlier?.lastMessageId ?? null,
    nextFireAtMs: readFirstFireMs(cron, parts.now()),
  });
  parts.stats.count("schedules.put");
  parts.poke();
  return id;
}

function readFirstFireMs(cron: string, nowMs: number): number | null {
  try {
    return computeNextFireMs(cron, nowMs);
  } catch (error) {
    throw new ApiError(400, error instanceof Error ? error.message : "invalid cron", { cause: error });
  }
}
