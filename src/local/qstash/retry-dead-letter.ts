/** Sends a dead letter again as a new message; the letter is gone then. */
import type { DeadLetter } from "./store/dead-letters.ts";
import type { StoredMessage } from "./message.ts";
import type { Parts } from "./parts.ts";
import { inTransaction } from "./store/transaction.ts";

/** Same destination, headers and body under a new id, due now; returns the id. */
export function retryDeadLetter(parts: Parts, letter: DeadLetter, message: StoredMessage): string {
  const id = parts.makeId("msg_");
  const nowMs = parts.now();
  inTransaction(parts.database, () => {
    parts.deadLetters.remove(letter.id);
    parts.messages.insert({ ...message, id, createdAtMs: nowMs, notBeforeMs: nowMs, nextDeliveryAtMs: nowMs });
    parts.journal.log(id, "CREATED", nowMs);
  });
  parts.stats.count("messages.retried-from-dlq");
  parts.poke();
  return id;
}
