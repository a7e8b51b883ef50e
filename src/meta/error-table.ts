/**
 * What Meta's error codes mean for a reader, as data. The most specific row wins: text, then subcode, then code, then family.
 * Sources: developers.facebook.com (Marketing API error reference, insights error codes, rate limiting); what isn't there
 * was seen on the wire by others. Neither the HTTP status nor is_transient is a guide: 17/2446079, a throttle, says false.
 */
import type { FailureKind } from "../sync/failure.ts";
import type { RetryAdvice } from "../sync/outcome.ts";

/**
 * When the same work may be tried again: `later` after a named wait, `soon` with backoff, `restart` from the part's first page,
 * `smaller_page` with fewer rows a page, `smaller_part` with less data (a smaller page doesn't help), `not_ready` and
 * `new_report` for reports, `gone` what isn't there (a report may be ordered anew), `never` before a person has changed something.
 */
export type Retry = RetryAdvice;

/** Who or what stands in the way. */
export type Blame = "meta" | "quota" | "credentials" | "account" | "request";

interface Treatment {
  kind: FailureKind;
  retry: Retry;
  blame: Blame;
  /** Whose calls a throttle stops. */
  scope: "account" | "app" | null;
}

const never = { retry: "never", scope: null } as const;
const throttle = { kind: "rate_limited", retry: "later", blame: "quota" } as const;

export const treatments = {
  transient: { kind: "unavailable", retry: "soon", blame: "meta", scope: null },
  cursor: { kind: "unavailable", retry: "restart", blame: "meta", scope: null },
  /** A report that was ordered too early, or is read in the moments before Meta lets it be read. */
  not_ready: { kind: "unavailable", retry: "not_ready", blame: "meta", scope: null },
  report: { kind: "report_failed", retry: "new_report", blame: "meta", scope: null },
  too_large: { kind: "too_much_data", retry: "smaller_part", blame: "request", scope: null },
  page_too_large: { kind: "too_much_data", retry: "smaller_page", blame: "request", scope: null },
  throttle_account: { ...throttle, scope: "account" },
  /** Business use case limits: their header names the wait. */
  throttle_use_case: { ...throttle, scope: "account" },
  throttle_app: { ...throttle, scope: "app" },
  throttle_insights: { ...throttle, scope: "app" },
  auth: { ...never, kind: "token_expired", blame: "credentials" },
  config: { ...never, kind: "bad_request", blame: "credentials" },
  permission: { ...never, kind: "permission_denied", blame: "account" },
  gone: { retry: "gone", scope: null, kind: "account_not_found", blame: "account" },
  policy: { ...never, kind: "policy_blocked", blame: "account" },
  version: { ...never, kind: "version_retired", blame: "request" },
  too_old: { ...never, kind: "unsupported", blame: "request" },
  invalid: { ...never, kind: "bad_request", blame: "request" },
} as const satisfies Record<string, Treatment>;
export type ErrorClass = keyof typeof treatments;

/** Code, subcode (null: whatever it is), class, what Meta says. */
type ErrorRow = readonly [code: number, subcode: number | null, errorClass: ErrorClass, message: string];

