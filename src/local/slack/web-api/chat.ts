/** chat.*: post, edit, delete, show to one person, link. */
import { z } from "zod";
import { SlackRefusal } from "../refusal.ts";
import { team } from "../seed.ts";
import type { Grant, SlackMessage } from "../shapes.ts";
import { hasBot } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { flag, word } from "./arguments.ts";
import { readContent } from "./content.ts";
import type { Content } from "./content.ts";
import { checkThread, findPostable, findVisible } from "./find-channel.ts";
import { defineMethod } from "./method.ts";
import type { WebApiMethod } from "./method.ts";

/** What Slack writes where blocks came without text: the app's own words for screen readers are missing. */
const NO_FALLBACK = "This content can't be displayed.";

/** Who speaks, as each message of an app says it. */
export function signMessage(grant: Grant): Pick<SlackMessage, "team" | "user" | "bot_id" | "app_id"> {
  return { team: grant.teamId, user: grant.botUserId, bot_id: grant.botId, app_id: grant.appId };
}

/** The message as an answer or a payload shows it: without what belongs to the store. */
export function showMessage(message: SlackMessage): Omit<SlackMessage, "channel"> {
  const { channel: _channel, ...shown } = message;
  return shown;
}

export function dressContent(content: Content): Content & { text: string } {
  const { metadata, ...said } = content;
  const keepsMetadata = metadata !== undefined && Object.keys(metadata).length > 0;
  return { ...said, text: content.text ?? NO_FALLBACK, ...(keepsMetadata ? { metadata } : {}) };
}

const postMessage = defineMethod({
  tier: "posting",
  scopes: ["chat:write"],
  args: z.object({ channel: word, thread_ts: word.optional(), reply_broadcast: flag.optional() }),
  run: ({ workspace, grant, args, raw }) => {
    const channel = findPostable(workspace, grant, args.channel);
    const content = readContent(raw, "post");
    if (args.thread_ts !== undefined) checkThread(workspace, channel.id, args.thread_ts);
    const message = workspace.messages.append({
      channel: channel.id,
      ...signMessage(grant),
      ...dressContent(content),
      ...(args.thread_ts === undefined ? {} : { thread_ts: args.thread_ts }),
      ...(args.thread_ts !== undefined && args.reply_broadcast === true ? { subtype: "thread_broadcast" } : {}),
    });
    return { channel: channel.id, ts: message.ts, message: showMessage(message) };
  },
});

/** The app's own message, for an edit or a deletion. */
function findOwn(workspace: Workspace, grant: Grant, args: { channel: string; ts: string }, refusal: string) {
  const channel = findVisible(workspace, grant, args.channel);
  const message = workspace.messages.find(channel.id, args.ts);
  if (message === undefined) throw new SlackRefusal("message_not_found");
  if (message.bot_id !== grant.botId || !hasBot(channel, grant.botUserId)) throw new SlackRefusal(refusal);
  return { channel, message };
}

const update = defineMethod({
  tier: "tier3",
  scopes: ["chat:write"],
  args: z.object({ channel: word, ts: word }),
  run: ({ workspace, grant, args, raw }) => {
    if (findVisible(workspace, grant, args.channel).isArchived) throw new SlackRefusal("is_inactive");
    const { channel, message } = findOwn(workspace, grant, args, "cant_update_message");
    const content = readContent(raw, "edit");
    const { blocks: _blocks, attachments: _attachments, metadata: kept, ...frame } = message;
    const metadata = content.metadata ?? kept;
    const edited: SlackMessage = {
      ...frame,
      text: content.text ?? message.text,
      // Text without blocks wipes the blocks; blocks without text keep the old text.
      ...(content.blocks === undefined || content.blocks.length === 0 ? {} : { blocks: content.blocks }),
      ...(content.attachments === undefined ? {} : { attachments: content.attachments }),
      ...(metadata === undefined || Object.keys(metadata).length === 0 ? {} : { metadata }),
      edited: { user: grant.botUserId, ts: `${Math.floor(workspace.clock.now() / 1000)}.000000` },
    };
    workspace.messages.replace(edited);
    return { channel: channel.id, ts: edited.ts, text: edited.text, message: showMessage(edited) };
  },
});

const remove = defineMethod({
  tier: "tier3",
  scopes: ["chat:write"],
  args: z.object({ channel: word, ts: word }),
  run: ({ workspace, grant, args }) => {
    const { channel, message } = findOwn(workspace, grant, args, "cant_delete_message");
    workspace.messages.remove(message);
    return { channel: channel.id, ts: message.ts };
  },
});

const postEphemeral = defineMethod({
  tier: "tier4",
  scopes: ["chat:write"],
  args: z.object({ channel: word, user: word, thread_ts: word.optional() }),
  run: ({ workspace, grant, args, raw }) => {
    const channel = findPostable(workspace, grant, args.channel);
    if (!channel.members.includes(args.user)) throw new SlackRefusal("user_not_in_channel");
    const content = readContent(raw, "post");
    if (args.thread_ts !== undefined) checkThread(workspace, channel.id, args.thread_ts);
    const message = workspace.ephemerals.append({
      channel: channel.id,
      to: args.user,
      ...signMessage(grant),
      ...dressContent(content),
      ...(args.thread_ts === undefined ? {} : { thread_ts: args.thread_ts }),
    });
    return { message_ts: message.ts };
  },
});

const getPermalink = defineMethod({
  tier: "unlimited",
  scopes: [],
  args: z.object({ channel: word, message_ts: word }),
  run: ({ workspace, grant, args }) => {
    const channel = findVisible(workspace, grant, args.channel);
    const message = workspace.messages.find(channel.id, args.message_ts);
    if (message === undefined) throw new SlackRefusal("message_not_found");
    const thread = message.thread_ts === undefined ? "" : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
    const permalink = `https://${team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`;
    return { channel: channel.id, permalink };
  },
});

export const chatMethods: Record<string, WebApiMethod> = {
  "chat.postMessage": postMessage,
  "chat.update": update,
  "chat.delete": remove,
  "chat.postEphemeral": postEphemeral,
  "chat.getPermalink": getPermalink,
};
