/** Tells what stands behind an answer that is no page, by the table of Meta's error codes. */
import {
  type ErrorClass,
  errorRows,
  familyRows,
  longWaitSeconds,
  messageRows,
  treatments,
  waitSeconds,
} from "./error-table.ts";
import { MetaError, numberOf } from "./errors.ts";
import { parseLossless } from "./lossless-json.ts";
import { createRedact, type Redact, redactCause } from "./redact.ts";
import { type ErrorBody, errorBodySchema } from "./schemas.ts";
import { readUsage, type Usage } from "./usage.ts";

/** Where an answer came from, for the message, and how to clean it. */
export interface Where {
  place: string;
  redact: Redact;
}

const longestQuoteChars = 200;

function quote(text: string): string {
  const oneLine = text.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "");
  return oneLine.length > longestQuoteChars ? `${oneLine.slice(0, longestQuoteChars).toWellFormed()}…` : oneLine;
}

/** The class of an error that Meta put into words: by text, by subcode, by code, by family, else by its own hints. */
function classOf(error: ErrorBody, httpStatus: number): ErrorClass {
  const { code, error_subcode: subcode, message } = error;
  const byText = messageRows.find(([c, part]) => c === code && message.toLowerCase().includes(part.toLowerCase()));
  if (byText) return byText[2];
  const bySubcode = errorRows.find((row) => row[0] === code && row[1] !== null && row[1] === subcode);
  if (bySubcode) return bySubcode[2];
  const byCode =
    errorRows.find((row) => row[0] === code && row[1] === null)?.[2] ??
    familyRows.find(([first, last]) => first <= code && code <= last)?.[2];
  // A bare "invalid" is the one class where Meta's hint may tell more than the code.
  if (byCode !== undefined && byCode !== "invalid") return byCode;
  if (error.is_transient === true || (byCode === undefined && (httpStatus >= 500 || code < 0))) return "transient";
  return "invalid";
}

const longestWaitSeconds = 24 * 60 * 60;

/** How long a throttle lasts: the tier's block or what the headers name, whichever is longer, at most a day. */
function throttleSeconds(errorClass: ErrorClass, error: ErrorBody, usage: Usage): number | null {
  const wait = waitSeconds[errorClass];
  if (!wait) return null;
  const named = usage.regainSeconds ?? 0;
  const block =
    longWaitSeconds[numberOf(error.code, error.error_subcode)] ??
    (usage.tier === "standard_access" ? wait.full : wait.limited);
  const seconds = wait.headerDecides && named > 0 ? named : Math.max(block, named);
  return Math.min(Math.ceil(seconds), longestWaitSeconds);
}

function readErrorBody(body: string): ErrorBody | null {
  try {
    return errorBodySchema.safeParse(parseLossless(body)).data?.error ?? null;
  } catch {
    return null;
  }
}

const nowhere: Where = { place: "the Graph API", redact: createRedact() };

/** Makes the error of an answer whose content can't be what Meta meant; it may be retried soon, whatever the status. */
export function unusableAnswer(said: string, httpStatus: number, headers: Headers, where: Where): MetaError {
  return new MetaError({
    errorClass: "transient",
    place: where.place,
    said: quote(where.redact(said)),
    httpStatus,
    usage: readUsage(headers),
    retryAfterSeconds: null,
  });
}

/**
 * Makes the error of an answer that is no page. `body` is the raw text: a web page, cut-off JSON and nothing at all are
 * trouble on the way and may be retried soon, whatever the status. Never throws.
 */
export function classifyError(httpStatus: number, body: string, headers: Headers, where: Where = nowhere): MetaError {
  const error = readErrorBody(body);
  if (error === null) {
    const said = body.trim() === "" ? "an empty answer" : `not the JSON expected: ${body}`;
    return unusableAnswer(said, httpStatus, headers, where);
  }
  const usage = readUsage(headers);
  const errorClass = classOf(error, httpStatus);
  return new MetaError({
    errorClass,
    place: where.place,
    said: quote(where.redact(error.error_user_msg ?? error.message)),
    httpStatus,
    usage,
    retryAfterSeconds: throttleSeconds(errorClass, error, usage),
    code: error.code,
    subcode: error.error_subcode ?? null,
    traceId: error.fbtrace_id ?? null,
  });
}

/** What would be tried again as a call is worth a new report: there are no pages of one that failed. */
function classOfReport(code: number | null, subcode: number | null, said: string): ErrorClass {
  const known = code === null ? "report" : classOf({ code, error_subcode: subcode ?? undefined, message: said }, 200);
  switch (treatments[known].retry) {
    case "later":
    case "smaller_part":
      return known;
    case "smaller_page":
      return "too_large";
    case "never":
      // A bare code may be Meta's own trouble; one with a subcode says what is wrong with the order.
      return known === "invalid" && subcode === null ? "report" : known;
    default:
      return "report";
  }
}

/**
 * Makes the error of a report that Meta says has failed; the numbers are its own.
 */
export function reportFailure(
  code: number | null,
  subcode: number | null,
  said: string,
  usage: Usage,
  place: string,
): MetaError {
  const errorClass = classOfReport(code, subcode, said);
  return new MetaError({
    errorClass,
    place,
    said: quote(said),
    httpStatus: 200,
    usage,
    retryAfterSeconds: errorClass.startsWith("throttle") ? 300 : null,
    code,
    subcode,
  });
}

/** Makes the error of a call that got no answer: refused, reset, cut off, or over its own time limit. */
export function networkError(said: string, where: Where, cause: unknown): MetaError {
  return new MetaError({
    errorClass: "transient",
    place: where.place,
    said: quote(where.redact(said)),
    httpStatus: null,
    usage: readUsage(new Headers()),
    retryAfterSeconds: null,
    cause: redactCause(cause, where.redact),
  });
}
