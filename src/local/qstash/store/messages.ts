/** Rows of messages: kept, found, moved from state to state. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { MessageOptions, MessageState, StoredMessage } from "../message.ts";

const row = z.object({
  seq: z.number(),
  id: z.string(),
  state: z.custom<MessageState>((value) => typeof value === "string"),
  url: z.string(),
  body: z.instanceof(Uint8Array),
  options: z.string(),
  retried: z.number(),
  created_at: z.number(),
  not_before: z.number(),
  next_delivery_at: z.number().nullable(),
  finished_at: z.number().nullable(),
  schedule_id: z.string().nullable(),
  source_message_id: z.string().nullable(),
  caller_ip: z.string(),
});

/** One line of the waiting list: what the pump needs to choose, without the body. */
interface WaitingMessage {
  id: string;
  nextDeliveryAtMs: number;
  flowKey: string | null;
}

interface StateChange {
  state: MessageState;
  retried?: number;
  nextDeliveryAtMs?: number;
  finishedAtMs?: number;
}

type NewMessage = Omit<StoredMessage, "seq" | "state" | "retried" | "finishedAtMs">;

export type MessageStore = ReturnType<typeof createMessageStore>;

export function createMessageStore(database: DatabaseSync) {
  const insert = database.prepare(
    `insert into messages (id, state, url, body, options, retried, created_at, not_before, next_delivery_at,
       flow_key, schedule_id, source_message_id, caller_ip)
     values (?, 'CREATED', ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = database.prepare("select * from messages where id = ?");
  const newest = database.prepare("select * from messages order by seq desc limit ?");
  const newestFinal = database.prepare(
    "select * from messages where finished_at is not null order by seq desc limit ?",
  );
  const open = database.prepare("select * from messages where finished_at is null order by seq");
  const due = database.prepare(
    `select id, next_delivery_at, flow_key from messages
     where next_delivery_at <= ? order by next_delivery_at, seq`,
  );
  const nextTime = database.prepare("select min(next_delivery_at) as at from messages where next_delivery_at > ?");
  const change = database.prepare(
    `update messages set state = ?, retried = coalesce(?, retried), next_delivery_at = ?, finished_at = ?
     where id = ?`,
  );
  const postpone = database.prepare("update messages set next_delivery_at = ? where id = ?");
  const rewrite = database.prepare("update messages set url = ?, options = ? where id = ?");

  return {
    insert(message: NewMessage): void {
      insert.run(
        message.id,
        message.url,
        message.body,
        JSON.stringify(message.options),
        message.createdAtMs,
        message.notBeforeMs,
        message.nextDeliveryAtMs,
        message.options.flowControl?.key ?? null,
        message.scheduleId,
        message.sourceMessageId,
        message.callerIp,
      );
    },
    find(id: string): StoredMessage | undefined {
      const found = byId.get(id);
      return found === undefined ? undefined : readRow(found);
    },
    listNewest: (count: number): StoredMessage[] => newest.all(count).map(readRow),
    listNewestFinal: (count: number): StoredMessage[] => newestFinal.all(count).map(readRow),
    /** Everything that isn't final, oldest first. */
    listOpen: (): StoredMessage[] => open.all().map(readRow),
    /** Waiting messages whose time has come, in the order of their times; read lazily, so don't write meanwhile. */
    *iterateDue(nowMs: number): Generator<WaitingMessage> {
      for (const found of due.iterate(nowMs)) {
        const flowKey = found["flow_key"];
        yield {
          id: String(found["id"]),
          nextDeliveryAtMs: Number(found["next_delivery_at"]),
          flowKey: typeof flowKey === "string" ? flowKey : null,
        };
      }
    },
    /** The first delivery time after `nowMs`, or null. */
    findNextTimeMs(nowMs: number): number | null {
      const at = nextTime.get(nowMs)?.["at"];
      return typeof at === "number" ? at : null;
    },
    change(id: string, to: StateChange): void {
      change.run(to.state, to.retried ?? null, to.nextDeliveryAtMs ?? null, to.finishedAtMs ?? null, id);
    },
    postpone: (id: string, untilMs: number): void => void postpone.run(untilMs, id),
    rewrite(id: string, url: string, options: MessageOptions): void {
      rewrite.run(url, JSON.stringify(options), id);
    },
  };
}

function readRow(found: unknown): StoredMessage {
  const read = row.parse(found);
  return {
    seq: read.seq,
    id: read.id,
    state: read.state,
    url: read.url,
    body: read.body,
    options: JSON.parse(read.options) as MessageOptions,
    retried: read.retried,
    createdAtMs: read.created_at,
    notBeforeMs: read.not_before,
    nextDeliveryAtMs: read.next_delivery_at,
    finishedAtMs: read.finished_at,
    scheduleId: read.schedule_id,
    sourceMessageId: read.source_message_id,
    callerIp: read.caller_ip,
  };
}
