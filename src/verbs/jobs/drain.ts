/** Drain: what transactions wrote into the outbox goes out: slices and reports to the queue, first posts to Slack. */
import type { OutboxRow } from "../../db/outbox.ts";
import { queueMessageSchema, type QueueMessage } from "../../queue/messages.ts";
import type { Services } from "../../services.ts";
import { admitOrder } from "./admit.ts";
import { showLiving } from "./report.ts";

/** A door empties at most this many other rows after its answer. */
const doorDrainLimit = 5;

function messageOf(row: OutboxRow): { message: QueueMessage; deduplicationId: string } {
  const { workspaceId, jobId, lane, seq, copy, attempt } = row;
  if (row.kind === "slice") {
    const message = queueMessageSchema.parse({ kind: "slice", workspaceId, jobId, lane, seq, copy });
    return { message, deduplicationId: `${jobId}.${lane}.${seq}.${copy}` };
  }
  const message = queueMessageSchema.parse({ kind: "report", workspaceId, jobId, attempt });
  // The row's id makes each report row a message of its own: the sweeper's second one must not be swallowed.
  return { message, deduplicationId: `${jobId}.report.${attempt}.${row.id}` };
}

async function sendRow(services: Services, row: OutboxRow): Promise<void> {
  const { db, queue, config } = services;
  switch (row.kind) {
    case "slice":
    case "report": {
      if (config.publishRefusal !== null) return;
      const { message, deduplicationId } = messageOf(row);
      const { delaySeconds, accountId } = row;
      const { messageId } = await queue.publish(message, { deduplicationId, delaySeconds, accountId });
      await db.markOutbox(row.id, messageId);
      return;
    }
    case "post": {
      if (row.jobId === null) return;
      const shown = await showLiving(services, row.workspaceId, row.jobId);
      if (shown.outcome === "later") await db.delayOutbox(row.id, shown.reason, shown.retryAfterSeconds);
      else await db.markOutbox(row.id, shown.outcome);
      return;
    }
    case "admit": {
      const admitted = row.orderKey === null ? null : await admitOrder(services, row.workspaceId, row.orderKey);
      await db.markOutbox(row.id, "admitted");
      if (admitted?.outcome === "started") await drainOutbox(services, { jobId: admitted.jobId });
      return;
    }
    default:
      row.kind satisfies never;
  }
}

/** People read that the sync waits for the queue. A job's very first message is followed by its post, which says it. */
function showQueueTrouble(services: Services, row: OutboxRow): void {
  const { workspaceId, jobId } = row;
  if (row.kind !== "slice" || jobId === null || row.seq === 1) return;
  services.background.run("queue trouble edit", () => showLiving(services, workspaceId, jobId));
}

/** Sends due rows (of one job, or the oldest of all); a row that fails stays, and is due again after a growing while. */
export async function drainOutbox(
  services: Services,
  options: { jobId?: string; limit?: number },
): Promise<{ sent: number; failed: number }> {
  const rows = await services.db.takeOutbox(options.limit ?? doorDrainLimit, options.jobId ?? null);
  let failed = 0;
  // One after the other: a job's first post must see whether its first message reached the queue.
  for (const row of rows) {
    try {
      await sendRow(services, row);
    } catch (error) {
      failed += 1;
      services.log.warn("outbox_row_failed", { id: row.id, kind: row.kind, jobId: row.jobId, tries: row.tries, error });
      await services.db.delayOutbox(row.id, error instanceof Error ? error.message : String(error));
      showQueueTrouble(services, row);
    }
  }
  return { sent: rows.length - failed, failed };
}
