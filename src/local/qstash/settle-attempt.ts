/** Decides what an attempt's answer means for its message, and writes all of it in one transaction. */
import { storeCallback } from "./callbacks.ts";
import type { StoredMessage } from "./message.ts";
import type { Parts } from "./parts.ts";
import { computeRetryDelayMs } from "./retry-time.ts";
import type { Answer } from "./store/journal.ts";
import { inTransaction } from "./store/transaction.ts";

type Outcome = "delivered" | "retry" | "failed" | "canceled";

/** `message` is as it was when the attempt began; whether it was cancelled meanwhile is read again. */
export function settleAttempt(parts: Parts, message: StoredMessage, attemptSeq: number, answer: Answer): Outcome {
  const outcome = inTransaction(parts.database, () => {
    const isCancelled = parts.messages.find(message.id)?.state === "CANCEL_REQUESTED";
    const outcome = judge(message, answer, isCancelled);
    if (outcome === "delivered") recordDelivered(parts, message, attemptSeq, answer);
    else recordFailure(parts, message, attemptSeq, answer, outcome);
    return outcome;
  });
  parts.stats.count(`deliveries.${outcome}`);
  return outcome;
}

/** Every answer outside 2xx is a failure, redirects too; 489 with its header says that retrying is useless. */
function judge(message: StoredMessage, answer: Answer, isCancelled: boolean): Outcome {
  if (answer.error === null && answer.status >= 200 && answer.status < 300) return "delivered";
  if (isCancelled) return "canceled";
  const isFinal = answer.status === 489 && answer.headers["upstash-nonretryable-error"]?.toLowerCase() === "true";
  return isFinal || message.retried >= message.options.maxRetries ? "failed" : "retry";
}

function recordDelivered(parts: Parts, message: StoredMessage, attemptSeq: number, answer: Answer): void {
  const nowMs = parts.now();
  parts.messages.change(message.id, { state: "DELIVERED", finishedAtMs: nowMs });
  parts.journal.log(message.id, "DELIVERED", nowMs, { attemptSeq });
  const { callback } = message.options;
  if (callback !== null) storeCallback(parts, callback, { message, answer });
}

function recordFailure(
  parts: Parts,
  message: StoredMessage,
  attemptSeq: number,
  answer: Answer,
  outcome: Exclude<Outcome, "delivered">,
): void {
  const nowMs = parts.now();
  const error = answer.error ?? `destination answered ${answer.status}`;
  parts.journal.log(message.id, "ERROR", nowMs, { error, attemptSeq });
  const { callback } = message.options;
  if (callback !== null && outcome !== "canceled") storeCallback(parts, callback, { message, answer });
  if (outcome === "canceled") {
    parts.messages.change(message.id, { state: "CANCELED", finishedAtMs: nowMs });
    parts.journal.log(message.id, "CANCELED", nowMs);
  } else if (outcome === "retry") {
    const { retried } = message;
    const { retryDelay } = message.options;
    const nextDeliveryAtMs = Math.round(
      nowMs + computeRetryDelayMs({ retried, nowMs, headers: answer.headers, retryDelay }),
    );
    parts.messages.change(message.id, { state: "RETRY", retried: retried + 1, nextDeliveryAtMs });
    parts.journal.log(message.id, "RETRY", nowMs, { nextDeliveryAtMs, attemptSeq });
  } else {
    recordExhausted(parts, message, attemptSeq, answer, error);
  }
}

function recordExhausted(
  parts: Parts,
  message: StoredMessage,
  attemptSeq: number,
  answer: Answer,
  error: string,
): void {
  const nowMs = parts.now();
  const dlqId = `${nowMs}-${parts.takeSerial()}`;
  parts.messages.change(message.id, { state: "FAILED", finishedAtMs: nowMs });
  parts.deadLetters.insert({ id: dlqId, messageId: message.id, attemptSeq, createdAtMs: nowMs });
  parts.journal.log(message.id, "FAILED", nowMs, { error, attemptSeq });
  const { failureCallback } = message.options;
  if (failureCallback !== null) storeCallback(parts, failureCallback, { message, answer, dlqId });
}
