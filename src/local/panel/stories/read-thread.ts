/** Reads a thread as a person does: words and buttons, no ids of the app's own. */
import { renderText } from "../../slack/render-text.ts";
import type { SlackMessage } from "../../slack/shapes.ts";
import type { LocalSlack } from "../../slack/start-slack.ts";
import { isObject, listObjects } from "../../slack/values.ts";

export interface PlacedButton {
  ts: string;
  actionId: string;
  value: string | undefined;
}

/** Roots of the channel that were posted after `sinceTs`, the oldest first. */
export function rootsSince(slack: LocalSlack, channel: string, sinceTs: string): SlackMessage[] {
  return slack
    .threads(channel)
    .map((thread) => thread.message)
    .filter((message) => message.ts > sinceTs);
}

/** The thread's messages from its root on. */
export function readThread(slack: LocalSlack, channel: string, ts: string): SlackMessage[] {
  const thread = slack.thread(channel, ts);
  return thread === undefined ? [] : [thread.message, ...thread.replies];
}

/** The first line that matches, anywhere in these messages. */
export function findLine(messages: readonly SlackMessage[], pattern: RegExp): string | undefined {
  return messages.flatMap((message) => renderText(message).split("\n")).find((line) => pattern.test(line));
}

/** The last button with this label. */
export function findButton(messages: readonly SlackMessage[], label: string): PlacedButton | undefined {
  return messages.flatMap((message) => buttonsOf(message, label)).at(-1);
}

function buttonsOf(message: SlackMessage, label: string): PlacedButton[] {
  return (message.blocks ?? [])
    .filter((block) => block.type === "actions")
    .flatMap((block) => listObjects(block["elements"]))
    .flatMap((element) => {
      const { text, action_id: actionId, value } = element;
      if (!isObject(text) || text["text"] !== label || typeof actionId !== "string") return [];
      return [{ ts: message.ts, actionId, value: typeof value === "string" ? value : undefined }];
    });
}
