/** Readers of single `Upstash-*` header values; each turns text into a value or adds a zod issue. */
import { z } from "zod";
import { assertDestination } from "./destination.ts";
import { parseDurationSeconds } from "./duration.ts";
import { METHODS, type FlowControl } from "./message.ts";
import { parseRetryExpression } from "./retry-expression.ts";

const LONGEST_PERIOD_SECONDS = 604_800;
/** What ids of schedules and names may hold. */
export const IDENTIFIER = /^[A-Za-z0-9._-]+$/;

/** A zod string that `read` turns into a value; what `read` throws becomes the issue's message. */
function text<T>(read: (value: string) => T) {
  return z.string().transform((value, context): T => {
    try {
      return read(value);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  });
}

export const durationField = text(parseDurationSeconds);

export const methodField = z.enum(METHODS, { error: `expected one of ${METHODS.join(", ")}` });

export const countField = text((value) => {
  if (!/^\d{1,9}$/.test(value)) throw new RangeError(`expected a whole number from 0, found "${value}"`);
  return Number(value);
});

export const unixSecondsField = text((value) => {
  if (!/^\d{1,12}$/.test(value)) throw new RangeError(`expected a unix time in seconds, found "${value}"`);
  return Number(value) * 1000;
});

export const retryDelayField = text((value) => {
  try {
    parseRetryExpression(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unreadable";
    throw new SyntaxError(`"${value}" is no expression over retried: ${reason}`, { cause: error });
  }
  return value;
});

export const urlField = text((value) => {
  assertDestination(value);
  return value;
});

export const labelsField = text((value) =>
  value
    .split(",")
    .map((label) => label.trim())
    .filter(Boolean),
);

export const flagField = text((value) => value.toLowerCase() === "true");

/** `parallelism=1, rate=5, period=1m`: at least one of the first two; the period is 1 s by default, a week at most. */
export const flowControlField = text((value): Omit<FlowControl, "key"> => {
  const found = new Map<string, string>();
  for (const part of value.split(",")) {
    const [name = "", amount = "", ...rest] = part.trim().split("=");
    if (!["parallelism", "rate", "period"].includes(name) || amount === "" || rest.length > 0 || found.has(name)) {
      throw new SyntaxError(`"${part.trim()}" isn't parallelism=<n>, rate=<n> or period=<duration>, each once`);
    }
    found.set(name, amount);
  }
  const parallelism = readPositive(found.get("parallelism"));
  const rate = readPositive(found.get("rate"));
  if (parallelism === null && rate === null) throw new SyntaxError(`"${value}" sets neither parallelism nor rate`);
  const periodSeconds = parseDurationSeconds(found.get("period") ?? "1s");
  if (periodSeconds < 1 || periodSeconds > LONGEST_PERIOD_SECONDS) {
    throw new RangeError(`a period lies between 1s and 7d, not ${found.get("period")}`);
  }
  return { parallelism, rate, periodSeconds };
});

function readPositive(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new RangeError(`expected a whole number from 1, found "${value}"`);
  return Number(value);
}
