/** From the headers of a publish, batch item or schedule to the options of a message. */
import { z } from "zod";
import { ApiError } from "./api-error.ts";
import {
  countField,
  durationField,
  flagField,
  flowControlField,
  labelsField,
  methodField,
  retryDelayField,
  unixSecondsField,
  urlField,
} from "./header-fields.ts";
import type { Limits } from "./limits.ts";
import { canonicalizeHeader, type CallbackOptions, type ForwardedHeaders, type MessageOptions } from "./message.ts";

const DEFAULT_RETRIES = 3;

/** The service honours these; this stand-in doesn't yet, and says so instead of delivering something else. */
const ABSENT_HEADERS = ["upstash-queue-name", "upstash-redact-fields", "upstash-header-forward"];

const optionHeaders = z.object({
  "upstash-method": methodField.default("POST"),
  "upstash-delay": durationField.default(0),
  "upstash-not-before": unixSecondsField.optional(),
  "upstash-retries": countField.default(DEFAULT_RETRIES),
  "upstash-retry-delay": retryDelayField.optional(),
  "upstash-timeout": durationField.optional(),
  "upstash-deduplication-id": z.string().min(1, "is empty").optional(),
  "upstash-content-based-deduplication": flagField.default(false),
  "upstash-flow-control-key": z.string().min(1, "is empty").optional(),
  "upstash-flow-control-value": flowControlField.optional(),
  "upstash-label": labelsField.default([]),
});

const callbackHeaders = z.object({
  url: urlField,
  method: methodField.default("POST"),
  retries: countField.optional(),
  "retry-delay": retryDelayField.optional(),
  timeout: durationField.optional(),
});

/**
 * Reads header names in lower case.
 * @throws ApiError 400 that names the header, its value and what was expected.
 */
export function parseMessageOptions(headers: Record<string, string>, limits: Limits): MessageOptions {
  for (const name of ABSENT_HEADERS) {
    if (name in headers) throw new ApiError(400, `${canonicalizeHeader(name)} is not supported by the embedded QStash`);
  }
  const read = parseHeaders(optionHeaders, headers, "");
  const delaySeconds = read["upstash-delay"];
  if (delaySeconds > limits.maxDelaySeconds) {
    throw new ApiError(400, `Upstash-Delay: ${delaySeconds}s is more than the plan's ${limits.maxDelaySeconds}s`);
  }
  const [key, value] = [read["upstash-flow-control-key"], read["upstash-flow-control-value"]];
  if ((key === undefined) !== (value === undefined)) {
    throw new ApiError(400, "Upstash-Flow-Control-Key and Upstash-Flow-Control-Value go together: one is missing");
  }
  return {
    method: read["upstash-method"],
    delaySeconds,
    notBeforeMs: read["upstash-not-before"] ?? null,
    maxRetries: read["upstash-retries"],
    retryDelay: read["upstash-retry-delay"] ?? null,
    timeoutSeconds: read["upstash-timeout"] ?? null,
    deduplicationId: read["upstash-deduplication-id"] ?? null,
    contentBasedDeduplication: read["upstash-content-based-deduplication"],
    callback: parseCallback(headers, "upstash-callback"),
    failureCallback: parseCallback(headers, "upstash-failure-callback"),
    flowControl: key !== undefined && value !== undefined ? { key, ...value } : null,
    labels: read["upstash-label"],
    headers: collectForwarded(headers, "upstash-forward-"),
  };
}

function parseCallback(headers: Record<string, string>, prefix: string): CallbackOptions | null {
  const url = headers[prefix];
  if (url === undefined) return null;
  // Refused by the service since its changelog of March 2025.
  if (`${prefix}-delay` in headers) {
    throw new ApiError(400, `${canonicalizeHeader(prefix)}-Delay: callbacks can't be delayed`);
  }
  const given: Record<string, string> = { url };
  for (const name of ["method", "retries", "retry-delay", "timeout"]) {
    const value = headers[`${prefix}-${name}`];
    if (value !== undefined) given[name] = value;
  }
  const read = parseHeaders(callbackHeaders, given, `${prefix}-`);
  return {
    url: read.url,
    method: read.method,
    maxRetries: read.retries ?? null,
    retryDelay: read["retry-delay"] ?? null,
    timeoutSeconds: read.timeout ?? null,
    headers: collectForwarded(headers, `${prefix}-forward-`),
  };
}

function parseHeaders<T>(schema: z.ZodType<T>, given: Record<string, string>, prefix: string): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const name = canonicalizeHeader(`${prefix}${String(issue?.path[0] ?? "")}`).replace(/-Url$/, "");
  throw new ApiError(400, `${name}: ${issue?.message ?? "unreadable"}`);
}

/** The forwarded headers of one prefix; a message (not a callback) keeps the publisher's Content-Type too. */
function collectForwarded(headers: Record<string, string>, prefix: string): ForwardedHeaders {
  const forwarded: ForwardedHeaders = [];
  const contentType = headers["content-type"];
  if (prefix === "upstash-forward-" && contentType !== undefined) forwarded.push(["Content-Type", contentType]);
  for (const [name, value] of Object.entries(headers)) {
    const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    if (rest !== "" && rest !== "content-type") forwarded.push([canonicalizeHeader(rest), value]);
  }
  return forwarded;
}
