/** All routes of the wire, each with and without a trailing slash, as SDKs send both. */
import { Hono } from "hono";
import { listChildren, listCreatives, listMyAccounts } from "./entities/edges.ts";
import { getMe, getNode } from "./entities/nodes.ts";
import { debugToken } from "./debug-token.ts";
import { invalidParameter, notServedHere, unsupportedObject } from "./graph-error.ts";
import type { Endpoint, EndpointInput } from "./graph-parts.ts";
import { getInsights, refuseAsyncInsights } from "./insights/endpoint.ts";
import { serve, type ServeContext, serveOpen, unknownPath } from "./serve.ts";

const VERSION = "/:version{v[0-9]+\\.[0-9]+}";

export function buildWire(context: ServeContext): Hono {
  const wire = new Hono();
  const route = (method: "GET" | "POST", path: string, endpoint: Endpoint) => {
    wire.on(method, [`${VERSION}${path}`, `${VERSION}${path}/`], serve(context, endpoint));
  };
  route("GET", "/me", getMe);
  route("GET", "/me/adaccounts", listMyAccounts);
  wire.on("GET", [`${VERSION}/debug_token`, `${VERSION}/debug_token/`], serveOpen(context, debugToken));
  route("GET", "/oauth/access_token", absent("Exchanging tokens", "Change tokens through the admin API."));
  route("GET", "/:id", getNode);
  route("GET", "/:id/campaigns", listChildren("campaign"));
  route("GET", "/:id/adsets", listChildren("adset"));
  route("GET", "/:id/ads", listChildren("ad"));
  route("GET", "/:id/adcreatives", listCreatives);
  route("GET", "/:id/insights", getInsights);
  route("POST", "/:id/insights", refuseAsyncInsights);
  route("GET", "/:id/activities", absent("The edge activities", "Read the entities' updated_time."));
  route("GET", "/:id/owned_ad_accounts", absent("The edge owned_ad_accounts", "Read /me/adaccounts."));
  route("GET", "/:id/client_ad_accounts", absent("The edge client_ad_accounts", "Read /me/adaccounts."));
  route("GET", "", refuseManyIds);
  route("POST", "", absent("The batch API", "Send the calls one by one."));
  wire.all("/*", serve(context, refuseUnknown));
  return wire;
}

function absent(what: string, instead: string): Endpoint {
  return () => {
    throw notServedHere(what, instead);
  };
}

/** `GET /?ids=a,b` went with v26. */
function refuseManyIds({ call }: EndpointInput): never {
  if (call.params.has("ids")) throw invalidParameter("The parameter ids is no longer supported");
  throw unknownPath(call);
}

/** A known object with a verb or an edge it doesn't have, or no object at all. */
function refuseUnknown({ parts, call }: EndpointInput): never {
  const id = call.segments[0] ?? "";
  throw parts.world.nodes.has(id) ? unsupportedObject(call.method, id) : unknownPath(call);
}
