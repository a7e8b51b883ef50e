/** The way of every call: read, fault rules, token, endpoint, hook, log, headers. */
import { randomBytes } from "node:crypto";
import { setTimeout as waitRealTime } from "node:timers/promises";
import type { Context } from "hono";
import type { Answer } from "./answer.ts";
import { authenticate } from "./auth.ts";
import type { CallInfo } from "./call-log.ts";
import { resetConnection, waitForHangUp } from "./faults/break-connection.ts";
import type { StoredRule } from "./faults/rule-book.ts";
import { type GraphCall, readCall, refuseRemovedParams } from "./graph-call.ts";
import { GraphError } from "./graph-error.ts";
import type { Endpoint, GraphParts } from "./graph-parts.ts";
import { usageHeaders } from "./usage.ts";
import { answeringVersion, CURRENT_VERSION } from "./versions.ts";

export interface ServeHooks {
  /** Runs when the answer is ready and before it leaves: the place to move the clock while pages are read. */
  beforeAnswer?: ((call: CallInfo & { status: number; rows: number }) => void | Promise<void>) | undefined;
  /** Takes the place of real waiting for the fault "delay". */
  onServe?: ((call: CallInfo, delayMs: number) => void | Promise<void>) | undefined;
}

export interface ServeContext {
  parts: GraphParts;
  hooks: ServeHooks;
  closing: AbortSignal;
}

/** What goes out, before headers. */
interface Outcome {
  status: number;
  body: string;
  contentType: string;
  rows: number;
  error: GraphError | undefined;
  served: Answer["served"];
}

const JSON_TYPE = "application/json; charset=UTF-8";
const HTML_PAGE =
  "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>";

/** Makes the Hono handler of an endpoint. */
export function serve(context: ServeContext, endpoint: Endpoint): (c: Context) => Promise<Response> {
  const withToken: OpenEndpoint = (parts, call) => {
    const caller = authenticate(call, parts.tokens, parts.app, parts.clock.now());
    return endpoint({ parts, call, caller });
  };
  return serveOpen(context, withToken);
}

export type OpenEndpoint = (parts: GraphParts, call: GraphCall) => Answer | Promise<Answer>;

/** The same for an endpoint that looks at the token by itself. */
export function serveOpen(context: ServeContext, endpoint: OpenEndpoint): (c: Context) => Promise<Response> {
  return async (c) => {
    const startedMs = performance.now();
    const call = await readCall(c);
    const info = describeCall(context.parts, call);
    const rule = context.parts.rules.hit(info);
    const log = (status: number, outcome?: Outcome) =>
      context.parts.calls.add(info, {
        status,
        errorCode: outcome?.error?.spec.code ?? null,
        rule: rule?.id ?? null,
        rows: outcome?.rows ?? 0,
        durationMs: Math.round(performance.now() - startedMs),
      });
    if (rule?.action.kind === "reset" || rule?.action.kind === "hang") {
      log(0);
      if (rule.action.kind === "hang") await waitForHangUp(c, context.closing);
      return resetConnection(c);
    }
    const outcome = await decide(context, call, info, rule, endpoint);
    if (context.closing.aborted) return resetConnection(c);
    await context.hooks.beforeAnswer?.({ ...info, status: outcome.status, rows: outcome.rows });
    recordServed(context.parts, outcome);
    log(outcome.status, outcome);
    return respond(context.parts, call, info, outcome);
  };
}

async function decide(
  context: ServeContext,
  call: GraphCall,
  info: CallInfo,
  rule: StoredRule | undefined,
  endpoint: OpenEndpoint,
): Promise<Outcome> {
  const action = rule?.action;
  if (action?.kind === "error") return failed(new GraphError(action));
  if (action?.kind === "html") return plain(action.http ?? 502, HTML_PAGE, "text/html; charset=utf-8");
  if (action?.kind === "empty-200") return plain(200, '{"data":[]}', JSON_TYPE);
  if (action?.kind === "delay") await delay(context, info, action.ms);
  // Closed while it waited: there is no store left to answer from, and the caller gets a reset.
  if (context.closing.aborted) return plain(503, "", JSON_TYPE);
  const outcome = await run(context.parts, call, endpoint);
  if (action?.kind !== "truncated") return outcome;
  return plain(outcome.status, outcome.body.slice(0, Math.floor(outcome.body.length / 2)), JSON_TYPE);
}

async function run(parts: GraphParts, call: GraphCall, endpoint: OpenEndpoint): Promise<Outcome> {
  try {
    if (answeringVersion(call.version) === undefined) throw unknownPath(call);
    if (call.problem !== undefined) throw call.problem;
    refuseRemovedParams(call);
    const answer = await endpoint(parts, call);
    const { body, rows, served } = answer;
    return { status: 200, body, contentType: JSON_TYPE, rows, error: undefined, served };
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

function describeCall(parts: GraphParts, call: GraphCall): CallInfo {
  const account = parts.world.nodes.get(call.segments[0] ?? "")?.account;
  const query = new Map(call.params);
  for (const secret of ["appsecret_proof", "input_token"]) query.delete(secret);
  return {
    method: call.method,
    path: `/${[call.version, ...call.segments].join("/")}`,
    query: Object.fromEntries(query),
    account: account === undefined ? null : `act_${account.spec.accountId}`,
    level: call.params.get("level") ?? null,
    atMs: parts.clock.now(),
  };
}

function failed(error: GraphError): Outcome {
  const body = JSON.stringify(error.toBody(randomBytes(17).toString("base64url").slice(0, 22)));
  return { status: error.http, body, contentType: JSON_TYPE, rows: 0, error, served: undefined };
}

function plain(status: number, body: string, contentType: string): Outcome {
  return { status, body, contentType, rows: 0, error: undefined, served: undefined };
}

async function delay({ hooks, closing }: ServeContext, info: CallInfo, ms: number): Promise<void> {
  if (hooks.onServe !== undefined) return hooks.onServe(info, ms);
  await waitRealTime(ms, undefined, { signal: closing }).catch(() => undefined);
}

function recordServed(parts: GraphParts, { served }: Outcome): void {
  if (served === undefined) return;
  const account = parts.world.nodes.get(served.accountId)?.account;
  if (account !== undefined) parts.served.add(served.accountId, account.spec.minorDigits, served.level, served.rows);
}

function respond(parts: GraphParts, call: GraphCall, info: CallInfo, outcome: Outcome): Response {
  const account = parts.world.nodes.get(call.segments[0] ?? "")?.account;
  const tier = (call.token === undefined ? undefined : parts.tokens.find(call.token))?.tier ?? "standard_access";
  const headers = new Headers({
    "content-type": outcome.contentType,
    "facebook-api-version": answeringVersion(call.version) ?? CURRENT_VERSION,
    "x-fb-trace-id": randomBytes(8).toString("base64url"),
    "x-fb-request-id": randomBytes(16).toString("base64url"),
    "x-fb-rev": "1030000000",
    "cache-control": "private, no-cache, no-store, must-revalidate",
    "access-control-allow-origin": "*",
    ...usageHeaders(parts.calls, info, account, tier),
  });
  if (outcome.error?.spec.code === 190) {
    const message = outcome.error.message.replaceAll('"', "'");
    headers.set("www-authenticate", `OAuth "Facebook Platform" "invalid_token" "${message}"`);
  }
  return new Response(outcome.body, { status: outcome.status, headers });
}
