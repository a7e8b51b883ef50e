/** The one error of the Meta client: what went wrong in a call, what to do next, and what people read of it. */
import { type Failure, type FailureKind, failureOf } from "../sync/failure.ts";
import { type Blame, type ErrorClass, meanings, type Retry, treatments } from "./error-table.ts";
import type { Usage } from "./usage.ts";

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
  smaller_page: "ask for a smaller page",
  smaller_part: "ask for fewer days, or order a report",
  not_ready: "read the report again in some seconds",
  new_report: "order the report anew",
  gone: "check the id, or order the report anew",
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
export function numberOf(code: number, subcode: number | null | undefined): string {
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
  if (error.kind === "bad_request" && error.blame === "credentials") {
    return "Meta refused the app's proof: META_APP_SECRET is missing or isn't the secret of the token's app";
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
