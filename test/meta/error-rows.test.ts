/** Each row of the list of Meta's errors, served once as Meta would send it: what the client makes of it, and what a part does then. */
import { describe, expect, it } from "vitest";
import type { Answer } from "#src/meta/call.ts";
import { classifyError, networkError, unusableAnswer } from "#src/meta/classify-error.ts";
import { MetaError, toFailure } from "#src/meta/errors.ts";
import { createRedact } from "#src/meta/redact.ts";
import { pollReport } from "#src/meta/reports.ts";
import { readUsage } from "#src/meta/usage.ts";
import type { Outcome, StepEvent } from "#src/sync/outcome.ts";
import type { Part } from "#src/sync/part.ts";
import { step } from "#src/sync/step.ts";
import { claimed, longBudget, partOf, play, polled, readyPart, reportPart, told } from "../sync/parts.ts";
import table from "../fixtures/meta-errors.json" with { type: "json" };

interface Row {
  id: string;
  match: { code?: number; subcode?: number; messageIncludes?: string; transport?: string };
  http: number | null;
  type: string;
  message: string;
  isTransient: boolean;
  class: string;
}
const rows: readonly Row[] = table.rows;

/** What an error must lead to: its nature, then what becomes of a part read by GET, and of one whose report is read. */
interface Meaning {
  kind: MetaError["kind"];
  retry: MetaError["retry"];
  scope: MetaError["scope"];
  get: object;
  report: object;
}

const fails = (kind: MetaError["kind"]): Meaning => {
  const outcome = { kind: "fail", failure: { kind }, isRequired: true };
  return { kind, retry: "never", scope: null, get: outcome, report: outcome };
};
const pauses = (scope: "account" | "app"): Meaning => {
  const outcome = { kind: "snooze", scope, failure: { kind: "rate_limited" } };
  return { kind: "rate_limited", retry: "later", scope, get: outcome, report: outcome };
};
const shortPause = { kind: "snooze", scope: "part" };
const anew = { kind: "drop_report" };
const ofMeta = { kind: "unavailable", scope: null } as const;
const asReport = { kind: "split", parts: [{ mode: "report" }], maxDays: null };
const halved = { kind: "split", parts: [{ until: "2026-11-22" }, { since: "2026-11-09" }], maxDays: 7 };

const byClass: Readonly<Record<string, Meaning>> = {
  transient: { ...ofMeta, retry: "soon", get: shortPause, report: shortPause },
  report: { kind: "report_failed", retry: "new_report", scope: null, get: shortPause, report: anew },
  too_large: { kind: "too_much_data", retry: "smaller_part", scope: null, get: asReport, report: halved },
  throttle_account: pauses("account"),
  throttle_app: pauses("app"),
  throttle_insights: pauses("app"),
  gone: { ...fails("account_not_found"), retry: "gone", report: anew },
  auth: fails("token_expired"),
  permission: fails("permission_denied"),
  policy: fails("policy_blocked"),
  version: fails("version_retired"),
  invalid: fails("bad_request"),
};

const notReady: Meaning = {
  ...ofMeta,
  retry: "not_ready",
  get: shortPause,
  report: { ...shortPause, untilMs: 65_000 },
};
/** Rows that need more than their class says. */
const byId: Readonly<Record<string, Meaning>> = {
  "1-reduce-the-amount-of-data": {
    kind: "too_much_data",
    retry: "smaller_page",
    scope: null,
    get: { kind: "fetch", cursor: null, pageSize: 249 },
    // The first page of a report is asked for after a look.
    report: { kind: "fetch", cursor: null },
  },
  "2601-1815107": notReady,
  "2637": notReady,
  // A cursor is gone, not the account.
  "2642": {
    ...ofMeta,
    retry: "restart",
    get: { kind: "fetch", cursor: null },
    report: { kind: "fetch", cursor: null },
  },
  // The token is good: the app's secret is missing or wrong, which only the developer can mend.
  "100-appsecret_proof": fails("bad_request"),
  "104": fails("bad_request"),
  "3018": fails("unsupported"),
};

