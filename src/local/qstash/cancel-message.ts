/** Cancels messages that are still waiting or in flight. */
import type { StoredMessage } from "./message.ts";
import type { Parts } from "./parts.ts";
import { inTransaction } from "./store/transaction.ts";

/**
 * A waiting message is never delivered. One in flight may still arrive (too late to stop): it is only not retried.
 * False if the message is final already. No failure callback is sent.
 */
export function cancelMessage(parts: Parts, message: StoredMessage): boolean {
  if (message.finishedAtMs !== null || message.state === "CANCEL_REQUESTED") return false;
  inTransaction(parts.database, () => {
    const nowMs = parts.now();
    parts.journal.log(message.id, "CANCEL_REQUESTED", nowMs);
    if (message.state === "ACTIVE") {
      parts.messages.change(message.id, { state: "CANCEL_REQUESTED" });
      return;
    }
    parts.messages.change(message.id, { state: "CANCELED", finishedAtMs: nowMs });
    parts.journal.log(message.id, "CANCELED", nowMs);
  });
  parts.stats.count("messages.cancelled");
  return true;
}
