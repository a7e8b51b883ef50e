/** Accepts a message: reads its headers, drops what was published before, stores it, tells the pump. */
import { createHash } from "node:crypto";
import { ApiError } from "./api-error.ts";
import { assertDestination } from "./destination.ts";
import type { MessageOptions } from "./message.ts";
import { parseMessageOptions } from "./message-options.ts";
import type { Parts } from "./parts.ts";
import { inTransaction } from "./store/transaction.ts";

export interface PublishOrder {
  destination: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
  callerIp: string;
  scheduleId?: string;
}

interface PublishAnswer {
  messageId: string;
  /** Present only on a repeated message; `messageId` is then the first one's. */
  deduplicated?: true;
}

/** @throws ApiError 400 for a bad destination, header or size; nothing is stored then. */
export function publishMessage(parts: Parts, order: PublishOrder): PublishAnswer {
  const answer = acceptMessage(parts, order);
  parts.poke();
  return answer;
}

/** As `publishMessage`, for callers that hold a transaction or wake the pump themselves. */
export function acceptMessage(parts: Parts, order: PublishOrder): PublishAnswer {
  const options = checkOrder(parts, order);
  return inTransaction(parts.database, () => {
    const key = makeDeduplicationKey(order, options);
    const earlier = key === undefined ? undefined : parts.deduplications.findMessageId(key, parts.now());
    if (earlier !== undefined) {
      parts.stats.count("messages.deduplicated");
      return { messageId: earlier, deduplicated: true as const };
    }
    const messageId = storeMessage(parts, order, options);
    if (key !== undefined) {
      parts.deduplications.remember(key, messageId, parts.now() + parts.deduplicationWindowMs);
    }
    return { messageId };
  });
}

/** The checks of publish alone, as a schedule needs them when it is made. */
export function checkOrder(parts: Parts, order: PublishOrder): MessageOptions {
  assertDestination(order.destination);
  const options = parseMessageOptions(order.headers, parts.limits);
  const { maxBodyBytes, maxDelaySeconds } = parts.limits;
  if (order.body.byteLength > maxBodyBytes) {
    throw new ApiError(400, `message of ${order.body.byteLength} bytes is larger than the plan's ${maxBodyBytes}`);
  }
  if (options.notBeforeMs !== null && options.notBeforeMs > parts.now() + maxDelaySeconds * 1000) {
    throw new ApiError(400, `Upstash-Not-Before lies more than the plan's ${maxDelaySeconds}s ahead`);
  }
  return options;
}

function storeMessage(parts: Parts, order: PublishOrder, options: MessageOptions): string {
  const nowMs = parts.now();
  const notBeforeMs = options.notBeforeMs ?? nowMs + Math.round(options.delaySeconds * 1000);
  const id = parts.makeId("msg_");
  parts.messages.insert({
    id,
    url: order.destination,
    body: order.body,
    options,
    createdAtMs: nowMs,
    notBeforeMs: Math.max(notBeforeMs, nowMs),
    nextDeliveryAtMs: Math.max(notBeforeMs, nowMs),
    scheduleId: order.scheduleId ?? null,
    sourceMessageId: null,
    callerIp: order.callerIp,
  });
  if (options.flowControl !== null) parts.flowKeys.configure(options.flowControl);
  parts.journal.log(id, "CREATED", nowMs);
  parts.stats.count("messages.accepted");
  return id;
}

/** An explicit id is the account's; the content key covers destination, body, Content-Type and forwarded headers. */
function makeDeduplicationKey(order: PublishOrder, options: MessageOptions): string | undefined {
  if (options.deduplicationId !== null) return `id:${options.deduplicationId}`;
  if (!options.contentBasedDeduplication) return undefined;
  const headers = options.headers.toSorted(([left], [right]) => (left < right ? -1 : 1));
  const hash = createHash("sha256")
    .update(JSON.stringify([order.destination, headers]))
    .update(order.body);
  return `content:${hash.digest("hex")}`;
}
