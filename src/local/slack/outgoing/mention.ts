/** A person mentions the bot: their message in the channel, and an app_mention event. */
import { SlackRefusal } from "../refusal.ts";
import type { Channel, Person, SlackMessage } from "../shapes.ts";
import { checkThread } from "../web-api/find-channel.ts";
import { hasBot } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import type { DeliveryOverrides } from "./deliver.ts";
import type { EventSender } from "./events.ts";
import { ActRefused, findPlace } from "./refuse-act.ts";

export interface MentionOrder {
  user: string;
  channel: string;
  /** What is written after the mention. */
  text: string;
  threadTs?: string | undefined;
  overrides?: DeliveryOverrides | undefined;
}

export interface MentionAnswer {
  /** Of the first attempt. */
  status: number;
  body: string;
  ms: number;
  eventId: string;
  /** Of the person's own message. */
  ts: string;
}

/** Throws ActRefused: not in the channel, no such thread, or the bot isn't there to be told. */
export async function sendMention(
  workspace: Workspace,
  events: EventSender,
  order: MentionOrder,
): Promise<MentionAnswer> {
  const { person, channel } = findPlace(workspace, order.user, order.channel);
  const { botUserId } = workspace.credentials;
  if (!hasBot(channel, botUserId)) {
    throw new ActRefused(`The bot is not in ${channel.id}: Slack would offer to invite it, and send no event.`);
  }
  const text = `<@${botUserId}> ${order.text}`;
  const message = writeMessage(workspace, { person, channel, text, threadTs: order.threadTs });
  return tellMention(events, channel, message, order.overrides);
}

/** A person's own message. Throws ActRefused when there is no such thread. */
export function writeMessage(
  workspace: Workspace,
  written: { person: Person; channel: Channel; text: string; threadTs?: string | undefined },
): SlackMessage {
  const { person, channel, text, threadTs } = written;
  if (threadTs !== undefined) findThread(workspace, channel.id, threadTs);
  return workspace.messages.append({
    channel: channel.id,
    team: person.teamId,
    user: person.id,
    text,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  });
}

export async function tellMention(
  events: EventSender,
  channel: Channel,
  message: SlackMessage,
  overrides?: DeliveryOverrides,
): Promise<MentionAnswer> {
  const event = {
    type: "app_mention",
    user: message.user,
    ts: message.ts,
    client_msg_id: crypto.randomUUID(),
    text: message.text,
    team: message.team,
    channel: channel.id,
    event_ts: message.ts,
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
  };
  const { status, body, ms, eventId } = await events.send(event, { isExtShared: channel.isExtShared, overrides });
  return { status, body, ms, eventId, ts: message.ts };
}

function findThread(workspace: Workspace, channel: string, threadTs: string): void {
  try {
    checkThread(workspace, channel, threadTs);
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    throw new ActRefused(`There is no thread ${threadTs} in ${channel} (${error.code}).`);
  }
}
