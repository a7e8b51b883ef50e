/** After a stop in mid-flight: nobody knows what became of those messages, so they are delivered again. */
import type { Parts } from "./parts.ts";
import { inTransaction } from "./store/transaction.ts";

/** Every message that was in flight is due now, with the same retry number; a cancelled one stays cancelled. */
export function recoverMessages(parts: Parts): void {
  inTransaction(parts.database, () => {
    const nowMs = parts.now();
    for (const message of parts.messages.listOpen()) {
      if (message.state === "ACTIVE") {
        const state = message.retried > 0 ? "RETRY" : "CREATED";
        parts.messages.change(message.id, { state, nextDeliveryAtMs: nowMs });
        parts.stats.count("messages.recovered");
      } else if (message.state === "CANCEL_REQUESTED") {
        parts.messages.change(message.id, { state: "CANCELED", finishedAtMs: nowMs });
        parts.journal.log(message.id, "CANCELED", nowMs);
      }
    }
  });
}
