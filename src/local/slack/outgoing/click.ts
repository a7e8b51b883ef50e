/** A person presses a button or uses a menu in a message: the block_actions payload Slack posts for it. */
import { writeResponseUrl } from "../response-url-door.ts";
import { team } from "../seed.ts";
import type { Channel, JsonObject, SlackMessage } from "../shapes.ts";
import type { ResponseUrl } from "../state/response-urls.ts";
import { readState } from "../state/view-state.ts";
import { showMessage } from "../web-api/chat.ts";
import type { Workspace } from "../workspace.ts";
import { deliverPayload, tellTrouble } from "./deliver.ts";
import type { Courier, DeliveryOverrides } from "./deliver.ts";
import { describeAction, describeValue, findElement } from "./describe-action.ts";
import type { ActionValue } from "./describe-action.ts";
import { frameAct, writeActionTs } from "./frame-act.ts";
import { ActRefused, findPlace } from "./refuse-act.ts";

export interface ClickOrder {
  user: string;
  channel: string;
  /** Of the message, or of the ephemeral message. */
  ts: string;
  actionId: string;
  blockId?: string | undefined;
  /** When several buttons share an action_id; for a menu, what was chosen. */
  value?: ActionValue | undefined;
  overrides?: DeliveryOverrides | undefined;
}

export interface ClickAnswer {
  status: number;
  body: string;
  /** Real milliseconds until the answer. */
  ms: number;
  /** What Slack shows beside the button when the app didn't take the click. */
  failure?: string;
  triggerId: string;
  responseUrl: string;
}

/** Throws ActRefused when there is no such message, the person can't see it, or it holds no such button. */
export async function sendClick(workspace: Workspace, courier: Courier, order: ClickOrder): Promise<ClickAnswer> {
  const { person, channel } = findPlace(workspace, order.user, order.channel);
  const shown = findShown(workspace, channel.id, order);
  const { blocks = [] } = shown.message;
  const placed = findElement(blocks, order, `The message ${order.ts}`);
  const actionTs = writeActionTs(workspace.clock.now());
  const action = describeAction(placed, order.value, actionTs);
  const url: ResponseUrl = workspace.responseUrls.make({
    kind: "actions",
    team: team.id,
    channel: channel.id,
    user: person.id,
    source: { ts: order.ts, ephemeral: shown.ephemeral },
  });
  const triggerId = workspace.triggers.issue({ user: person.id, appId: workspace.credentials.appId });
  const responseUrl = writeResponseUrl(workspace, url);
  const payload = {
    type: "block_actions",
    ...frameAct(workspace, person),
    ...placeOf(workspace, channel, shown),
    trigger_id: triggerId,
    state: { values: readState(blocks, describeValue(placed, order.value)) },
    response_url: responseUrl,
    actions: [action],
  };
  const answer = await deliverPayload(courier, payload, order.overrides);
  const failure = tellTrouble(answer);
  const { status, body, ms } = answer;
  return { status, body, ms, ...(failure === undefined ? {} : { failure }), triggerId, responseUrl };
}

/** The message a person looks at, and whether only they do. */
export interface ShownMessage {
  message: SlackMessage;
  ephemeral: boolean;
}

/** The fields that say where in a conversation something was used. */
export function placeOf(workspace: Workspace, channel: Channel, shown: ShownMessage): JsonObject {
  const { message, ephemeral } = shown;
  return {
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    },
    channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
    // An ephemeral message isn't stored by Slack, so it can't send it along.
    ...(ephemeral ? {} : { message: showRoot(workspace, message) }),
  };
}

/** Throws ActRefused when there is no such message, or the person doesn't see it. */
export function findShown(workspace: Workspace, channel: string, order: { user: string; ts: string }): ShownMessage {
  const message = workspace.messages.find(channel, order.ts);
  if (message !== undefined) return { message, ephemeral: false };
  const ephemeral = workspace.ephemerals.find(channel, order.ts);
  if (ephemeral === undefined) throw new ActRefused(`There is no message ${order.ts} in ${channel}.`);
  if (ephemeral.to !== order.user) throw new ActRefused(`Only ${ephemeral.to} sees the message ${order.ts}.`);
  return { message: ephemeral, ephemeral: true };
}

/** A root that has replies carries its own ts as thread_ts, as Slack shows it. */
export function showRoot(workspace: Workspace, message: SlackMessage): JsonObject {
  const isRoot = message.thread_ts === undefined && workspace.messages.hasReplies(message.channel, message.ts);
  return { ...showMessage(message), ...(isRoot ? { thread_ts: message.ts } : {}) };
}
