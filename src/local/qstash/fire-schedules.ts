/** Turns schedules whose time has come into messages. */
import { computeNextFireMs } from "./cron-line.ts";
import type { Parts } from "./parts.ts";
import { acceptMessage } from "./publish-message.ts";
import type { StoredSchedule } from "./store/schedules.ts";
import { inTransaction } from "./store/transaction.ts";

/** A jump of the clock over several slots fires once, as on a machine that slept; a paused slot passes unused. */
export function fireDueSchedules(parts: Parts): void {
  const nowMs = parts.now();
  const firstAtMs = parts.schedules.findNextTimeMs();
  if (firstAtMs === null || firstAtMs > nowMs) return;
  for (const schedule of parts.schedules.list()) {
    if (schedule.nextFireAtMs === null || schedule.nextFireAtMs > nowMs) continue;
    const next = { ...schedule, nextFireAtMs: computeNextFireMs(schedule.cron, nowMs) };
    if (schedule.isPaused) parts.schedules.put(next);
    else fireSchedule(parts, next);
    parts.stats.count(schedule.isPaused ? "schedules.skipped" : "schedules.fired");
  }
}

/** Publishes the schedule's message now and stores the schedule as given; returns the new message's id. */
export function fireSchedule(parts: Parts, schedule: StoredSchedule): string {
  return inTransaction(parts.database, () => {
    const { messageId } = acceptMessage(parts, {
      destination: schedule.destination,
      headers: schedule.headers,
      body: schedule.body,
      callerIp: schedule.callerIp,
      scheduleId: schedule.id,
    });
    parts.schedules.put({ ...schedule, lastFiredAtMs: parts.now(), lastMessageId: messageId });
    return messageId;
  });
}

/** At start: slots that passed while nothing ran are lost, there is no catch-up. */
export function skipMissedSlots(parts: Parts): void {
  for (const schedule of parts.schedules.list()) {
    if (schedule.nextFireAtMs !== null && schedule.nextFireAtMs <= parts.now() && !schedule.isPaused) {
      parts.stats.count("schedules.missed");
    }
    parts.schedules.put({ ...schedule, nextFireAtMs: computeNextFireMs(schedule.cron, parts.now()) });
  }
}

/** After the clock was moved back, a slot that is near again must not wait for the one computed in the future. */
export function advanceSlotsAfterMove(parts: Parts): void {
  for (const schedule of parts.schedules.list()) {
    const nextFireAtMs = computeNextFireMs(schedule.cron, parts.now());
    if (nextFireAtMs === null) continue;
    if (schedule.nextFireAtMs === null || nextFireAtMs < schedule.nextFireAtMs) {
      parts.schedules.put({ ...schedule, nextFireAtMs });
    }
  }
}
