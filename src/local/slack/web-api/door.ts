/** The Web API at `/api/<method>`: token, scope, rate, fault, then the method's own work; each call is logged. */
import { Hono } from "hono";
import { SlackRefusal } from "../refusal.ts";
import type { Grant, JsonObject } from "../shapes.ts";
import { applyFault } from "../apply-fault.ts";
import type { Workspace } from "../workspace.ts";
import { chatMethods } from "./chat.ts";
import { conversationMethods } from "./conversations.ts";
import { fileMethods } from "./files.ts";
import type { WebApiMethod } from "./method.ts";
import { oauthMethods } from "./oauth.ts";
import { peopleMethods } from "./people.ts";
import { readCall } from "./read-call.ts";
import { userGroupMethods } from "./user-groups.ts";
import { validateMethods } from "./validate.ts";
import { viewMethods } from "./views.ts";
import { spell } from "../values.ts";

/** Every method served; a new one is a row here and one in coverage.ts. */
const methods: Readonly<Record<string, WebApiMethod>> = {
  ...peopleMethods,
  ...chatMethods,
  ...conversationMethods,
  ...viewMethods,
  ...fileMethods,
  ...userGroupMethods,
  ...validateMethods,
  ...oauthMethods,
};

/** Who calls a method that takes no token. */
const nobody: Grant = {
  token: "",
  teamId: "",
  appId: "",
  appName: "",
  botUserId: "",
  botId: "",
  scopes: [],
  revoked: false,
};

/** One route for each method served, and `unknown_method` for any other. */
export function webApiDoor(workspace: Workspace): Hono {
  const door = new Hono();
  for (const [name, method] of Object.entries(methods)) {
    door.on(["GET", "POST"], `/api/${name}`, (context) => serve(workspace, name, method, context.req.raw));
  }
  door.on(["GET", "POST"], "/api/:method", (context) =>
    serve(workspace, context.req.param("method"), undefined, context.req.raw),
  );
  return door;
}

const html = { "content-type": "text/html" };

async function serve(
  workspace: Workspace,
  name: string,
  method: WebApiMethod | undefined,
  request: Request,
): Promise<Response> {
  const atMs = workspace.clock.now();
  let args: JsonObject = {};
  let grant: Grant | undefined;
  const answer = (body: JsonObject, status: number, headers: Readonly<Record<string, string>>): Response => {
    const lost = status === 502;
    const outcome = lost ? "lost_answer" : body["ok"] === true ? "ok" : spell(body["error"]);
    workspace.calls.add({ atMs, method: name, args: hideSecrets(args), status, outcome, answer: hideSecrets(body) });
    if (lost) return new Response("<html><body>502 Bad Gateway</body></html>", { status, headers: html });
    const scopes = {
      ...(grant === undefined ? {} : { "x-oauth-scopes": grant.scopes.join(",") }),
      ...(method === undefined ? {} : { "x-accepted-oauth-scopes": method.scopes.join(",") }),
    };
    return Response.json(body, { status, headers: { ...scopes, ...headers } });
  };
  try {
    const call = await readCall(request);
    args = call.args;
    const lostAnswer = await applyFault(workspace.faults, name, args["channel"], request.signal);
    if (method === undefined) throw new SlackRefusal("unknown_method", { extra: { req_method: name } });
    grant = method.isOpen === true ? nobody : checkToken(workspace, call.token);
    checkScopes(grant, method);
    checkRate(workspace, grant, name, method, args);
    const result = { ok: true, ...method.run({ workspace, grant, args, raw: args }) };
    return answer(result, lostAnswer ? 502 : 200, {});
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return answer(error.toBody(), error.status, error.headers);
  }
}

const secrets = new Set(["client_secret", "code", "access_token"]);

/** The log is shown to people and kept: what opens doors isn't in it. */
function hideSecrets(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, secrets.has(key) ? "…" : value]));
}

/** Throws SlackRefusal: not_authed, invalid_auth, token_revoked. */
function checkToken(workspace: Workspace, token: string | undefined): Grant {
  if (token === undefined) throw new SlackRefusal("not_authed");
  const grant = workspace.grants.find(token);
  if (grant === undefined) throw new SlackRefusal("invalid_auth");
  if (grant.revoked) throw new SlackRefusal("token_revoked");
  return grant;
}

function checkScopes(grant: Grant, method: WebApiMethod): void {
  if (method.scopes.length === 0 || method.scopes.some((scope) => grant.scopes.includes(scope))) return;
  throw new SlackRefusal("missing_scope", {
    extra: { needed: method.scopes.join(","), provided: grant.scopes.join(",") },
  });
}

function checkRate(workspace: Workspace, grant: Grant, name: string, method: WebApiMethod, args: JsonObject): void {
  const who = `${grant.teamId} ${grant.appId}`;
  const waitSeconds = workspace.limits.count(method.tier, who, name, spell(args["channel"]));
  if (waitSeconds !== undefined) throw SlackRefusal.rateLimited(waitSeconds);
}
