/** One JSON line per event on stderr; whatever looks like a secret is blanked before it is written. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

const order: Record<LogLevel, number> = { debug: 10, info: 20, warn: 30, error: 40, silent: 100 };

export interface Log {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

const secretKeys = /token|secret|authorization|signature|password|proof|response_?url|trigger_id|api_?key|cookie/i;
/** Slack, Meta, JWT and Supabase tokens, hook addresses: also inside a sentence. */
const secretShapes =
  /xox[a-z]-[\w-]+|EAA\w{20,}|eyJ[\w-]{10,}(\.[\w-]*){1,2}|sb_secret_\w+|https:\/\/hooks\.slack\.com\/\S+|access_token=[^&\s"]+|appsecret_proof=[^&\s"]+|Bearer\s+[\w.=-]+/g;

/** Blanks secrets in any value, deep; errors become their message, code and stack. Pure. */
function redact(value: unknown, key = ""): unknown {
  if (secretKeys.test(key) && value !== null && typeof value !== "boolean" && typeof value !== "number")
    return "[redacted]";
  if (typeof value === "string") return value.replace(secretShapes, "[redacted]");
  if (value instanceof Error) {
    return redact({
      name: value.name,
      message: value.message,
      stack: value.stack,
      ...(value.cause === undefined ? {} : { cause: value.cause }),
    });
  }
  if (Array.isArray(value)) return value.map((item) => redact(item));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redact(inner, name)]));
  }
  return value;
}

/** `write` takes one line; `now` gives epoch milliseconds. */
export function createLog(level: LogLevel, now: () => number, write: (line: string) => void): Log {
  const line =
    (name: Exclude<LogLevel, "silent">) =>
    (event: string, fields: Record<string, unknown> = {}) => {
      if (order[name] < order[level]) return;
      const entry = { time: new Date(now()).toISOString(), level: name, event, ...(redact(fields) as object) };
      write(JSON.stringify(entry));
    };
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}