export const errorRows: readonly ErrorRow[] = [
  [-3, 1504045, "too_large", "Report Too Large"],
  [-2, 2490547, "report", "Report Failed: Generating the report failed. Try again later."],
  [-1, null, "transient", "An unknown error, internal"],
  [1, null, "transient", "An unknown error occurred"],
  [1, 99, "transient", "An unknown error occurred"],
  [2, null, "transient", "Service temporarily unavailable. Please retry your request later."],
  [2, 1504038, "too_large", "Request Timed Out"],
  [2, 1504041, "invalid", "Invalid Breakdowns"],
  [2, 1504042, "invalid", "Invalid Custom Metrics"],
  [2, 1504043, "transient", "Intermittent Error"],
  [2, 1504044, "transient", "Unknown Error Occurred"],
  [3, null, "permission", "Application does not have the capability to make this API call."],
  [4, null, "throttle_app", "Application request limit reached"],
  [4, 1504022, "throttle_insights", "Too many API requests to insights"],
  [4, 1504039, "throttle_insights", "Too many API requests to insights"],
  [10, null, "permission", "Application does not have permission for this action"],
  [17, null, "throttle_account", "User request limit reached"],
  [17, 1885172, "invalid", "Account spending limit can change 10 times per day"],
  [17, 2446079, "throttle_account", "User request limit reached. Ad account has too many API calls"],
  [32, null, "throttle_app", "Page request limit reached"],
  [100, null, "invalid", "Invalid parameter, or a field that doesn't exist"],
  [100, 33, "gone", "Unsupported get request. Object does not exist or cannot be loaded due to missing permissions"],
  [100, 1487534, "too_large", "Data-per-call limit"],
  [100, 1504018, "too_large", "Request Timed Out"],
  [100, 3191001, "permission", "Permission Error"],
  [102, null, "auth", "Session key invalid or no longer valid"],
  [104, null, "config", "Incorrect signature"],
  [190, null, "auth", "Invalid OAuth 2.0 Access Token"],
  [190, 458, "auth", "App not installed"],
  [190, 459, "auth", "User checkpointed"],
  [190, 460, "auth", "Password changed"],
  [190, 463, "auth", "Session has expired"],
  [190, 464, "auth", "Unconfirmed user"],
  [190, 467, "auth", "Invalid access token (logged out)"],
  [190, 492, "auth", "Invalid session, no longer admin of the business"],
  [200, null, "permission", "Ad account owner has not granted ads_management or ads_read permission"],
  [200, 4841013, "throttle_account", "The user does not have permission for this action"],
  [294, null, "permission", "Managing advertisements requires an extended permission"],
  [298, null, "permission", "Permission of the 200 family is missing"],
  [341, null, "throttle_app", "Application limit reached"],
  [368, null, "policy", "The action attempted has been deemed abusive or is otherwise disallowed"],
  [506, null, "invalid", "Duplicate post"],
  [613, null, "throttle_account", "Calls to this api have exceeded the rate limit"],
  [613, 1487225, "invalid", "Ad creation limit"],
  [613, 1487632, "invalid", "Ad set budget can change 4 times per hour"],
  [
    613,
    1487742,
    "throttle_account",
    "There have been too many calls from this ad-account. Please wait a bit and try again.",
  ],
  [613, 4841018, "throttle_account", "Calls to this api have exceeded the rate limit"],
  [613, 5044001, "throttle_account", "More than 100 changes a second"],
  [803, null, "gone", "Some of the aliases you requested do not exist"],
  [960, null, "transient", "Batch sub-request timed out"],
  [2500, null, "invalid", "Syntax error in fields"],
  [2601, null, "not_ready", "Error accessing adreport job"],
  [2601, 1815107, "not_ready", "Error accessing adreport job"],
  [2607, null, "invalid", "The given currency is invalid for use with ads"],
  [2635, null, "version", "You are calling a deprecated version of the Ads API"],
  [2637, null, "not_ready", "Report not ready"],
  [2642, null, "cursor", "Invalid cursor values"],
  [3018, null, "too_old", "The start date cannot be beyond 37 months from the current date"],
  [80000, 2446079, "throttle_use_case", "Too many calls to this ad-account (ads_insights)"],
  [80001, null, "throttle_use_case", "Too many calls (pages)"],
  [80002, null, "throttle_use_case", "Too many calls (instagram)"],
  [80003, 2446079, "throttle_use_case", "Too many calls (custom_audience)"],
  [80004, 2446079, "throttle_use_case", "Too many calls to this ad-account (ads_management)"],
  [80005, null, "throttle_use_case", "Too many calls (leadgen)"],
  [80006, null, "throttle_use_case", "Too many calls (messenger)"],
  [80008, null, "throttle_use_case", "Too many calls (whatsapp)"],
  [80009, null, "throttle_use_case", "Too many calls (catalog management)"],
  [80014, null, "throttle_use_case", "Too many calls (catalog batch)"],
];

/** The few cases where only the text tells: code, what the message includes, class. */
export const messageRows: readonly (readonly [code: number, includes: string, errorClass: ErrorClass])[] = [
  [1, "reduce the amount of data", "page_too_large"],
  [100, "in summary param", "transient"],
  [100, "appsecret_proof", "config"],
  [100, "reduce the amount of data", "page_too_large"],
  [190, "Malformed access token", "auth"],
];

/** Codes that come in families, for members that have no row: first, last, class. */
export const familyRows: readonly (readonly [first: number, last: number, errorClass: ErrorClass])[] = [
  [200, 299, "permission"],
  [80_000, 80_014, "throttle_use_case"],
];

interface Wait {
  /** The block of the limited tier (development_access), also when the tier is unknown; and that of the full tier. */
  limited: number;
  full: number;
  /** A header that names a wait counts even when it is shorter. */
  headerDecides: boolean;
}

/** Seconds to stay away after a throttle, by class. */
export const waitSeconds: Partial<Record<ErrorClass, Wait>> = {
  throttle_account: { limited: 300, full: 60, headerDecides: false },
  throttle_use_case: { limited: 300, full: 300, headerDecides: true },
  throttle_app: { limited: 300, full: 300, headerDecides: false },
  throttle_insights: { limited: 60, full: 60, headerDecides: false },
};

/** Throttles that last longer than their class: a bare 613 guards against abuse. */
export const longWaitSeconds: Readonly<Record<string, number>> = {
  "613": 1800,
  "613/4841018": 1800,
  // Says permission, but is the hourly call limit of the limited tier.
  "200/4841013": 3600,
};

/** What a code means in words for people, where Meta's own message doesn't say it plainly. */
export const meanings: Readonly<Record<string, string>> = {
  "3": "the app has no access to the Marketing API",
  "190/458": "the token's owner removed the app",
  "190/459": "the token's owner must log in at facebook.com and pass a security check",
  "190/460": "the password of the token's owner was changed",
  "190/463": "it has expired",
  "190/464": "the token's owner hasn't confirmed the account",
  "190/467": "the token's owner logged out",
  "190/492": "the token's owner is no longer an admin of the business",
  "200/4841013": "the app's call limit is used up, though Meta calls it a permission",
  "3018": "it begins more than 37 months ago",
};
