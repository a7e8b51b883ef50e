/** Who calls: checks token, state, expiry, proof, scope and account, and refuses with Meta's codes. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { GraphError } from "./graph-error.ts";
import type { GraphCall } from "./graph-call.ts";
import type { NodeRef } from "./seed/model.ts";
import type { TokenRow, TokenState, TokenTable } from "./tokens.ts";

export interface GraphApp {
  appId: string;
  appSecret: string;
  appName: string;
  /** The app setting "Require App Secret": calls without proof are refused. */
  requireProof: boolean;
}

export interface Caller {
  token: TokenRow;
}

const SUBCODES: Record<Exclude<TokenState, "valid">, number> = {
  expired: 463,
  revoked: 458,
  checkpointed: 459,
  password_changed: 460,
  unconfirmed: 464,
  logged_out: 467,
  not_admin: 492,
};
const READ_SCOPES = ["ads_read", "ads_management"];

/** The caller of a request, or a thrown 190 / 100. */
export function authenticate(call: GraphCall, tokens: TokenTable, app: GraphApp, nowMs: number): Caller {
  if (call.token === undefined || call.token === "") {
    throw new GraphError({ code: 190, message: "An access token is required to request this resource." });
  }
  const token = tokens.find(call.token);
  if (token === undefined) {
    throw new GraphError({ code: 190, message: "Invalid OAuth access token - Cannot parse access token" });
  }
  const problem = problemOf(token, nowMs, app);
  if (problem !== undefined) throw problem;
  checkProof(call, app);
  return { token };
}

/** Why a known token can't be used now; undefined if it can. */
export function problemOf(token: TokenRow, nowMs: number, app: GraphApp): GraphError | undefined {
  const isOver = token.expiresAtMs !== 0 && token.expiresAtMs <= nowMs;
  const state = token.state === "valid" && isOver ? "expired" : token.state;
  if (state === "valid") return undefined;
  const subcode = SUBCODES[state];
  if (state === "expired") {
    const since = token.expiresAtMs !== 0 && isOver ? token.expiresAtMs : nowMs;
    const message =
      `Error validating access token: Session has expired on ${pacificTime(since)}. ` +
      `The current time is ${pacificTime(nowMs)}.`;
    return new GraphError({ code: 190, subcode, message });
  }
  if (state === "revoked") {
    const message = `Error validating access token: The user has not authorized application ${app.appId}.`;
    return new GraphError({ code: 190, subcode, message });
  }
  return new GraphError({ code: 190, subcode });
}

/** Throws Meta's code 200 unless the token may read ads at all. */
export function authorizeReading(caller: Caller): void {
  if (!READ_SCOPES.some((scope) => caller.token.scopes.includes(scope))) throw new GraphError({ code: 200 });
}

/** Throws Meta's code 200 unless the token may see businesses. */
export function authorizeBusiness(caller: Caller): void {
  if (caller.token.scopes.includes("business_management")) return;
  const message = "(#200) Requires business_management permission to manage the object";
  throw new GraphError({ code: 200, message });
}

/** Throws Meta's code 200 unless the token has a reading scope and was given the account. */
export function authorizeAccount(caller: Caller, accountId: string): void {
  authorizeReading(caller);
  const { accounts } = caller.token;
  if (accounts !== null && !accounts.includes(accountId)) throw new GraphError({ code: 200 });
}

/** True if the token may see the node at all; Meta answers 100/33 for other people's entities. */
export function seesNode(caller: Caller, node: NodeRef): boolean {
  const { accounts } = caller.token;
  return accounts === null || accounts.includes(`act_${node.account.spec.accountId}`);
}

function checkProof(call: GraphCall, app: GraphApp): void {
  const proof = call.params.get("appsecret_proof");
  if (proof === undefined) {
    if (!app.requireProof) return;
    const message = "API calls from the server require an appsecret_proof argument";
    throw new GraphError({ code: 100, type: "GraphMethodException", message });
  }
  const expected = createHmac("sha256", app.appSecret)
    .update(call.token ?? "")
    .digest();
  const given = Buffer.from(proof, "hex");
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  const message = "Invalid appsecret_proof provided in the API argument";
  throw new GraphError({ code: 100, type: "GraphMethodException", message });
}

/** Meta writes these times like "Friday, 20-Nov-26 10:00:00 PST". */
function pacificTime(ms: number): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/Los_Angeles",
    weekday: "long",
    day: "2-digit",
    month: "short",
    year: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).formatToParts(ms);
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  const date = `${read("day")}-${read("month")}-${read("year")}`;
  return `${read("weekday")}, ${date} ${read("hour")}:${read("minute")}:${read("second")} ${read("timeZoneName")}`;
}
