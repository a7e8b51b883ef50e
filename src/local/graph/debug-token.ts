/** GET /debug_token: what a token is, for its own bearer or for the app. */
import { type Answer, answerJson } from "./answer.ts";
import { authenticate, type GraphApp, problemOf } from "./auth.ts";
import { type GraphCall } from "./graph-call.ts";
import { GraphError, invalidParameter } from "./graph-error.ts";
import type { GraphParts } from "./graph-parts.ts";
import type { TokenRow } from "./tokens.ts";

/** The caller is the app (`<app id>|<app secret>`) or any token that is alive; a dead token is described, not refused. */
export function debugToken(parts: GraphParts, call: GraphCall): Answer {
  const { app, tokens } = parts;
  const nowMs = parts.clock.now();
  const isApp = call.token === `${app.appId}|${app.appSecret}`;
  if (!isApp) authenticate(call, tokens, app, nowMs);
  const input = call.params.get("input_token");
  if (input === undefined || input === "") throw invalidParameter("The parameter input_token is required.");
  const token = tokens.find(input);
  if (token === undefined) {
    const error = { code: 190, message: "Invalid OAuth access token." };
    return answerJson({ data: { error, is_valid: false, scopes: [] } });
  }
  if (!isApp && token.token !== call.token) {
    throw new GraphError({ code: 100, message: "(#100) You must provide an app access token, or the token itself" });
  }
  return answerJson({ data: describeToken(token, app, nowMs) });
}

function describeToken(token: TokenRow, app: GraphApp, nowMs: number): Record<string, unknown> {
  const problem = problemOf(token, nowMs, app);
  const error = problem && { code: 190, message: problem.message, subcode: problem.spec.subcode };
  const targets = token.accounts?.map((id) => id.replace(/^act_/, ""));
  return {
    app_id: app.appId,
    type: token.kind,
    application: app.appName,
    data_access_expires_at: seconds(token.dataAccessExpiresAtMs),
    ...(error === undefined ? {} : { error }),
    expires_at: seconds(token.expiresAtMs),
    is_valid: problem === undefined,
    issued_at: seconds(token.issuedAtMs),
    scopes: token.scopes,
    granular_scopes: token.scopes.map((scope) => ({
      scope,
      ...(targets !== undefined && scope.startsWith("ads_") ? { target_ids: targets } : {}),
    })),
    user_id: token.userId,
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
