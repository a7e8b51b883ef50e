/** What a call comes to: the endpoint's answer, Meta's refusal, or what a fault rule puts in its place. */
import { randomBytes } from "node:crypto";
import type { Answer } from "./answer.ts";
import type { FaultAction } from "./faults/rule-book.ts";
import { type GraphCall, refuseRemovedParams } from "./graph-call.ts";
import { GraphError } from "./graph-error.ts";
import type { GraphParts } from "./graph-parts.ts";
import { answeringVersion, refuseExpired } from "./versions.ts";
import type { Visit } from "./visit.ts";

/** What goes out, before the headers that every answer has. */
export interface Outcome {
  status: number;
  body: string;
  contentType: string;
  rows: number;
  error: GraphError | undefined;
  served: Answer["served"];
  headers: Record<string, string>;
}

export type OpenEndpoint = (parts: GraphParts, call: GraphCall, visit: Visit) => Answer | Promise<Answer>;

const JSON_TYPE = "application/json; charset=UTF-8";
const HTML_PAGE =
  "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>";

export async function decide(parts: GraphParts, visit: Visit, endpoint: OpenEndpoint): Promise<Outcome> {
  const action = visit.rule?.action;
  const instead = action === undefined ? undefined : inPlace(action, visit);
  if (instead !== undefined) return instead;
  const outcome = await run(parts, visit, endpoint);
  if (action?.kind !== "truncated") return outcome;
  return plain(outcome.status, outcome.body.slice(0, Math.floor(outcome.body.length / 2)), JSON_TYPE);
}

/** Answers that need no endpoint; undefined for actions that only spoil the true one. */
function inPlace(action: FaultAction, visit: Visit): Outcome | undefined {
  if (action.kind === "error") return failed(new GraphError(action));
  if (action.kind === "html") return plain(action.http ?? 502, HTML_PAGE, "text/html; charset=utf-8");
  if (action.kind === "empty-200") return plain(200, '{"data":[]}', JSON_TYPE);
  if (action.kind === "no-body") return plain(200, "", JSON_TYPE);
  if (action.kind === "report-failed") return plain(200, JSON.stringify(failedReport(action, visit)), JSON_TYPE);
  return undefined;
}

/** The state of a report that failed, with the error fields that reports have since v25. */
function failedReport(action: FaultAction & { kind: "report-failed" }, visit: Visit): Record<string, unknown> {
  const { code, subcode, message, atPercent } = action;
  return {
    id: visit.call.segments[0] ?? "",
    account_id: visit.info.account?.replace(/^act_/, ""),
    time_ref: Math.floor(visit.info.atMs / 1_000),
    time_completed: Math.floor(visit.info.atMs / 1_000),
    async_status: "Job Failed",
    async_percent_completion: atPercent,
    error_code: code,
    error_message: message,
    error_subcode: subcode,
    error_user_title: message.split(":")[0],
    error_user_msg: message,
  };
}

async function run(parts: GraphParts, visit: Visit, endpoint: OpenEndpoint): Promise<Outcome> {
  const { call } = visit;
  try {
    if (answeringVersion(call.version) === undefined) throw unknownPath(call);
    if (call.problem !== undefined) throw call.problem;
    refuseExpired(parts.knobs.expiredVersions, call.version, visit.info.kind);
    refuseRemovedParams(call);
    const { body, rows, served, headers } = await endpoint(parts, call, visit);
    return { status: 200, body, contentType: JSON_TYPE, rows, error: undefined, served, headers: headers ?? {} };
  } catch (error) {
    if (error instanceof GraphError) return failed(error);
    throw error;
  }
}

/** What Meta says to a path it doesn't know. */
export function unknownPath(call: GraphCall): GraphError {
  const path = [call.version, ...call.segments].filter((part) => part !== "").join("/");
  return new GraphError({ code: 2500, message: `Unknown path components: /${path}` });
}

function failed(error: GraphError): Outcome {
  const body = JSON.stringify(error.toBody(randomBytes(17).toString("base64url").slice(0, 22)));
  return { ...plain(error.http, body, JSON_TYPE), error };
}

function plain(status: number, body: string, contentType: string): Outcome {
  return { status, body, contentType, rows: 0, error: undefined, served: undefined, headers: {} };
}
