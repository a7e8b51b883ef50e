/** What a call is, before it is answered: whose account, which kind, how many points. */
import { accountOf } from "./account-of.ts";
import type { CallInfo } from "./call-log.ts";
import type { GraphCall } from "./graph-call.ts";
import type { GraphParts } from "./graph-parts.ts";

/** Kinds of paths: `results` is a page of a report's rows, `poll` its state, `report` its start. */
export const CALL_KINDS = [
  "me",
  "token",
  "business",
  "accounts",
  "node",
  "edge",
  "insights",
  "report",
  "poll",
  "results",
  "batch",
  "other",
] as const;
export type CallKind = (typeof CALL_KINDS)[number];

const ENTITY_EDGES = new Set(["campaigns", "adsets", "ads", "adcreatives", "activities"]);
const ACCOUNT_EDGES = new Set(["adaccounts", "owned_ad_accounts", "client_ad_accounts"]);
const SECRETS = ["appsecret_proof", "input_token", "fb_exchange_token", "client_secret", "batch"];

export function describeCall(parts: GraphParts, call: GraphCall): CallInfo {
  const account = accountOf(parts, call.segments[0] ?? "");
  const query = new Map(call.params);
  for (const secret of SECRETS) query.delete(secret);
  const kind = kindOf(parts, call);
  return {
    method: call.method,
    path: `/${[call.version, ...call.segments].join("/")}`,
    query: Object.fromEntries(query),
    account: account === undefined ? null : `act_${account.spec.accountId}`,
    level: call.params.get("level") ?? null,
    kind,
    atMs: parts.clock.now(),
  };
}

/** Insights quotas pay for these; everything else of an account is management. */
export function isInsightsKind(kind: CallKind): boolean {
  return kind === "insights" || kind === "report" || kind === "poll" || kind === "results";
}

/** Score of a call. Starting a report changes nothing at Meta and is taken for a read; a batch is paid by its members. */
export function pointsOf(kind: CallKind): number {
  return kind === "batch" ? 0 : 1;
}

function kindOf({ world, reports }: GraphParts, { method, segments }: GraphCall): CallKind {
  const [id, edge, ...rest] = segments;
  if (id === undefined) return method === "POST" ? "batch" : "other";
  if (rest.length > 0) return "other";
  if (id === "debug_token" || id === "oauth") return "token";
  if (edge === undefined) {
    if (id === "me") return "me";
    if (world.nodes.has(id)) return "node";
    return reports.accountOf(id) === undefined ? "other" : "poll";
  }
  if (edge === "insights") return method === "POST" ? "report" : world.nodes.has(id) ? "insights" : "results";
  if (edge === "businesses") return "business";
  if (ACCOUNT_EDGES.has(edge)) return "accounts";
  return ENTITY_EDGES.has(edge) ? "edge" : "other";
}
