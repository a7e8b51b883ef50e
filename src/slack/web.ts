/** Slack's own client as we set it up (one try, no pauses, no log), and one call through it with its answer parsed. */
import { type Logger, LogLevel, WebClient } from "@slack/web-api";
import type { z } from "zod";
import { type CallPlace, DEFAULT_RETRY_AFTER_SECONDS, toSlackError } from "./call.ts";
import { SlackError } from "./errors.ts";
import type { Fetch } from "./respond.ts";

export interface WebOptions {
  token: string;
  apiUrl: string | undefined;
  timeoutMs: number;
  fetch: Fetch;
}

/** Slack's client logs bodies and tokens' neighbours; what matters comes back as an error. */
const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  setName: () => {},
  getLevel: () => LogLevel.ERROR,
};

/** Slack's client only knows a 429 that names a time: one without it gets ours. */
function withRetryAfter(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.status !== 429 || /^\d+$/.test(response.headers.get("retry-after") ?? "")) return response;
    return new Response(null, { status: 429, headers: { "retry-after": String(DEFAULT_RETRY_AFTER_SECONDS) } });
  };
}

export function createWebClient(options: WebOptions): WebClient {
  // Never `headers`: the constructor writes the token into that object, and a shared one would leak it to other workspaces.
  return new WebClient(options.token, {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    fetch: withRetryAfter(options.fetch),
    timeout: options.timeoutMs,
    // The queue decides about repeating; a pause inside the client would hold up every message of the workspace.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silentLogger,
  });
}

/** Runs one call and parses its answer; anything thrown becomes a `SlackError`. */
export async function callSlack<T>(where: CallPlace, schema: z.ZodType<T>, call: () => Promise<unknown>): Promise<T> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    throw toSlackError(where, error);
  }
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const facts = { kind: "passing", code: "an answer without the expected fields", mayHaveHappened: true } as const;
  throw new SlackError({ ...where, ...facts, cause: parsed.error });
}
