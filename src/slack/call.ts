/** Turns what the Web API client throws into a `SlackError`, so that callers see one class with a kind. */
import { ErrorCode, type WebAPICallError } from "@slack/web-api";
import { z } from "zod";
import { kindOfCode, SlackError } from "./errors.ts";

/** Slack names a time with every 429; this stands in for one that something in between has lost. */
export const DEFAULT_RETRY_AFTER_SECONDS = 30;

const moreSchema = z.object({
  needed: z.string().optional(),
  provided: z.string().optional(),
  response_metadata: z.object({ messages: z.array(z.string()).optional() }).optional(),
});

/** Where a call was going. */
export interface CallPlace {
  method: string;
  place?: string | undefined;
}

const codedSchema = z.object({ code: z.enum(ErrorCode) });

function isWebApiError(error: unknown): error is WebAPICallError {
  return error instanceof Error && codedSchema.safeParse(error).success;
}

function detailsOf(data: unknown): string[] {
  const more = moreSchema.safeParse(data).data;
  if (more === undefined) return [];
  const scopes = more.needed === undefined ? [] : [`needs ${more.needed}`, `has ${more.provided ?? "?"}`];
  return [...scopes, ...(more.response_metadata?.messages ?? [])];
}

/** Codes of Node's network errors after which nothing can have reached Slack. */
const neverSent: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

const causeSchema = z.object({ cause: z.object({ code: z.string() }) });

/** A call that got no answer: refused, cut, or too slow. */
export function lostAnswer(where: CallPlace, original: Error): SlackError {
  const networkCode = causeSchema.safeParse(original).data?.cause.code;
  const slow = original.name === "TimeoutError";
  return new SlackError({
    ...where,
    kind: "passing",
    code: slow ? "no answer in time" : `no answer${networkCode === undefined ? "" : ` (${networkCode})`}`,
    mayHaveHappened: networkCode === undefined || !neverSent.has(networkCode),
    cause: original,
  });
}

/** An HTTP status instead of an answer. */
export function badStatus(where: CallPlace, status: number): SlackError {
  const passing = status >= 500 || status === 408;
  return new SlackError({
    ...where,
    kind: passing ? "passing" : "refused",
    code: `HTTP ${status}`,
    mayHaveHappened: passing,
  });
}

/** Gives a `SlackError` for whatever a call threw; the request body, which holds the token, is not carried along. */
export function toSlackError(where: CallPlace, error: unknown): SlackError {
  if (error instanceof SlackError) return error;
  if (!isWebApiError(error)) return lostAnswer(where, error instanceof Error ? error : new Error(String(error)));
  switch (error.code) {
    case ErrorCode.RateLimitedError:
      return new SlackError({
        ...where,
        kind: "rate_limited",
        code: "ratelimited",
        retryAfterSeconds: error.retryAfter,
      });
    case ErrorCode.HTTPError:
      return badStatus(where, error.statusCode);
    case ErrorCode.RequestError:
      return lostAnswer(where, error.original);
    default: {
      const kind = kindOfCode(error.data.error);
      const coded = /^[a-z0-9_]+$/.test(error.data.error);
      return new SlackError({
        ...where,
        kind,
        code: coded ? error.data.error : "an answer that is not JSON",
        details: coded ? detailsOf(error.data) : [],
        retryAfterSeconds: kind === "rate_limited" ? DEFAULT_RETRY_AFTER_SECONDS : null,
        ...(coded ? {} : { mayHaveHappened: true }),
      });
    }
  }
}
