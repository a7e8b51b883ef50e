/** Callback messages: what the publisher is told about an attempt, sent as a message of its own. */
import { canonicalizeHeader, type CallbackOptions, type ForwardedHeaders, type StoredMessage } from "./message.ts";
import type { Parts } from "./parts.ts";
import type { Answer } from "./store/journal.ts";

interface AttemptReport {
  message: StoredMessage;
  answer: Answer;
  /** Only in a failure callback. */
  dlqId?: string;
}

/**
 * Stores a message to the callback's address; the caller holds the transaction.
 * A callback is signed, retried and dead-lettered like any other message, and has no callback itself.
 */
export function storeCallback(parts: Parts, callback: CallbackOptions, report: AttemptReport): void {
  const source = report.message.options;
  const nowMs = parts.now();
  const id = parts.makeId("msg_");
  parts.messages.insert({
    id,
    url: callback.url,
    body: Buffer.from(JSON.stringify(buildCallbackBody(report))),
    options: {
      method: callback.method,
      delaySeconds: 0,
      notBeforeMs: null,
      maxRetries: callback.maxRetries ?? source.maxRetries,
      retryDelay: callback.retryDelay ?? source.retryDelay,
      timeoutSeconds: callback.timeoutSeconds ?? source.timeoutSeconds,
      deduplicationId: null,
      contentBasedDeduplication: false,
      callback: null,
      failureCallback: null,
      flowControl: null,
      labels: source.labels,
      headers: [["Content-Type", "application/json"], ...callback.headers],
    },
    createdAtMs: nowMs,
    notBeforeMs: nowMs,
    nextDeliveryAtMs: nowMs,
    scheduleId: null,
    sourceMessageId: report.message.id,
    callerIp: report.message.callerIp,
  });
  parts.journal.log(id, "CREATED", nowMs);
  parts.stats.count("messages.callbacks");
}

/** Bodies are base64; the two times are text, as in the service's sample. Status 0 = no answer came. */
function buildCallbackBody({ message, answer, dlqId }: AttemptReport): Record<string, unknown> {
  const failure = Buffer.from(answer.error ?? "");
  return {
    status: answer.status,
    header: groupHeaders(Object.entries(answer.headers)),
    body: (answer.error === null ? Buffer.from(answer.body) : failure).toString("base64"),
    retried: message.retried,
    maxRetries: message.options.maxRetries,
    dlqId,
    sourceMessageId: message.id,
    url: message.url,
    method: message.options.method,
    sourceHeader: groupHeaders(message.options.headers),
    sourceBody: Buffer.from(message.body).toString("base64"),
    notBefore: String(message.notBeforeMs),
    createdAt: String(message.createdAtMs),
    scheduleId: message.scheduleId ?? undefined,
    callerIP: message.callerIp,
  };
}

/** Headers as the service shows them: canonical names, a list of values each. */
export function groupHeaders(headers: ForwardedHeaders): Record<string, string[]> {
  return Object.fromEntries(headers.map(([name, value]) => [canonicalizeHeader(name), [value]]));
}
