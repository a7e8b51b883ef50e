/** The way of every call: read, fault rules, token, quotas, endpoint, latency, hook, log, headers. */
import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import { authenticate } from "./auth.ts";
import { memberOf } from "./batch/member.ts";
import type { CallInfo } from "./call-log.ts";
import { describeCall } from "./describe-call.ts";
import { resetConnection, waitForHangUp } from "./faults/break-connection.ts";
import { readCall } from "./graph-call.ts";
import type { Endpoint, GraphParts } from "./graph-parts.ts";
import { waitFor } from "./latency/pace-maker.ts";
import { decide, type OpenEndpoint, type Outcome } from "./outcome.ts";
import { usageHeaders } from "./usage.ts";
import { answeringVersion, CURRENT_VERSION } from "./versions.ts";
import { beginVisit, chargeOf, payFor, type Visit } from "./visit.ts";

export interface ServeHooks {
  /** Runs when the answer is ready and before it leaves: the place to move the clock while pages are read. */
  beforeAnswer?: ((call: CallInfo & { status: number; rows: number }) => void | Promise<void>) | undefined;
  /** Takes the place of real waiting, for the fault "delay" and for the latency profile. */
  onServe?: ((call: CallInfo, delayMs: number) => void | Promise<void>) | undefined;
}

export interface ServeContext {
  parts: GraphParts;
  hooks: ServeHooks;
  closing: AbortSignal;
}

/** Makes the Hono handler of an endpoint. */
export function serve(context: ServeContext, endpoint: Endpoint): (c: Context) => Promise<Response> {
  return serveOpen(context, (parts, call, visit) => {
    const caller = authenticate(call, parts.tokens, parts.app, parts.clock.now());
    payFor(parts, visit);
    return endpoint({ parts, call, caller });
  });
}

/** The same for an endpoint that looks at the token by itself; no quota is charged. */
export function serveOpen(context: ServeContext, endpoint: OpenEndpoint): (c: Context) => Promise<Response> {
  const { parts, hooks, closing } = context;
  return async (c) => {
    const startedMs = performance.now();
    const call = await readCall(c);
    parts.changes.applyDue(parts.clock.now());
    const info = describeCall(parts, call);
    const visit = beginVisit(parts, call, info, parts.rules.hit(info));
    const log = (outcome: Outcome | undefined) => logCall(parts, visit, outcome, performance.now() - startedMs);
    const member = memberOf(c);
    const action = visit.rule?.action.kind;
    if (action === "reset" || action === "hang" || member?.timesOut === true) {
      log(undefined);
      if (action === "hang" && member === undefined) await waitForHangUp(c, closing);
      return resetConnection(c);
    }
    const outcome = await decide(parts, visit, endpoint);
    await slowDown(context, visit, outcome, performance.now() - startedMs);
    // Closed while it waited: there is no store left to write to.
    if (closing.aborted) return resetConnection(c);
    await hooks.beforeAnswer?.({ ...info, status: outcome.status, rows: outcome.rows });
    recordServed(parts, outcome);
    log(outcome);
    return respond(parts, visit, outcome);
  };
}

async function slowDown({ parts, hooks, closing }: ServeContext, visit: Visit, outcome: Outcome, spentMs: number) {
  const { rule, info } = visit;
  const faultMs = rule?.action.kind === "delay" ? rule.action.ms : 0;
  const profileMs = parts.pace.next({ kind: info.kind, rows: outcome.rows, isError: outcome.status >= 400 });
  const waitMs = faultMs + Math.max(0, profileMs - (profileMs > 0 ? spentMs : 0));
  if (waitMs === 0) return;
  if (hooks.onServe !== undefined) await hooks.onServe(info, Math.round(waitMs));
  else await waitFor(waitMs, closing);
}

function recordServed(parts: GraphParts, { served }: Outcome): void {
  if (served === undefined) return;
  const { accountId, ...page } = served;
  const account = parts.world.nodes.get(accountId)?.account;
  if (account === undefined) return;
  parts.served.add({ ...page, account: accountId, minorDigits: account.spec.minorDigits });
}

function logCall(parts: GraphParts, visit: Visit, outcome: Outcome | undefined, spentMs: number): void {
  const { info, refusal } = visit;
  // A rule may have ended the call before the quotas were asked: it still came during the block.
  const blocked = refusal ?? visit.metBlock;
  const endedMs = parts.clock.now();
  parts.calls.add(info, {
    status: outcome?.status ?? 0,
    errorCode: outcome?.error?.spec.code ?? null,
    errorSubcode: outcome?.error?.spec.subcode ?? null,
    rule: visit.rule?.id ?? null,
    rows: outcome?.rows ?? 0,
    endedMs,
    durationMs: Math.round(spentMs),
    points: visit.points,
    tier: visit.tier,
    activeAds: visit.activeAds,
    blocked: blocked?.when ?? null,
    quota: blocked?.quota ?? null,
  });
  const isUserError = refusal === undefined && visit.points > 0 && outcome?.error !== undefined && outcome.status < 500;
  if (isUserError && info.account !== null) parts.limits.noteUserError(info.account, endedMs);
}

function respond(parts: GraphParts, visit: Visit, outcome: Outcome): Response {
  const { call, rule } = visit;
  const headers = new Headers({
    "content-type": outcome.contentType,
    "facebook-api-version": answeringVersion(call.version) ?? CURRENT_VERSION,
    "x-fb-trace-id": randomBytes(8).toString("base64url"),
    "x-fb-request-id": randomBytes(16).toString("base64url"),
    "x-fb-rev": "1030000000",
    "cache-control": "private, no-cache, no-store, must-revalidate",
    "access-control-allow-origin": "*",
    ...outcome.headers,
  });
  if (!parts.chance.hits("no headers", parts.limits.settings.headersMissingPercent)) {
    const regainMinutes = rule?.action.kind === "error" ? rule.action.regainMinutes : undefined;
    const question = { ...chargeOf(visit), atMs: parts.clock.now(), business: visit.business, regainMinutes };
    for (const [name, value] of Object.entries(usageHeaders(parts.limits, question))) headers.set(name, value);
  }
  if (outcome.error?.spec.code === 190) {
    const message = outcome.error.message.replaceAll('"', "'");
    headers.set("www-authenticate", `OAuth "Facebook Platform" "invalid_token" "${message}"`);
  }
  return new Response(outcome.body, { status: outcome.status, headers });
}
