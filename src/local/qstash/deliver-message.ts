/** One delivery attempt from claim to outcome, with the faults that concern it. */
import type { MessageState, StoredMessage } from "./message.ts";
import type { Parts } from "./parts.ts";
import { makeFailure, sendRequest } from "./send-request.ts";
import { settleAttempt } from "./settle-attempt.ts";
import type { Answer } from "./store/journal.ts";
import { inTransaction } from "./store/transaction.ts";

const IN_FLIGHT: MessageState = "ACTIVE";

/** Commits "in flight" before anything is sent, so that a crash in between means a second delivery, never none. */
export function claimMessage(parts: Parts, id: string): StoredMessage | undefined {
  return inTransaction(parts.database, () => {
    const message = parts.messages.find(id);
    if (message === undefined || message.nextDeliveryAtMs === null) return undefined;
    parts.messages.change(id, { state: IN_FLIGHT });
    parts.journal.log(id, "ACTIVE", parts.now());
    return message;
  });
}

/** Sends a claimed message and records the outcome; when `stop` is aborted nothing is recorded. */
export async function deliverMessage(parts: Parts, message: StoredMessage, stop: AbortSignal): Promise<void> {
  const subject = { labels: message.options.labels, url: message.url };
  const duplicate = parts.faults.take("duplicate", subject);
  const lost = parts.faults.take("lost-answer", subject);
  if (duplicate !== undefined) parts.stats.count("faults.duplicate");
  if (lost !== undefined) parts.stats.count("faults.lost-answer");
  const copies = Array.from({ length: (duplicate?.copies ?? (duplicate ? 2 : 1)) - 1 }, (_, at) => at + 1);
  const [first] = await Promise.all([0, ...copies].map((copy) => sendCopy(parts, message, copy, stop)));
  if (stop.aborted || first === undefined) return;
  const answer = lost === undefined ? first.answer : makeFailure("connection lost before the answer (fault)");
  settleAttempt(parts, message, first.attemptSeq, answer);
}

/** Sends a message once more without touching its state: a late duplicate, or a delivery after a cancel. */
export async function redeliverFinal(parts: Parts, message: StoredMessage, stop: AbortSignal): Promise<void> {
  const sent = parts.journal.listAttempts(message.id).filter((attempt) => attempt.retried === message.retried);
  await sendCopy(parts, message, sent.length, stop);
}

async function sendCopy(
  parts: Parts,
  message: StoredMessage,
  copy: number,
  stop: AbortSignal,
): Promise<{ attemptSeq: number; answer: Answer }> {
  const attemptSeq = parts.journal.beginAttempt(message.id, message.retried, copy, parts.now());
  parts.stats.count("deliveries.sent");
  const answer = await sendRequest(parts, message, stop);
  if (!stop.aborted) parts.journal.endAttempt(attemptSeq, answer, parts.now());
  return { attemptSeq, answer };
}
