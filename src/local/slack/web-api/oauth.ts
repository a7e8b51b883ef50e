/** oauth.v2.access: a code from the authorize page becomes a bot token. */
import { z } from "zod";
import { SlackRefusal } from "../refusal.ts";
import { botName, enterprise, team } from "../seed.ts";
import type { Grant } from "../shapes.ts";
import { makeBotToken } from "../state/grants.ts";
import type { Consent } from "../state/install-codes.ts";
import type { Workspace } from "../workspace.ts";
import { defineMethod } from "./method.ts";
import type { WebApiMethod } from "./method.ts";

function grantConsent(workspace: Workspace, consent: Consent): Grant {
  const { appId, botUserId, botId } = workspace.credentials;
  const grant: Grant = {
    token: makeBotToken(),
    teamId: team.id,
    ...(consent.organisation ? { enterpriseId: enterprise.id } : {}),
    appId,
    appName: botName,
    botUserId,
    botId,
    scopes: consent.scopes,
    revoked: false,
  };
  workspace.grants.put(grant);
  return grant;
}

const access = defineMethod({
  tier: "tier4",
  scopes: [],
  isOpen: true,
  args: z.object({
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
    code: z.string().optional(),
    redirect_uri: z.string().optional(),
    grant_type: z.literal("authorization_code").optional(),
  }),
  run: ({ workspace, args }) => {
    const { clientId, clientSecret, appId, botUserId } = workspace.credentials;
    if (args.client_id !== clientId) throw new SlackRefusal("invalid_client_id");
    if (args.client_secret !== clientSecret) throw new SlackRefusal("bad_client_secret");
    const code = args.code ?? "";
    const consent = workspace.installCodes.find(code);
    if (consent === undefined) throw new SlackRefusal("invalid_code");
    if (args.redirect_uri !== consent.redirectUri) throw new SlackRefusal("bad_redirect_uri");
    workspace.installCodes.take(code);
    const grant = grantConsent(workspace, consent);
    return {
      access_token: grant.token,
      token_type: "bot",
      scope: grant.scopes.join(","),
      bot_user_id: botUserId,
      app_id: appId,
      // An app that stands in the whole organisation belongs to none of its workspaces.
      team: consent.organisation ? null : { id: team.id, name: team.name },
      enterprise: consent.organisation ? enterprise : null,
      authed_user: { id: consent.user },
      is_enterprise_install: consent.organisation,
    };
  },
});

export const oauthMethods: Record<string, WebApiMethod> = { "oauth.v2.access": access };