const where = { place: "act_1/insights", redact: createRedact([]) };
const noHeaders = new Headers();

async function rejectionOf(promise: Promise<unknown>): Promise<MetaError> {
  return promise.then(
    () => Promise.reject(new Error("expected a MetaError, got an answer")),
    (error: MetaError) => error,
  );
}

function look(json: unknown): ReturnType<typeof pollReport> {
  const answer: Answer = {
    json,
    usage: readUsage(noHeaders),
    version: "v26.0",
    refuse: (said) => unusableAnswer(said, 200, noHeaders, where),
  };
  return pollReport(() => Promise.resolve(answer), "1", "R1", new AbortController().signal);
}

/** Serves a row as Meta would. */
async function serve({ match, http, type, message, isTransient }: Row): Promise<MetaError> {
  const { code, subcode, transport } = match;
  if (transport === "reset") return networkError("the connection broke off: ECONNRESET", where, new Error(message));
  if (transport !== undefined) return classifyError(http ?? 500, `<!DOCTYPE html><p>${message}</p>`, noHeaders, where);
  if (type === "(AdReportRun field)") {
    const fields = { error_code: code, error_subcode: subcode, error_message: message };
    return rejectionOf(look({ id: "R1", async_status: "Job Failed", async_percent_completion: 40, ...fields }));
  }
  const error = { message, type, code, error_subcode: subcode, is_transient: isTransient, fbtrace_id: "AbCd" };
  return classifyError(http ?? 400, JSON.stringify({ error }), noHeaders, where);
}

const eventOf = (error: MetaError): StepEvent => ({
  kind: "failed",
  retry: error.retry,
  failure: toFailure(error),
  retryAfterSeconds: error.retryAfterSeconds,
  scope: error.scope,
  jitter: 1,
});

/** The error meets a part at its first page, a minute after its report was started. */
function meet(part: Part, error: MetaError): Outcome {
  const asked = play(part, [[claimed, 60_000]], longBudget);
  expect(asked.kind).toBe("fetch");
  return step(asked.state, eventOf(error), 60_000, longBudget);
}

const served = rows.filter(({ match }) => match.transport !== "empty-data");

describe("the list of Meta's errors", () => {
  it.each(served)("$id, HTTP $http, is $class: $message", async (row) => {
    const error = await serve(row);
    const meaning = byId[row.id] ?? byClass[row.class];
    expect(error).toBeInstanceOf(MetaError);
    expect({ kind: error.kind, retry: error.retry, scope: error.scope }).toEqual({
      kind: meaning?.kind,
      retry: meaning?.retry,
      scope: meaning?.scope,
    });
    expect([error.code, error.subcode]).toEqual([row.match.code ?? null, row.match.subcode ?? null]);
    expect(error.retryAfterSeconds !== null).toBe(error.retry === "later");
    expect(toFailure(error)).toMatchObject({ kind: meaning?.kind, sentence: expect.stringMatching(/^Meta .+\.$/s) });
    expect(told(meet(partOf(), error))).toMatchObject(meaning?.get ?? {});
    expect(told(meet(readyPart(), error))).toMatchObject(meaning?.report ?? {});
  });

  it("transport-empty-data: a report at 100 % that still runs isn't read, so that no empty page passes for its end", async () => {
    const { status, percent } = await look({ async_status: "Job Running", async_percent_completion: 100 });
    expect([status, percent]).toEqual(["running", 100]);
    const outcome = play(
      reportPart(),
      [
        [claimed, 0],
        [polled("running", percent), 0],
      ],
      longBudget,
    );
    expect(told(outcome)).toMatchObject({ kind: "await_report" });
  });

  it("is served whole, and each exception is one of its rows", () => {
    expect(rows).toHaveLength(74);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(74);
    expect(served).toHaveLength(73);
    const ids = rows.map(({ id }) => id);
    expect(Object.keys(byId).filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(rows.map((row) => row.class))).toEqual(new Set(Object.keys(byClass)));
  });
});
