/** A person types into the message box and presses Enter: a command, a mention of the bot, or an ordinary message. */
import type { Channel, Person } from "../shapes.ts";
import { hasBot } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { sendCommand } from "./command.ts";
import type { CommandAnswer } from "./command.ts";
import type { Courier } from "./deliver.ts";
import { escapeText, listKnown } from "./escape-text.ts";
import type { EventSender } from "./events.ts";
import { tellMention, writeMessage } from "./mention.ts";
import type { MentionAnswer } from "./mention.ts";
import { ActRefused, findPlace } from "./refuse-act.ts";

export interface MessageOrder {
  user: string;
  /** Id or name. */
  channel: string;
  /** As typed: "/meta-sync help", "@meta-sync status", "hello #ads". */
  text: string;
  /** The root whose thread it is written in. */
  threadTs?: string | undefined;
}

export interface MessageAnswer {
  ok: boolean;
  /** Of the message that now stands in the channel. */
  ts?: string;
  /** Why Slack took nothing, in words for the person. */
  failure?: string;
  command?: CommandAnswer;
  mention?: MentionAnswer;
}

/** Never throws for what Slack's client forbids: that is a `failure`. */
export async function sendMessage(
  workspace: Workspace,
  courier: Courier,
  events: EventSender,
  order: MessageOrder,
): Promise<MessageAnswer> {
  try {
    return await say(workspace, courier, events, order);
  } catch (error) {
    if (error instanceof ActRefused) return { ok: false, failure: error.message };
    throw error;
  }
}

async function say(
  workspace: Workspace,
  courier: Courier,
  events: EventSender,
  order: MessageOrder,
): Promise<MessageAnswer> {
  const typed = order.text.trim();
  if (typed === "") return { ok: false, failure: "there is nothing to send" };
  if (typed.startsWith("/")) return runCommand(workspace, courier, order, typed);
  const { person, channel } = findPlace(workspace, order.user, order.channel);
  const text = writeTokens(workspace, typed);
  const message = writeMessage(workspace, { person, channel, text, threadTs: order.threadTs });
  const { botUserId } = workspace.credentials;
  // In a direct message the bot is spoken to anyway, and Slack sends no app_mention.
  if (channel.kind === "im" || !text.includes(`<@${botUserId}>`)) return { ok: true, ts: message.ts };
  if (!hasBot(channel, botUserId)) {
    tellAbsence(workspace, person, channel);
    return { ok: true, ts: message.ts };
  }
  return { ok: true, ts: message.ts, mention: await tellMention(events, channel, message) };
}

async function runCommand(
  workspace: Workspace,
  courier: Courier,
  order: MessageOrder,
  typed: string,
): Promise<MessageAnswer> {
  if (order.threadTs !== undefined) return { ok: false, failure: "slash commands are not supported in threads" };
  const text = typed.replace(/^\S+\s*/, "");
  const command = typed.slice(0, typed.length - text.length).trim();
  const answer = await sendCommand(workspace, courier, { user: order.user, channel: order.channel, command, text });
  return answer.failure === undefined
    ? { ok: true, command: answer }
    : { ok: false, failure: answer.failure, command: answer };
}

/** Tokens stay as they are; the rest is escaped, and names that are known become tokens. */
function writeTokens(workspace: Workspace, typed: string): string {
  const known = listKnown(workspace);
  return typed
    .split(/(<[@#!][A-Za-z0-9^|@_-]+>)/)
    .map((piece, index) => (index % 2 === 1 ? piece : escapeText(piece, known)))
    .join("")
    .replaceAll(/<@([UW][A-Z0-9]+)\|[^>]*>/g, "<@$1>");
}

function tellAbsence(workspace: Workspace, person: Person, channel: Channel): void {
  const { botUserId } = workspace.credentials;
  workspace.ephemerals.append({
    channel: channel.id,
    to: person.id,
    team: person.teamId,
    user: "USLACKBOT",
    text: `You mentioned <@${botUserId}>, but they’re not in this channel. Invite them with /invite.`,
  });
}
