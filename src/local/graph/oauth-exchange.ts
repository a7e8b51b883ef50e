/** GET /oauth/access_token: changes a token into a fresh one of 60 days (grant_type=fb_exchange_token). */
import { type Answer, answerJson } from "./answer.ts";
import { problemOf } from "./auth.ts";
import type { GraphCall } from "./graph-call.ts";
import { GraphError, notServedHere } from "./graph-error.ts";
import type { GraphParts } from "./graph-parts.ts";

const LIFETIME_MS = 60 * 86_400_000;

/** The old token stays as it is, as at Meta; a token that never expires gives one that never does. */
export function exchangeToken({ app, tokens, clock }: GraphParts, { params }: GraphCall): Answer {
  const grant = params.get("grant_type") ?? "";
  if (grant !== "fb_exchange_token") {
    throw notServedHere(`The grant_type "${grant}"`, "Exchange a token with grant_type=fb_exchange_token.");
  }
  if (params.get("client_id") !== app.appId) {
    throw new GraphError({
      code: 101,
      message: "Error validating application. Cannot get application info due to a system error.",
    });
  }
  if (params.get("client_secret") !== app.appSecret) {
    throw new GraphError({ code: 1, http: 400, isTransient: false, message: "Error validating client secret." });
  }
  const old = tokens.find(params.get("fb_exchange_token") ?? "");
  if (old === undefined)
    throw new GraphError({ code: 190, message: "Invalid OAuth access token - Cannot parse access token" });
  const problem = problemOf(old, clock.now(), app);
  if (problem !== undefined) throw problem;
  const fresh = tokens.renew(old, old.expiresAtMs === 0 ? 0 : clock.now() + LIFETIME_MS);
  const expiry = fresh.expiresAtMs === 0 ? {} : { expires_in: Math.floor(LIFETIME_MS / 1_000) };
  return answerJson({ access_token: fresh.token, token_type: "bearer", ...expiry });
}
