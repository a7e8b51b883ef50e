import { describe, expect, it } from "vitest";
import { classifyError, networkError } from "#src/meta/classify-error.ts";
import { type ErrorClass, errorRows, familyRows, messageRows } from "#src/meta/error-table.ts";
import { MetaError, toFailure } from "#src/meta/errors.ts";
import { createRedact } from "#src/meta/redact.ts";

interface Sent {
  code: number;
  message?: string;
  error_subcode?: number;
  is_transient?: boolean;
  error_user_msg?: string;
  fbtrace_id?: string;
}

function classify(error: Sent, httpStatus = 400, headers: Record<string, string> = {}): MetaError {
  return classifyError(httpStatus, JSON.stringify({ error }), new Headers(headers));
}

/** What each class must lead to, written apart from the table. */
const outcomes: Record<ErrorClass, [kind: string, retry: string, scope: string | null]> = {
  transient: ["unavailable", "soon", null],
  cursor: ["unavailable", "restart", null],
  not_ready: ["unavailable", "not_ready", null],
  report: ["report_failed", "new_report", null],
  too_large: ["too_much_data", "smaller_part", null],
  page_too_large: ["too_much_data", "smaller_page", null],
  throttle_account: ["rate_limited", "later", "account"],
  throttle_use_case: ["rate_limited", "later", "account"],
  throttle_app: ["rate_limited", "later", "app"],
  throttle_insights: ["rate_limited", "later", "app"],
  auth: ["token_expired", "never", null],
  config: ["bad_request", "never", null],
  permission: ["permission_denied", "never", null],
  gone: ["account_not_found", "gone", null],
  policy: ["policy_blocked", "never", null],
  version: ["version_retired", "never", null],
  too_old: ["unsupported", "never", null],
  invalid: ["bad_request", "never", null],
};

function outcomeOf(error: MetaError): unknown[] {
  return [error.kind, error.retry, error.scope];
}

