/** What a person sees of the queue beyond the service's own API, and does with it by hand. */
import { ApiError } from "./api-error.ts";
import { fireSchedule } from "./fire-schedules.ts";
import type { StoredMessage } from "./message.ts";
import type { ApiCall, Parts } from "./parts.ts";
import type { Pump } from "./pump.ts";
import { retryDeadLetter } from "./retry-dead-letter.ts";
import type { DeadLetter } from "./store/dead-letters.ts";
import type { Answer, Attempt } from "./store/journal.ts";
import type { StoredSchedule } from "./store/schedules.ts";

export interface MessageWithAttempts {
  message: StoredMessage;
  /** Oldest first. */
  attempts: Attempt[];
}

export interface DeadLetterEntry {
  letter: DeadLetter;
  message: StoredMessage;
  /** The last answer; null when no attempt led to it. */
  answer: Answer | null;
}

/** Lists are newest first. Acts throw ApiError 404 for an unknown id. */
export interface Desk {
  isPaused(): boolean;
  /** The last 500 calls of the API. */
  calls(): (ApiCall & { seq: number })[];
  /** Everything that isn't final, and the last `finalCount` that are. */
  messages(finalCount: number): MessageWithAttempts[];
  attempts(count: number): { attempt: Attempt; message: StoredMessage | undefined }[];
  deadLetters(): DeadLetterEntry[];
  schedules(): StoredSchedule[];
  /** Waits for the outcome. A final message is sent once more. Throws ApiError 409 while it is in flight. */
  deliverNow(messageId: string): Promise<void>;
  /** Publishes the schedule's message now; returns its id. */
  fireSchedule(scheduleId: string): string;
  /** Sends it again as a new message; returns that one's id. */
  retryDeadLetter(dlqId: string): string;
  deleteDeadLetter(dlqId: string): void;
}

export function createDesk(parts: Parts, pump: Pump): Desk {
  const { messages, journal, deadLetters, schedules } = parts;
  const describe = (message: StoredMessage) => ({ message, attempts: journal.listAttempts(message.id) });
  return {
    isPaused: () => pump.isPaused,
    calls: () => parts.calls.list(),
    messages: (finalCount) => {
      const open = messages.listOpen().toReversed();
      return [...open, ...messages.listNewestFinal(finalCount)].map(describe);
    },
    attempts: (count) =>
      journal.listNewestAttempts(count).map((attempt) => ({ attempt, message: messages.find(attempt.messageId) })),
    deadLetters: () =>
      deadLetters.list().flatMap((letter) => {
        const message = messages.find(letter.messageId);
        if (message === undefined) return [];
        const attempt = letter.attemptSeq === null ? undefined : journal.findAttempt(letter.attemptSeq);
        return [{ letter, message, answer: attempt?.answer ?? null }];
      }),
    schedules: () => schedules.list(),
    deliverNow: (messageId) => pump.deliverNow(messageId),
    fireSchedule: (scheduleId) => {
      const schedule = schedules.find(scheduleId);
      if (schedule === undefined) throw new ApiError(404, `schedule ${scheduleId} not found`);
      const messageId = fireSchedule(parts, schedule);
      parts.poke();
      return messageId;
    },
    retryDeadLetter: (dlqId) => {
      const letter = findLetter(parts, dlqId);
      const message = messages.find(letter.messageId);
      if (message === undefined) throw new ApiError(404, `message ${letter.messageId} is no longer kept`);
      return retryDeadLetter(parts, letter, message);
    },
    deleteDeadLetter: (dlqId) => void deadLetters.remove(findLetter(parts, dlqId).id),
  };
}

function findLetter(parts: Parts, dlqId: string): DeadLetter {
  const letter = parts.deadLetters.find(dlqId);
  if (letter === undefined) throw new ApiError(404, `dlq message ${dlqId} not found`);
  return letter;
}
