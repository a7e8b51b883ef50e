/** What happened to each message: its delivery attempts, and the events that the service calls logs. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

type EventState = "CREATED" | "ACTIVE" | "DELIVERED" | "ERROR" | "RETRY" | "FAILED" | "CANCEL_REQUESTED" | "CANCELED";

/** What a destination answered; status 0 with an error text when no whole answer came. */
export interface Answer {
  status: number;
  error: string | null;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface Attempt {
  seq: number;
  messageId: string;
  retried: number;
  /** 0, or the number of the extra copy that a fault made. */
  copy: number;
  startedAtMs: number;
  endedAtMs: number | null;
  answer: Answer | null;
}

export interface JournalEvent {
  seq: number;
  messageId: string;
  timeMs: number;
  state: EventState;
  error: string | null;
  nextDeliveryAtMs: number | null;
  attemptSeq: number | null;
}

interface EventDetails {
  error?: string | null;
  nextDeliveryAtMs?: number;
  attemptSeq?: number;
}

const attemptRow = z.object({
  seq: z.number(),
  message_id: z.string(),
  retried: z.number(),
  copy: z.number(),
  started_at: z.number(),
  ended_at: z.number().nullable(),
  status: z.number().nullable(),
  error: z.string().nullable(),
  headers: z.string().nullable(),
  body: z.instanceof(Uint8Array).nullable(),
});

const eventRow = z.object({
  seq: z.number(),
  message_id: z.string(),
  time: z.number(),
  state: z.custom<EventState>((value) => typeof value === "string"),
  error: z.string().nullable(),
  next_delivery_at: z.number().nullable(),
  attempt_seq: z.number().nullable(),
});

export type Journal = ReturnType<typeof createJournal>;

export function createJournal(database: DatabaseSync) {
  const begin = database.prepare(
    "insert into attempts (message_id, retried, copy, started_at) values (?, ?, ?, ?) returning seq",
  );
  const end = database.prepare(
    "update attempts set ended_at = ?, status = ?, error = ?, headers = ?, body = ? where seq = ?",
  );
  const attempt = database.prepare("select * from attempts where seq = ?");
  const attempts = database.prepare("select * from attempts where message_id = ? order by seq");
  const newest = database.prepare("select * from attempts order by seq desc limit ?");
  const log = database.prepare(
    `insert into events (message_id, time, state, error, next_delivery_at, attempt_seq) values (?, ?, ?, ?, ?, ?)`,
  );
  const events = database.prepare("select * from events where seq < ? order by seq desc");

  return {
    /** Notes that a request is about to leave; returns the attempt's number. */
    beginAttempt(messageId: string, retried: number, copy: number, nowMs: number): number {
      return Number(begin.get(messageId, retried, copy, nowMs)?.["seq"]);
    },
    endAttempt(seq: number, answer: Answer, nowMs: number): void {
      end.run(nowMs, answer.status, answer.error, JSON.stringify(answer.headers), answer.body, seq);
    },
    findAttempt(seq: number): Attempt | undefined {
      const found = attempt.get(seq);
      return found === undefined ? undefined : readAttempt(found);
    },
    listAttempts: (messageId: string): Attempt[] => attempts.all(messageId).map(readAttempt),
    /** Of all messages, newest first. */
    listNewestAttempts: (count: number): Attempt[] => newest.all(count).map(readAttempt),
    log(messageId: string, state: EventState, nowMs: number, details: EventDetails = {}): void {
      const { error = null, nextDeliveryAtMs = null, attemptSeq = null } = details;
      log.run(messageId, nowMs, state, error, nextDeliveryAtMs, attemptSeq);
    },
    /** Newest first, older than event number `beforeSeq`. */
    *iterateEvents(beforeSeq = Number.MAX_SAFE_INTEGER): Generator<JournalEvent> {
      for (const found of events.iterate(beforeSeq)) {
        const read = eventRow.parse(found);
        yield {
          seq: read.seq,
          messageId: read.message_id,
          timeMs: read.time,
          state: read.state,
          error: read.error,
          nextDeliveryAtMs: read.next_delivery_at,
          attemptSeq: read.attempt_seq,
        };
      }
    },
  };
}

function readAttempt(found: unknown): Attempt {
  const read = attemptRow.parse(found);
  const answer: Answer | null =
    read.status === null
      ? null
      : {
          status: read.status,
          error: read.error,
          headers: JSON.parse(read.headers ?? "{}") as Record<string, string>,
          body: read.body ?? new Uint8Array(),
        };
  return {
    seq: read.seq,
    messageId: read.message_id,
    retried: read.retried,
    copy: read.copy,
    startedAtMs: read.started_at,
    endedAtMs: read.ended_at,
    answer,
  };
}
