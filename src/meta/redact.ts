/** Takes secrets out of text before it reaches an error, a log or a message. */
import { inspect } from "node:util";

/** Shapes of secrets in Graph URLs, headers and messages; tokens of Meta begin with EAA. */
const patterns: readonly [RegExp, string][] = [
  [
    /((?:access_token|input_token|appsecret_proof|client_secret|fb_exchange_token)["']?(?:=|%3D|:)\s*["']?)[^&\s"'<>]+/gi,
    "$1[redacted]",
  ],
  [/(\b(?:Bearer|OAuth) )[\w|.~+/=-]{20,}/g, "$1[redacted]"],
  [/\bEAA[A-Za-z0-9]{10,}/g, "[redacted]"],
];

export type Redact = (text: string) => string;

/** Makes a function that removes the given secrets (also URL-encoded) and everything that looks like one. */
export function createRedact(secrets: readonly string[] = []): Redact {
  const known = secrets
    .flatMap((secret) => (secret === "" ? [] : [secret, encodeURIComponent(secret)]))
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const withoutKnown = known.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
    return patterns.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), withoutKnown);
  };
}

/** Keeps a cause as it is when nothing in it (its own causes too) is secret, else only its cleaned text. */
export function redactCause(cause: unknown, redact: Redact): unknown {
  const text = inspect(cause, { depth: 6 });
  const cleaned = redact(text);
  return cleaned === text ? cause : new Error(cleaned);
}
