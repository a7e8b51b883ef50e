/**
 * Known reasons why work stops: a kind, what it means for people, what they can do.
 * The words follow one order: what happened, what it means, who can fix it and how.
 */
import { z } from "zod";

export const failureKinds = [
  "token_expired",
  "permission_denied",
  "account_not_found",
  "bad_timeframe",
  "rate_limited",
  "too_much_data",
  "bad_request",
  "version_retired",
  "unavailable",
  "report_failed",
  "policy_blocked",
  "poison_part",
  "queue_lost",
  "unsupported",
  "internal",
] as const;
export type FailureKind = (typeof failureKinds)[number];

export const failureSchema = z.object({
  kind: z.enum(failureKinds),
  /** What happened, a full sentence for the thread; never holds a secret. */
  sentence: z.string(),
  /** Who can fix it and how, a full sentence. */
  advice: z.string(),
  /** Meta's own numbers, for the person who looks it up. */
  code: z.number().nullable().default(null),
  subcode: z.number().nullable().default(null),
  /** Meta's trace id, to quote in a support case. */
  traceId: z.string().nullable().default(null),
});
export type Failure = z.infer<typeof failureSchema>;

/** Advice by kind: who can fix it and how. */
const advice: Record<FailureKind, string> = {
  token_expired:
    "The owner of the Meta token makes a new one (Business settings → System users → Generate token, ads_read) and sets META_ACCESS_TOKEN; then press Retry.",
  permission_denied:
    "An admin of the ad account assigns it to the system user (View performance) and the token needs ads_read; then press Retry.",
  account_not_found: "Check the number of the ad account, and that the token's user can see it in Ads Manager.",
  bad_timeframe: "Choose days that Meta still keeps and that have begun, for example 7d or last_month.",
  rate_limited: "Nothing to do: the sync goes on by itself when Meta allows it.",
  too_much_data: "Ask for a shorter timeframe, for example 7d, or for --level campaign.",
  bad_request: "This is a fault in meta-sync: tell its developer the code and the trace id.",
  version_retired: "The developer sets META_API_VERSION to a version that Meta still serves and deploys again.",
  unavailable: "Meta had trouble for longer than we retry. Press Retry in a while; saved pages are kept.",
  report_failed: "Meta could not make its report. Press Retry; saved pages are kept.",
  policy_blocked: "Meta blocked this action for the account: look in Ads Manager → Account quality, then press Retry.",
  poison_part:
    "One part of the sync stopped the worker five times. Press Retry once; if it stops again, ask the developer for the log of this job.",
  queue_lost:
    "The queue lost the job's messages three times. Check the QStash console and the public address, then press Retry.",
  unsupported: "This version of meta-sync can't do that yet: ask for a shorter timeframe.",
  internal: "This is a fault in meta-sync: tell its developer the id of this job.",
};

/** Builds a failure with the advice of its kind. `sentence` says what happened, with value and place. */
export function failureOf(
  kind: FailureKind,
  sentence: string,
  meta: { code?: number | null; subcode?: number | null; traceId?: string | null } = {},
): Failure {
  return {
    kind,
    sentence,
    advice: advice[kind],
    code: meta.code ?? null,
    subcode: meta.subcode ?? null,
    traceId: meta.traceId ?? null,
  };
}
