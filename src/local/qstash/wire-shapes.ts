/** The JSON that the service's API shows of messages, dead letters, schedules and events. */
import { groupHeaders } from "./callbacks.ts";
import type { StoredMessage } from "./message.ts";
import { parseMessageOptions } from "./message-options.ts";
import type { Parts } from "./parts.ts";
import type { DeadLetter } from "./store/dead-letters.ts";
import type { Answer, JournalEvent } from "./store/journal.ts";
import type { StoredSchedule } from "./store/schedules.ts";

/** Absent fields are left out, as the service does. */
type Json = Record<string, unknown>;

export function showMessage(message: StoredMessage): Json {
  const { options } = message;
  return {
    messageId: message.id,
    url: message.url,
    method: options.method,
    header: groupHeaders(options.headers),
    ...showBody("body", message.body),
    maxRetries: options.maxRetries,
    retryDelayExpression: options.retryDelay ?? undefined,
    notBefore: message.notBeforeMs,
    createdAt: message.createdAtMs,
    callback: options.callback?.url,
    failureCallback: options.failureCallback?.url,
    scheduleId: message.scheduleId ?? undefined,
    callerIP: message.callerIp,
    flowControlKey: options.flowControl?.key,
    parallelism: options.flowControl?.parallelism ?? undefined,
    rate: options.flowControl?.rate ?? undefined,
    period: options.flowControl?.periodSeconds,
    ...showLabels(options.labels),
  };
}

export function showDeadLetter(letter: DeadLetter, message: StoredMessage, answer: Answer | null): Json {
  return {
    ...showMessage(message),
    dlqId: letter.id,
    responseStatus: answer?.status,
    responseHeader: answer === null ? undefined : groupHeaders(Object.entries(answer.headers)),
    ...(answer === null ? {} : showBody("responseBody", answer.error === null ? answer.body : encode(answer.error))),
  };
}

export function showSchedule(parts: Parts, schedule: StoredSchedule): Json {
  const options = parseMessageOptions(schedule.headers, parts.limits);
  const last = schedule.lastMessageId === null ? undefined : parts.messages.find(schedule.lastMessageId);
  return {
    scheduleId: schedule.id,
    cron: schedule.cron,
    destination: schedule.destination,
    method: options.method,
    header: groupHeaders(options.headers),
    ...showBody("body", schedule.body),
    retries: options.maxRetries,
    retryDelayExpression: options.retryDelay ?? undefined,
    delay: options.delaySeconds === 0 ? undefined : options.delaySeconds,
    callback: options.callback?.url,
    failureCallback: options.failureCallback?.url,
    callerIP: schedule.callerIp,
    isPaused: schedule.isPaused,
    createdAt: schedule.createdAtMs,
    lastScheduleTime: schedule.lastFiredAtMs ?? undefined,
    nextScheduleTime: schedule.nextFireAtMs ?? undefined,
    lastScheduleStates: last === undefined ? undefined : { [last.id]: summarizeState(last) },
    flowControlKey: options.flowControl?.key,
    parallelism: options.flowControl?.parallelism ?? undefined,
    rate: options.flowControl?.rate ?? undefined,
    period: options.flowControl?.periodSeconds,
    ...showLabels(options.labels),
  };
}

/** Sources disagree on two names (retryDelayExpr, responseHeader), so both spellings are given. */
export function showEvent(event: JournalEvent, message: StoredMessage, answer: Answer | null): Json {
  const { options } = message;
  const responseHeader = answer === null ? undefined : groupHeaders(Object.entries(answer.headers));
  return {
    time: event.timeMs,
    messageId: event.messageId,
    state: event.state,
    url: message.url,
    method: options.method,
    header: groupHeaders(options.headers),
    body: Buffer.from(message.body).toString("base64"),
    error: event.error ?? undefined,
    nextDeliveryTime: event.nextDeliveryAtMs ?? undefined,
    scheduleId: message.scheduleId ?? undefined,
    responseStatus: answer?.status,
    responseBody: answer === null ? undefined : Buffer.from(answer.body).toString("base64"),
    responseHeader,
    responseHeaders: responseHeader,
    timeout: options.timeoutSeconds ?? undefined,
    callback: options.callback?.url,
    failureCallback: options.failureCallback?.url,
    maxRetries: options.maxRetries,
    retryDelayExpr: options.retryDelay ?? undefined,
    retryDelayExpression: options.retryDelay ?? undefined,
    flowControlKey: options.flowControl?.key,
    ...showLabels(options.labels),
  };
}

function summarizeState(message: StoredMessage): "SUCCESS" | "FAIL" | "IN_PROGRESS" {
  if (message.state === "DELIVERED") return "SUCCESS";
  return message.finishedAtMs === null ? "IN_PROGRESS" : "FAIL";
}

function showLabels(labels: string[]): Json {
  return labels.length === 0 ? {} : { label: labels.join(","), labels };
}

/** Text if the bytes are UTF-8, else base64 under another name. */
function showBody(name: "body" | "responseBody", body: Uint8Array): Json {
  try {
    return { [name]: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body) };
  } catch {
    return { [`${name}Base64`]: Buffer.from(body).toString("base64") };
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
