/** conversations.*: look one up, open a direct message, list. */
import { z } from "zod";
import { SlackRefusal } from "../refusal.ts";
import type { Channel, Grant, JsonObject } from "../shapes.ts";
import { otherTeamId, team } from "../seed.ts";
import { hasBot } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { flag, wholeNumber, word } from "./arguments.ts";
import { findVisible } from "./find-channel.ts";
import { defineMethod } from "./method.ts";
import type { WebApiMethod } from "./method.ts";
import { cutPage } from "./paging.ts";

const readScope: Record<Channel["kind"], string> = {
  public: "channels:read",
  private: "groups:read",
  im: "im:read",
};
const readScopes = [...Object.values(readScope), "mpim:read"];

function needScope(grant: Grant, needed: string): void {
  if (!grant.scopes.includes(needed)) {
    throw new SlackRefusal("missing_scope", { extra: { needed, provided: grant.scopes.join(",") } });
  }
}

/** The conversation object, as the bot of this token sees it. */
function showChannel(workspace: Workspace, grant: Grant, channel: Channel): JsonObject {
  const created = Math.floor(channel.createdMs / 1000);
  const shared = { is_archived: channel.isArchived, is_org_shared: false, context_team_id: team.id };
  if (channel.kind === "im") {
    const user = channel.members.find((member) => member !== grant.botUserId);
    return { id: channel.id, created, is_im: true, user, is_user_deleted: false, priority: 0, ...shared };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created,
    creator: channel.members[0] ?? "USLACKBOT",
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private" && channel.id.startsWith("G"),
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === "private",
    is_general: channel.name === "general",
    is_shared: channel.isExtShared,
    is_ext_shared: channel.isExtShared,
    is_member: hasBot(channel, grant.botUserId),
    shared_team_ids: channel.isExtShared ? [team.id, otherTeamId] : [team.id],
    topic: { value: "", creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
    ...shared,
  };
}

const info = defineMethod({
  tier: "tier3",
  scopes: readScopes,
  args: z.object({ channel: word, include_num_members: flag.optional() }),
  run: ({ workspace, grant, args }) => {
    const channel = findVisible(workspace, grant, args.channel);
    needScope(grant, readScope[channel.kind]);
    const members = args.include_num_members === true ? { num_members: channel.members.length } : {};
    return { channel: { ...showChannel(workspace, grant, channel), ...members } };
  },
});

const open = defineMethod({
  tier: "tier3",
  scopes: ["im:write", "mpim:write", "channels:manage", "groups:write"],
  args: z.object({ users: word.optional(), channel: word.optional(), return_im: flag.optional() }),
  run: ({ workspace, grant, args }) => {
    needScope(grant, "im:write");
    if (args.channel !== undefined) return { channel: { id: findVisible(workspace, grant, args.channel).id } };
    const [user, ...others] = (args.users ?? "").split(",").filter((id) => id !== "");
    if (user === undefined) throw new SlackRefusal("users_list_not_supplied");
    // Group messages are not served here.
    if (others.length > 0) throw new SlackRefusal("method_not_supported_for_channel_type");
    const person = workspace.people.get(user);
    if (person === undefined) throw new SlackRefusal("user_not_found");
    if (person.deleted) throw new SlackRefusal("user_disabled");
    if (person.isBot) throw new SlackRefusal("cannot_dm_bot");
    const known = workspace.channels.list().length;
    const channel = workspace.channels.openDirect(user, grant.botUserId, workspace.clock.now());
    const fresh = workspace.channels.list().length > known;
    return {
      ...(fresh ? {} : { no_op: true, already_open: true }),
      channel: args.return_im === true ? showChannel(workspace, grant, channel) : { id: channel.id },
    };
  },
});

const kindOf: Record<string, Channel["kind"]> = { public_channel: "public", private_channel: "private", im: "im" };

const list = defineMethod({
  tier: "tier2",
  scopes: readScopes,
  args: z.object({
    types: z.string().optional(),
    exclude_archived: flag.optional(),
    limit: wholeNumber.optional(),
    cursor: z.string().optional(),
  }),
  run: ({ workspace, grant, args }) => {
    const types = (args.types ?? "public_channel").split(",").map((type) => type.trim());
    const kinds = types.flatMap((type) => kindOf[type] ?? (type === "mpim" ? [] : [undefined]));
    if (kinds.includes(undefined)) throw new SlackRefusal("invalid_types");
    for (const kind of kinds) if (kind !== undefined) needScope(grant, readScope[kind]);
    const all = workspace.channels
      .list()
      .filter(({ kind }) => kinds.includes(kind))
      .filter((channel) => channel.kind === "public" || hasBot(channel, grant.botUserId))
      .filter(({ isArchived }) => !(isArchived && args.exclude_archived === true));
    const { page, metadata } = cutPage(all, args);
    return { channels: page.map((channel) => showChannel(workspace, grant, channel)), ...metadata };
  },
});

const members = defineMethod({
  tier: "tier4",
  scopes: readScopes,
  args: z.object({ channel: word, limit: wholeNumber.optional(), cursor: z.string().optional() }),
  run: ({ workspace, grant, args }) => {
    const channel = findVisible(workspace, grant, args.channel);
    needScope(grant, readScope[channel.kind]);
    const { page, metadata } = cutPage(channel.members, args);
    return { members: page, ...metadata };
  },
});

export const conversationMethods: Record<string, WebApiMethod> = {
  "conversations.info": info,
  "conversations.open": open,
  "conversations.list": list,
  "conversations.members": members,
};
