/** When a failed delivery is tried again: the destination's own wish, the publisher's expression, or the backoff. */
import { parseDurationSeconds } from "./duration.ts";
import { parseRetryExpression } from "./retry-expression.ts";

const ONE_DAY_MS = 86_400_000;

/** First one present wins; each holds seconds, an HTTP date or a duration such as `6m5s`. */
const WAIT_HEADERS = [
  "retry-after",
  "x-ratelimit-reset",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
] as const;

interface FailedAttempt {
  /** Retries before this attempt: 0 when the first delivery failed. */
  retried: number;
  /** Epoch milliseconds of world time. */
  nowMs: number;
  /** Answer headers, lower-case names; empty if no answer came. */
  headers: Record<string, string>;
  /** The `Upstash-Retry-Delay` of the message, already accepted at publish. */
  retryDelay: string | null;
}

/** Milliseconds until the next attempt. */
export function computeRetryDelayMs(attempt: FailedAttempt): number {
  return readWishedWaitMs(attempt) ?? evaluateExpressionMs(attempt) ?? computeBackoffMs(attempt.retried + 1);
}

/** The documented curve min(86400, e^(2.5 n)) in whole seconds: 12 s, 2m28s, 30m8s, 6h7m6s, then a day. */
export function computeBackoffMs(retry: number): number {
  return Math.floor(Math.min(86_400, Math.exp(2.5 * retry))) * 1000;
}

function readWishedWaitMs(attempt: FailedAttempt): number | undefined {
  for (const name of WAIT_HEADERS) {
    const value = attempt.headers[name];
    if (value === undefined) continue;
    const waitMs = parseWaitMs(value.trim(), attempt.nowMs);
    // More than a day isn't honoured: the usual delay applies.
    return waitMs === undefined || waitMs > ONE_DAY_MS ? undefined : Math.max(0, waitMs);
  }
  return undefined;
}

function parseWaitMs(value: string, nowMs: number): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value) * 1000;
  try {
    return parseDurationSeconds(value) * 1000;
  } catch {
    const atMs = Date.parse(value);
    return Number.isNaN(atMs) ? undefined : atMs - nowMs;
  }
}

function evaluateExpressionMs(attempt: FailedAttempt): number | undefined {
  if (attempt.retryDelay === null) return undefined;
  const delayMs = parseRetryExpression(attempt.retryDelay)(attempt.retried);
  // A division by zero has no time to offer, so the backoff speaks.
  return Number.isFinite(delayMs) ? Math.max(0, Math.round(delayMs)) : undefined;
}
