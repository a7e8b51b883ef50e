/** What Slack says about people, channels and our token, read down to the facts that we decide by. */
import { z } from "zod";

export type PersonKind = "member" | "admin" | "guest" | "external" | "bot" | "unknown";
export interface PersonFacts {
  kind: PersonKind;
  /** IANA zone of the person's profile. */
  timezone: string | null;
}

export type ChannelKind = "internal" | "shared" | "dm" | "archived" | "unknown";
export interface ChannelFacts {
  kind: ChannelKind;
  name: string | null;
}

export interface AuthFacts {
  teamId: string;
  teamName: string | null;
  /** Set in an Enterprise Grid organisation. */
  enterpriseId: string | null;
  botUserId: string;
  /** Scopes granted to the token, as Slack's header says; empty when it says nothing. */
  scopes: string[];
}

const flag = z.boolean().optional();

/** users.info, reference docs.slack.dev/reference/objects/user-object. */
export const userSchema = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  tz: z.string().nullish(),
  deleted: flag,
  is_bot: flag,
  is_admin: flag,
  is_owner: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  enterprise_user: z.object({ enterprise_id: z.string().optional() }).nullish(),
});
type SlackUser = z.infer<typeof userSchema>;

/** conversations.info, reference docs.slack.dev/reference/objects/conversation-object. */
export const channelSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  is_channel: flag,
  is_group: flag,
  is_im: flag,
  is_mpim: flag,
  is_archived: flag,
  is_shared: flag,
  is_ext_shared: flag,
  is_org_shared: flag,
  is_pending_ext_shared: flag,
});
type SlackChannel = z.infer<typeof channelSchema>;

export const authSchema = z.object({
  team_id: z.string().nullish(),
  team: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  user_id: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

export function readAuthFacts(answer: z.infer<typeof authSchema>): AuthFacts {
  return {
    teamId: answer.team_id ?? answer.enterprise_id ?? "",
    teamName: answer.team ?? null,
    enterpriseId: answer.enterprise_id ?? null,
    botUserId: answer.user_id,
    scopes: answer.response_metadata?.scopes ?? [],
  };
}

/** Someone is ours by team, or by organisation in an Enterprise Grid; a person without a team counts as not known. */
function isOurs(user: SlackUser, auth: AuthFacts): boolean | null {
  if (user.is_stranger === true) return false;
  const sharedOrg = user.enterprise_user?.enterprise_id;
  if (auth.enterpriseId !== null && sharedOrg === auth.enterpriseId) return true;
  return user.team_id === undefined ? null : user.team_id === auth.teamId;
}

export function readPersonFacts(user: SlackUser, auth: AuthFacts): PersonFacts {
  const timezone = user.tz ?? null;
  const ours = isOurs(user, auth);
  const kindOf = (): PersonKind => {
    if (user.deleted === true || ours === null) return "unknown";
    if (user.is_bot === true || user.id === "USLACKBOT") return "bot";
    if (!ours) return "external";
    if (user.is_restricted === true || user.is_ultra_restricted === true) return "guest";
    return user.is_admin === true || user.is_owner === true ? "admin" : "member";
  };
  return { kind: kindOf(), timezone };
}

/** Shared with another organisation, or invited to be; sharing inside one's own organisation is internal. */
function isShared(channel: SlackChannel): boolean {
  if (channel.is_ext_shared === true || channel.is_pending_ext_shared === true) return true;
  return channel.is_shared === true && channel.is_org_shared !== true;
}

export function readChannelFacts(channel: SlackChannel): ChannelFacts {
  const kindOf = (): ChannelKind => {
    if (channel.is_archived === true) return "archived";
    // Before dm: a direct message with another organisation's people is shared too.
    if (isShared(channel)) return "shared";
    if (channel.is_im === true || channel.is_mpim === true) return "dm";
    return channel.is_channel === true || channel.is_group === true ? "internal" : "unknown";
  };
  return { kind: kindOf(), name: channel.name ?? null };
}
