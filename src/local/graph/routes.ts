/** All routes of the wire, each with and without a trailing slash, as SDKs send both. */
import { Hono } from "hono";
import { answerBatch } from "./batch/endpoint.ts";
import { listActivities } from "./entities/activities.ts";
import {
  listBusinessAccounts,
  listChildren,
  listCreatives,
  listMyAccounts,
  listMyBusinesses,
} from "./entities/edges.ts";
import { getMe, getNode } from "./entities/nodes.ts";
import { debugToken } from "./debug-token.ts";
import { invalidParameter, unsupportedObject } from "./graph-error.ts";
import type { Endpoint, EndpointInput } from "./graph-parts.ts";
import { getInsights } from "./insights/endpoint.ts";
import { readReport } from "./reports/read-report.ts";
import { readResults } from "./reports/read-results.ts";
import { startReport } from "./reports/start-report.ts";
import { exchangeToken } from "./oauth-exchange.ts";
import { type OpenEndpoint, unknownPath } from "./outcome.ts";
import { serve, type ServeContext, serveOpen } from "./serve.ts";

const VERSION = "/:version{v[0-9]+\\.[0-9]+}";

export function buildWire(context: ServeContext): Hono {
  const wire = new Hono();
  const route = (method: "GET" | "POST", path: string, endpoint: Endpoint) => {
    wire.on(method, [`${VERSION}${path}`, `${VERSION}${path}/`], serve(context, endpoint));
  };
  const open = (path: string, endpoint: OpenEndpoint) => {
    wire.on("GET", [`${VERSION}${path}`, `${VERSION}${path}/`], serveOpen(context, endpoint));
  };
  route("GET", "/me", getMe);
  route("GET", "/me/adaccounts", listMyAccounts);
  route("GET", "/me/businesses", listMyBusinesses);
  open("/debug_token", debugToken);
  open("/oauth/access_token", exchangeToken);
  route("GET", "/:id", forReports(readReport, getNode));
  route("GET", "/:id/campaigns", listChildren("campaign"));
  route("GET", "/:id/adsets", listChildren("adset"));
  route("GET", "/:id/ads", listChildren("ad"));
  route("GET", "/:id/adcreatives", listCreatives);
  route("GET", "/:id/insights", forReports(readResults, getInsights));
  route("POST", "/:id/insights", startReport);
  route("GET", "/:id/activities", listActivities);
  route("GET", "/:id/owned_ad_accounts", listBusinessAccounts("owned"));
  route("GET", "/:id/client_ad_accounts", listBusinessAccounts("client"));
  route("GET", "", refuseManyIds);
  route("POST", "", answerBatch(wire));
  wire.all("/*", serve(context, refuseUnknown));
  return wire;
}

/** Nodes and reports share their paths: the id tells which it is. */
function forReports(report: Endpoint, node: Endpoint): Endpoint {
  return (input) => (input.parts.reports.accountOf(input.call.segments[0] ?? "") === undefined ? node : report)(input);
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
