/** Everything that can go wrong in a call to Meta, as one error that says what to do next. */
import { type Failure, type FailureKind, failureOf } from "../sync/failure.ts";
import {
  type Blame,
  type ErrorClass,
  errorRows,
  familyRows,
  longWaitSeconds,
  meanings,
  messageRows,
  type Retry,
  treatments,
  waitSeconds,
} from "./error-table.ts";
import { parseLossless } from "./lossless-json.ts";
import { createRedact, type Redact, redactCause } from "./redact.ts";
import { type ErrorBody, errorBodySchema } from "./schemas.ts";
import { readUsage, type Usage } from "./usage.ts";

interface MetaErrorFacts {
  errorClass: ErrorClass;
  /** What was called, for example "act_123/insights". */
  place: string;
  /** What Meta said, or what happened on the way; cleaned of secrets. */
  said: string;
  httpStatus: number | null;
  usage: Usage;
  retryAfterSeconds: number | null;
  code?: number | null;
  subcode?: number | null;
  traceId?: string | null;
  cause?: unknown;
}

const cures: Record<Retry, string> = {
  later: "make no call for it until then",
  soon: "try again with backoff",
  restart: "begin the part again at its first page",
  smaller: "ask for a smaller page or fewer days",
  never: "don't try again before a person has changed it",
};

/**
 * Thrown by every call of the Meta client that brought no page, whatever the reason, except when the caller aborted it.
 * Carries what the engine decides by (`kind`, `retry`, `retryAfterSeconds`, `scope`), Meta's numbers, and the quota
 * that the answer's headers showed. Neither message nor cause holds a token, a secret or a proof.
 */
export class MetaError extends Error {
  override readonly name = "MetaError";
  readonly kind: FailureKind;
  readonly retry: Retry;
  readonly blame: Blame;
  /** Whole seconds to stay away; set when `retry` is "later". */
  readonly retryAfterSeconds: number | null;
  /** Whose calls must stop; set when `retry` is "later". */
  readonly scope: "account" | "app" | null;
  readonly code: number | null;
  readonly subcode: number | null;
  readonly traceId: string | null;
  /** Null when there was no answer. */
  readonly httpStatus: number | null;
  readonly said: string;
  readonly usage: Usage;

  constructor(facts: MetaErrorFacts) {
    const treatment = treatments[facts.errorClass];
    super(describe(facts, treatment.retry), facts.cause === undefined ? {} : { cause: facts.cause });
    this.kind = treatment.kind;
    this.retry = treatment.retry;
    this.blame = treatment.blame;
    this.scope = treatment.scope;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.code = facts.code ?? null;
    this.subcode = facts.subcode ?? null;
    this.traceId = facts.traceId ?? null;
    this.httpStatus = facts.httpStatus;
    this.said = facts.said;
    this.usage = facts.usage;
  }
}

/** "190/460", or "190" without a subcode. */
function numberOf(code: number, subcode: number | null | undefined): string {
  return subcode === null || subcode === undefined ? String(code) : `${code}/${subcode}`;
}

function describe(facts: MetaErrorFacts, retry: Retry): string {
  const numbers = [
    facts.httpStatus === null ? "no answer" : `HTTP ${facts.httpStatus}`,
    ...(facts.code === null || facts.code === undefined ? [] : [`code ${numberOf(facts.code, facts.subcode)}`]),
    ...(facts.traceId ? [`trace ${facts.traceId}`] : []),
  ].join(", ");
  const wait = facts.retryAfterSeconds === null ? "" : `wait ${facts.retryAfterSeconds} s, `;
  return `Meta gave no page for ${facts.place} (${numbers}): ${facts.said}. Cure: ${wait}${cures[retry]}`;
}

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

const openings: Partial<Record<FailureKind, string>> = {
  token_expired: "Meta no longer accepts the token",
  permission_denied: "Meta doesn't let the token read this ad account",
  account_not_found: "Meta doesn't find the ad account, or the token can't see it",
  too_much_data: "Meta can't answer this much data at once",
  bad_request: "Meta refused the request",
  version_retired: "Meta no longer serves this version of its API",
  unsupported: "Meta can't give this window",
  report_failed: "Meta couldn't make its report",
  policy_blocked: "Meta blocked reading this ad account",
};

function openingOf(error: MetaError): string {
  if (error.kind === "rate_limited") {
    const whose = error.scope === "app" ? "from this app" : "for this ad account";
    return `Meta asks for a break after too many calls ${whose}`;
  }
  return openings[error.kind] ?? "Meta had trouble answering";
}

/** The failure that people read: what happened, in plain words and then in Meta's own, without secrets. */
export function toFailure(error: MetaError): Failure {
  const opening = openingOf(error);
  if (error.code === null) {
    const what = error.httpStatus === null ? error.said : `HTTP ${error.httpStatus} came without data`;
    return failureOf(error.kind, `${opening}: ${what}.`, error);
  }
  const number = numberOf(error.code, error.subcode);
  const meaning = meanings[number] ?? meanings[String(error.code)];
  const what = meaning === undefined ? opening : `${opening}: ${meaning}`;
  return failureOf(error.kind, `${what}. Meta says: “${error.said}” (code ${number}).`, error);
}