describe("the table of Meta's errors", () => {
  it.each(errorRows)("%i/%s is %s, whatever the status and the hint", (code, subcode, errorClass, message) => {
    const sent = { code, message, ...(subcode === null ? {} : { error_subcode: subcode }) };
    expect(outcomeOf(classify(sent))).toEqual(outcomes[errorClass]);
    expect(outcomeOf(classify({ ...sent, is_transient: false }, 500))).toEqual(outcomes[errorClass]);
  });

  it.each(messageRows)("%i with the text “%s” is %s, with any subcode", (code, includes, errorClass) => {
    const message = `(#${code}) So: ${includes.toUpperCase()}!`;
    expect(outcomeOf(classify({ code, message, error_subcode: 33 }))).toEqual(outcomes[errorClass]);
  });

  it.each(familyRows)("an unlisted code from %i to %i is %s", (first, _last, errorClass) => {
    expect(outcomeOf(classify({ code: first + 7, message: "new" }))).toEqual(outcomes[errorClass]);
  });

  it("names a wait for throttles and only for them", () => {
    for (const [code, subcode] of errorRows) {
      const error = classify({ code, ...(subcode === null ? {} : { error_subcode: subcode }) });
      expect(error.retryAfterSeconds !== null).toBe(error.retry === "later");
    }
  });

  it("has each code and subcode once", () => {
    const keys = errorRows.map(([code, subcode]) => `${code}/${subcode}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    ["a known code with a new subcode is what the code is", { code: 190, error_subcode: 999 }, 400, "auth"],
    ["an unknown code is taken as our fault", { code: 7_654_321 }, 400, "invalid"],
    ["unless Meta hints that it passes", { code: 7_654_321, is_transient: true }, 400, "transient"],
    ["or the status says that Meta broke", { code: 7_654_321 }, 503, "transient"],
    ["a bare 100 may pass too, by Meta's hint", { code: 100, is_transient: true }, 400, "transient"],
    ["an unlisted negative code is internal to Meta", { code: -9 }, 400, "transient"],
  ] as const)("%s", (_title, sent, status, errorClass) => {
    expect(outcomeOf(classify(sent, status))).toEqual(outcomes[errorClass]);
  });
});

describe("throttles", () => {
  const full = JSON.stringify({
    acc_id_util_pct: 100,
    reset_time_duration: 40,
    ads_api_access_tier: "standard_access",
  });
  const hour = JSON.stringify({ "7": [{ type: "ads_insights", estimated_time_to_regain_access: 60 }] });
  const minute = JSON.stringify({ "7": [{ type: "ads_insights", estimated_time_to_regain_access: 1 }] });
  const absurd = JSON.stringify({ "7": [{ type: "ads_insights", estimated_time_to_regain_access: 9e9 }] });
  const account = { code: 17, error_subcode: 2_446_079, is_transient: false };
  const useCase = { code: 80_000, error_subcode: 2_446_079 };

  it.each([
    ["the limited tier blocks an account for 300 s", account, {}, 300],
    ["the full tier for 60 s", account, { "x-ad-account-usage": full }, 60],
    ["a header that names more is obeyed", account, { "x-business-use-case-usage": hour }, 3600],
    ["a use case waits what its header names, even if short", useCase, { "x-business-use-case-usage": minute }, 60],
    ["a use case without header waits 300 s", useCase, {}, 300],
    ["insights of the whole app pause a minute", { code: 4, error_subcode: 1_504_022 }, {}, 60],
    ["the app pauses 300 s", { code: 4 }, {}, 300],
    ["the guard against abuse lasts half an hour", { code: 613 }, {}, 1800],
    [
      "the quota that calls itself a permission comes back within the hour",
      { code: 200, error_subcode: 4_841_013 },
      {},
      3600,
    ],
    ["nobody waits longer than a day", useCase, { "x-business-use-case-usage": absurd }, 86_400],
  ])("%s", (_title, sent, headers, seconds) => {
    const error = classify(sent, 400, headers);
    expect(error).toMatchObject({ retry: "later", retryAfterSeconds: seconds, blame: "quota" });
  });

  it("carry the quota that the headers of the error show", () => {
    expect(classify(account, 400, { "x-ad-account-usage": full }).usage).toMatchObject({
      maxPercent: 100,
      tier: "standard_access",
    });
  });
});

describe("trouble on the way", () => {
  it.each([
    ["a web page with 200", 200, "<!DOCTYPE html><title>Sorry, something went wrong.</title>"],
    ["a web page with 502", 502, "<html>Bad Gateway</html>"],
    ["cut-off JSON", 200, '{"data":[{"id":"1202'],
    ["an empty answer", 200, ""],
    ["an error without a code", 500, '{"error":{"message":"?"}}'],
    ["JSON that isn't an object", 200, "null"],
  ])("%s may be tried again soon", (_title, status, body) => {
    expect(outcomeOf(classifyError(status, body, new Headers()))).toEqual(outcomes.transient);
  });

  it("says what came, in one line and not too long", () => {
    const error = classifyError(502, `<html>\n  ${"x".repeat(5000)}</html>`, new Headers());
    expect(error.message).toContain("(HTTP 502): not the JSON expected: <html> xxx");
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).not.toContain("\n");
  });
});

describe("MetaError", () => {
  const place = "act_123/insights";
  const token = "EAABwzLixnjYBO7secret";
  const redact = createRedact([token, "app|secret"]);

  it("says value, place and cure", () => {
    const body = JSON.stringify({
      error: { message: "User request limit reached.", code: 17, error_subcode: 2_446_079, fbtrace_id: "Axyz" },
    });
    expect(classifyError(400, body, new Headers(), { place, redact }).message).toMatchInlineSnapshot(
      `"Meta gave no page for act_123/insights (HTTP 400, code 17/2446079, trace Axyz): User request limit reached. Cure: wait 300 s, make no call for it until then"`,
    );
  });

  it.each([
    `Malformed access token ${token}`,
    `Error at https://graph.facebook.com/v26.0/me?access_token=${token}&x=1`,
    `https://x/debug_token?input_token=123abc|def&appsecret_proof=0123456789abcdef`,
    `Authorization: Bearer ${token}`,
    `secret app|secret, encoded app%7Csecret`,
    `EAAGm0PX4ZCpsBAKZCzzzz of somebody else`,
  ])("never holds a secret: %s", (message) => {
    const error = classify({ code: 190, message });
    const cleaned = classifyError(400, JSON.stringify({ error: { message, code: 190 } }), new Headers(), {
      place,
      redact,
    });
    const shown = [cleaned.message, toFailure(cleaned).sentence].join(" ");
    expect(shown).toContain("[redacted]");
    expect(shown).not.toMatch(/EAA\w|abc\|def|0123456789abcdef|app(\||%7C)secret/);
    expect(error.message).not.toMatch(/EAA\w|abc\|def|0123456789abcdef/);
  });

  it("keeps its cause, or its cleaned text when a secret is somewhere in it", () => {
    const harmless = new TypeError("fetch failed", { cause: new Error("ECONNRESET") });
    expect(networkError("reset", { place, redact }, harmless).cause).toBe(harmless);
    const telling = new TypeError("fetch failed", { cause: new Error(`bad URL ?access_token=${token}`) });
    const { cause } = networkError("reset", { place, redact }, telling);
    expect(String(cause)).toContain("fetch failed");
    expect(String(cause)).not.toContain(token);
  });
});

describe("toFailure", () => {
  const cases: [Sent, string][] = [
    [
      { code: 190, error_subcode: 460, message: "The session has been invalidated.", fbtrace_id: "Ab1" },
      "Meta no longer accepts the token: the password of the token's owner was changed. Meta says: “The session has been invalidated” (code 190/460).",
    ],
    [
      { code: 190, error_subcode: 463, message: "Error validating access token" },
      "Meta no longer accepts the token: it has expired. Meta says: “Error validating access token” (code 190/463).",
    ],
    [
      { code: 200, message: "(#200) Ad account owner has NOT grant ads_read permission" },
      "Meta doesn't let the token read this ad account. Meta says: “(#200) Ad account owner has NOT grant ads_read permission” (code 200).",
    ],
    [
      { code: 100, error_subcode: 33, message: "Unsupported get request." },
      "Meta doesn't find the ad account, or the token can't see it. Meta says: “Unsupported get request” (code 100/33).",
    ],
    [
      { code: 4, message: "(#4) Application request limit reached" },
      "Meta asks for a break after too many calls from this app. Meta says: “(#4) Application request limit reached” (code 4).",
    ],
    [
      { code: 17, error_subcode: 2_446_079, message: "User request limit reached" },
      "Meta asks for a break after too many calls for this ad account. Meta says: “User request limit reached” (code 17/2446079).",
    ],
    [
      { code: 1, message: "Please reduce the amount of data you're asking for" },
      "Meta can't answer this much data at once. Meta says: “Please reduce the amount of data you're asking for” (code 1).",
    ],
    [
      { code: 368, message: "x", error_user_msg: "You're temporarily blocked." },
      "Meta blocked reading this ad account. Meta says: “You're temporarily blocked” (code 368).",
    ],
    [
      { code: 100, message: "Invalid appsecret_proof provided" },
      "Meta refused the app's proof: META_APP_SECRET is missing or isn't the secret of the token's app. Meta says: “Invalid appsecret_proof provided” (code 100).",
    ],
    [
      { code: 3018, message: "(#3018) The start date is too early" },
      "Meta can't give this window: it begins more than 37 months ago. Meta says: “(#3018) The start date is too early” (code 3018).",
    ],
  ];

  it.each(cases)("tells people what %o means", (sent, sentence) => {
    const failure = toFailure(classify(sent));
    expect(failure.sentence).toBe(sentence);
    expect(failure).toMatchObject({ code: sent.code, traceId: sent.fbtrace_id ?? null });
    expect(failure.advice).not.toBe("");
  });

  it("spares people the web page that came instead of data", () => {
    expect(toFailure(classifyError(502, "<html>Bad Gateway</html>", new Headers())).sentence).toBe(
      "Meta had trouble answering: HTTP 502 came without data.",
    );
  });
});
