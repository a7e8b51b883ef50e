/** Rows of schedules. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

export interface StoredSchedule {
  id: string;
  destination: string;
  cron: string;
  /** The headers of the request that made it, lower-case names: each firing publishes with them. */
  headers: Record<string, string>;
  body: Uint8Array;
  callerIp: string;
  isPaused: boolean;
  createdAtMs: number;
  lastFiredAtMs: number | null;
  lastMessageId: string | null;
  /** null if the line never fires again. */
  nextFireAtMs: number | null;
}

const row = z.object({
  id: z.string(),
  destination: z.string(),
  cron: z.string(),
  headers: z.string(),
  body: z.instanceof(Uint8Array),
  caller_ip: z.string(),
  is_paused: z.number(),
  created_at: z.number(),
  last_fired_at: z.number().nullable(),
  last_message_id: z.string().nullable(),
  next_fire_at: z.number().nullable(),
});

export type ScheduleStore = ReturnType<typeof createScheduleStore>;

export function createScheduleStore(database: DatabaseSync) {
  const put = database.prepare(
    `insert or replace into schedules (id, destination, cron, headers, body, caller_ip, is_paused, created_at,
       last_fired_at, last_message_id, next_fire_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = database.prepare("select * from schedules where id = ?");
  const list = database.prepare("select * from schedules order by created_at, id");
  const remove = database.prepare("delete from schedules where id = ?");
  const nextTime = database.prepare("select min(next_fire_at) as at from schedules");

  return {
    /** Inserts, or replaces the whole row of the same id. */
    put(schedule: StoredSchedule): void {
      put.run(
        schedule.id,
        schedule.destination,
        schedule.cron,
        JSON.stringify(schedule.headers),
        schedule.body,
        schedule.callerIp,
        schedule.isPaused ? 1 : 0,
        schedule.createdAtMs,
        schedule.lastFiredAtMs,
        schedule.lastMessageId,
        schedule.nextFireAtMs,
      );
    },
    find(id: string): StoredSchedule | undefined {
      const found = byId.get(id);
      return found === undefined ? undefined : readRow(found);
    },
    list: (): StoredSchedule[] => list.all().map(readRow),
    remove: (id: string): boolean => Number(remove.run(id).changes) > 0,
    findNextTimeMs(): number | null {
      const at = nextTime.get()?.["at"];
      return typeof at === "number" ? at : null;
    },
  };
}

function readRow(found: unknown): StoredSchedule {
  const read = row.parse(found);
  return {
    id: read.id,
    destination: read.destination,
    cron: read.cron,
    headers: JSON.parse(read.headers) as Record<string, string>,
    body: read.body,
    callerIp: read.caller_ip,
    isPaused: read.is_paused === 1,
    createdAtMs: read.created_at,
    lastFiredAtMs: read.last_fired_at,
    lastMessageId: read.last_message_id,
    nextFireAtMs: read.next_fire_at,
  };
}
