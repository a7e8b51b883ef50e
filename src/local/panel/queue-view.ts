/** The queue as a person reads it: messages with their attempts, dead letters, schedules. No body and no header as it is. */
import type { DeadLetterEntry, MessageWithAttempts } from "../qstash/desk.ts";
import type { MessageState, StoredMessage } from "../qstash/message.ts";
import type { Qstash } from "../qstash/start-qstash.ts";
import type { StoredSchedule } from "../qstash/store/schedules.ts";
import { pathOf } from "./received.ts";

const FINAL_SHOWN = 20;
const LONGEST_VALUE = 60;

const stateWords: Record<MessageState, string> = {
  CREATED: "waiting",
  RETRY: "waiting to be retried",
  ACTIVE: "being delivered",
  CANCEL_REQUESTED: "being delivered, cancelled",
  DELIVERED: "delivered",
  FAILED: "given up",
  CANCELED: "cancelled",
};

export interface QueueView {
  isPaused: boolean;
  messages: {
    id: string;
    /** Where it goes, and what its body says in short. */
    destination: string;
    says: string;
    state: string;
    isFinal: boolean;
    attempts: { atMs: number; status: number | null; error: string | null }[];
    /** World time, epoch milliseconds; null while in flight or final. */
    nextDeliveryAtMs: number | null;
  }[];
  deadLetters: {
    id: string;
    destination: string;
    says: string;
    atMs: number;
    status: number | null;
    error: string | null;
  }[];
  schedules: {
    id: string;
    destination: string;
    cron: string;
    isPaused: boolean;
    nextFireAtMs: number | null;
    lastFiredAtMs: number | null;
  }[];
}

const isSecretName = (name: string) => /token|secret|signature|password|url|authorization|key/i.test(name);

/** The short scalar fields of a JSON body; "" for anything else. */
function summarizeBody(body: Uint8Array): string {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return "";
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) return "";
  return Object.entries(read)
    .filter(([name, value]) => !isSecretName(name) && ["string", "number", "boolean"].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value)}`)
    .filter((pair) => pair.length <= LONGEST_VALUE)
    .join(", ");
}

const describe = (message: StoredMessage) => ({ destination: pathOf(message.url), says: summarizeBody(message.body) });

function viewMessage({ message, attempts }: MessageWithAttempts): QueueView["messages"][number] {
  return {
    id: message.id,
    ...describe(message),
    state: stateWords[message.state],
    isFinal: message.finishedAtMs !== null,
    attempts: attempts.map(({ startedAtMs, answer }) => ({
      atMs: startedAtMs,
      status: answer?.status ?? null,
      error: answer?.error ?? null,
    })),
    nextDeliveryAtMs: message.nextDeliveryAtMs,
  };
}

function viewDeadLetter({ letter, message, answer }: DeadLetterEntry): QueueView["deadLetters"][number] {
  const { status = null, error = null } = answer ?? {};
  return { id: letter.id, ...describe(message), atMs: letter.createdAtMs, status, error };
}

function viewSchedule(schedule: StoredSchedule): QueueView["schedules"][number] {
  const { id, destination, cron, isPaused, nextFireAtMs, lastFiredAtMs } = schedule;
  return { id, destination: pathOf(destination), cron, isPaused, nextFireAtMs, lastFiredAtMs };
}

export function viewQueue(queue: Qstash): QueueView {
  const { desk } = queue;
  return {
    isPaused: desk.isPaused(),
    messages: desk.messages(FINAL_SHOWN).map(viewMessage),
    deadLetters: desk.deadLetters().map(viewDeadLetter),
    schedules: desk.schedules().map(viewSchedule),
  };
}

/** World time of the first delivery that is still to come; null when no message waits for a time. */
export function nextDueAtMs(queue: Qstash, nowMs: number): number | null {
  const times = queue.pending().flatMap((message) => message.nextDeliveryAt ?? []);
  const future = times.filter((atMs) => atMs > nowMs);
  return future.length === 0 ? null : Math.min(...future);
}
