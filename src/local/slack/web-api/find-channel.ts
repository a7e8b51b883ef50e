/** Finds the conversation a call names, with the refusals that depend on where the bot is. */
import { SlackRefusal } from "../refusal.ts";
import type { Channel, Grant } from "../shapes.ts";
import { hasBot } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";

/** A conversation the bot can see: a private one or a direct message without it doesn't exist for it. */
export function findVisible(workspace: Workspace, grant: Grant, idOrName: string): Channel {
  const channel = workspace.channels.find(idOrName);
  if (channel === undefined || (channel.kind !== "public" && !hasBot(channel, grant.botUserId))) {
    throw new SlackRefusal("channel_not_found");
  }
  return channel;
}

/**
 * A conversation the bot may post to. A person's id opens the direct message with them.
 * Throws SlackRefusal: channel_not_found, is_archived, not_in_channel.
 */
export function findPostable(workspace: Workspace, grant: Grant, idOrName: string): Channel {
  const person = workspace.people.get(idOrName);
  if (person !== undefined && !person.isBot && !person.deleted) {
    return workspace.channels.openDirect(person.id, grant.botUserId, workspace.clock.now());
  }
  const channel = findVisible(workspace, grant, idOrName);
  if (channel.isArchived) throw new SlackRefusal("is_archived");
  if (!hasBot(channel, grant.botUserId) && !grant.scopes.includes("chat:write.public")) {
    throw new SlackRefusal("not_in_channel");
  }
  return channel;
}

/**
 * The root that a reply names. Throws SlackRefusal: invalid_thread_ts (not the form of a ts), thread_not_found
 * (no such message, or deleted), cannot_reply_to_message (it is a reply itself: its parent's ts is meant).
 */
export function checkThread(workspace: Workspace, channel: string, threadTs: string): void {
  if (!/^\d{10}\.\d{6}$/.test(threadTs)) {
    throw new SlackRefusal("invalid_thread_ts", { messages: [`[ERROR] ${threadTs} is not a valid thread_ts`] });
  }
  const root = workspace.messages.find(channel, threadTs);
  if (root === undefined) throw new SlackRefusal("thread_not_found");
  if (root.thread_ts !== undefined) throw new SlackRefusal("cannot_reply_to_message");
}
