/** The app is put into the workspace or the organisation, and taken out again: OAuth v2 and the events of its end. */
import { knownScopes } from "./known-scopes.ts";
import type { EventSender } from "./outgoing/events.ts";
import { ActRefused, findPerson } from "./outgoing/refuse-act.ts";
import { team } from "./seed.ts";
import type { Workspace } from "./workspace.ts";

export interface InstallOrder {
  /** Where the app sent the person: /oauth/v2/authorize with its query. */
  authorizeUrl: string;
  user: string;
  /** False = the person presses Cancel. */
  allow?: boolean | undefined;
  /** On the whole organisation instead of the one workspace. */
  organisation?: boolean | undefined;
}

export interface InstallAnswer {
  /** Where Slack sends the browser: the redirect_uri with code and state, or with error=access_denied. */
  redirectTo: string;
  code?: string;
}

/** What the app asks for on the authorize page. */
export interface InstallRequest {
  scopes: string[];
  /** As asked; undefined when the app named none. */
  redirectUri: string | undefined;
  /** Where the browser goes afterwards. */
  target: string;
  state: string;
}

/** Throws ActRefused with what Slack's page says: invalid client_id, invalid_scope, redirect_uri that isn't configured. */
export function readInstallRequest(workspace: Workspace, query: URLSearchParams): InstallRequest {
  if (query.get("client_id") !== workspace.credentials.clientId) throw new ActRefused("Invalid client_id parameter");
  const scopes = (query.get("scope") ?? "").split(/[\s,]+/).filter((scope) => scope !== "");
  const unknown = scopes.filter((scope) => !knownScopes.has(scope));
  if (scopes.length === 0) throw new ActRefused("invalid_scope: no scopes were requested");
  if (unknown.length > 0) throw new ActRefused(`invalid_scope: Invalid permissions requested: ${unknown.join(", ")}`);
  const redirectUri = query.get("redirect_uri") ?? undefined;
  const configured = workspace.app.redirectUrls();
  const target = redirectUri ?? configured[0];
  if (target === undefined || !configured.some((base) => liesUnder(target, base))) {
    throw new ActRefused(`redirect_uri did not match any configured URIs. Passed URI: ${target ?? "none"}`);
  }
  return { scopes, redirectUri, target, state: query.get("state") ?? "" };
}

/** The same address, or one below it; its query doesn't count. */
function liesUnder(uri: string, base: string): boolean {
  if (!URL.canParse(uri) || !URL.canParse(base)) return false;
  const [given, known] = [new URL(uri), new URL(base)];
  const folder = known.pathname.endsWith("/") ? known.pathname : `${known.pathname}/`;
  return given.origin === known.origin && (given.pathname === known.pathname || given.pathname.startsWith(folder));
}

/** A person presses Allow or Cancel. Throws ActRefused: as the page says, or that person may not install. */
export function decideInstall(workspace: Workspace, order: InstallOrder): InstallAnswer {
  const request = readInstallRequest(workspace, new URL(order.authorizeUrl, "https://slack.com").searchParams);
  const target = new URL(request.target);
  target.searchParams.set("state", request.state);
  if (order.allow === false) {
    target.searchParams.set("error", "access_denied");
    return { redirectTo: target.href };
  }
  const person = findPerson(workspace, order.user);
  if (person.isRestricted || person.isBot || person.teamId !== team.id) {
    throw new ActRefused(`${person.id} is no full member of ${team.name}: only those may install an app.`);
  }
  const organisation = order.organisation === true;
  if (organisation && !workspace.app.orgDeploy) {
    throw new ActRefused(
      "The app can't be installed on an organisation: its manifest doesn't turn org_deploy_enabled on.",
    );
  }
  const { scopes, redirectUri } = request;
  const code = workspace.installCodes.make({ user: person.id, scopes, redirectUri, organisation });
  target.searchParams.set("code", code);
  return { redirectTo: target.href, code };
}

/** Ends every token of the app, then tells it so. */
export async function uninstall(workspace: Workspace, events: EventSender): Promise<void> {
  const { appId, botUserId } = workspace.credentials;
  for (const grant of workspace.grants.list()) {
    if (grant.appId === appId) workspace.grants.change(grant.token, { revoked: true });
  }
  const eventTs = `${(workspace.clock.now() / 1000).toFixed(3)}000`;
  await events.send({ type: "tokens_revoked", tokens: { oauth: [], bot: [botUserId] }, event_ts: eventTs });
  await events.send({ type: "app_uninstalled", event_ts: eventTs });
}
