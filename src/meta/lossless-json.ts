/** Reads JSON text without losing digits of long numbers, and without characters that Postgres refuses. */

/**
 * What JSON.parse alone would spoil or let through: an integer of 16 or more digits (ids have up to 18, doubles hold 15),
 * an escaped NUL, and half a surrogate pair. Meta escapes every non-ASCII character, so whole pairs must not match.
 */
const needsCare =
  /[:,[]\s*-?\d{16,}|\\u0000|\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}/i;

const replacementCharacter = "\uFFFD";

function keepDigitsAndText(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return context?.source ?? String(value);
  }
  if (typeof value === "string") return value.replaceAll("\u0000", replacementCharacter).toWellFormed();
  return value;
}

/**
 * Parses JSON text. Integers beyond 2^53 become text with all their digits; NUL and lone surrogates become U+FFFD,
 * which jsonb can store. Throws SyntaxError as JSON.parse does.
 */
export function parseLossless(text: string): unknown {
  // A reviver makes parsing several times slower, so it runs only on the few texts that need it.
  return needsCare.test(text) ? JSON.parse(text, keepDigitsAndText) : JSON.parse(text);
}
