/** A person presses a button: the block_actions payload Slack posts for it. */
import { writeResponseUrl } from "../response-url-door.ts";
import { team } from "../seed.ts";
import type { JsonObject, SlackMessage } from "../shapes.ts";
import type { ResponseUrl } from "../state/response-urls.ts";
import { showMessage } from "../web-api/chat.ts";
import type { Workspace } from "../workspace.ts";
import { deliver, isAccepted } from "./deliver.ts";
import type { Courier, DeliveryOverrides } from "./deliver.ts";
import { ActRefused, findPlace, makeTriggerId } from "./refuse-act.ts";
import { isObject, spell } from "../values.ts";

export interface ClickOrder {
  user: string;
  channel: string;
  /** Of the message, or of the ephemeral message. */
  ts: string;
  actionId: string;
  /** When several buttons share an action_id. */
  value?: string | undefined;
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
  const action = findButton(shown.message, order);
  const url: ResponseUrl = workspace.responseUrls.make({
    kind: "actions",
    team: team.id,
    channel: channel.id,
    user: person.id,
    source: { ts: order.ts, ephemeral: shown.ephemeral },
  });
  const nowMs = workspace.clock.now();
  const triggerId = makeTriggerId(nowMs);
  const responseUrl = writeResponseUrl(workspace, url);
  const threadTs = shown.message.thread_ts;
  const payload = {
    type: "block_actions",
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    api_app_id: workspace.credentials.appId,
    token: workspace.credentials.verificationToken,
    container: {
      type: "message",
      message_ts: order.ts,
      channel_id: channel.id,
      is_ephemeral: shown.ephemeral,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    },
    trigger_id: triggerId,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
    // An ephemeral message isn't stored by Slack, so it can't send it along.
    ...(shown.ephemeral ? {} : { message: showRoot(workspace, shown.message) }),
    state: { values: {} },
    response_url: responseUrl,
    actions: [{ ...action, action_ts: `${Math.floor(nowMs / 1000)}.${String(nowMs % 1000).padStart(3, "0")}000` }],
  };
  const raw = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const answer = await deliver(courier, raw, "application/x-www-form-urlencoded", order.overrides);
  const failure = isAccepted(answer)
    ? {}
    : {
        failure:
          answer.status === 0 ? "This app didn't respond" : `This app responded with Status Code ${answer.status}`,
      };
  return { status: answer.status, body: answer.body, ms: answer.ms, ...failure, triggerId, responseUrl };
}

function findShown(
  workspace: Workspace,
  channel: string,
  order: ClickOrder,
): { message: SlackMessage; ephemeral: boolean } {
  const message = workspace.messages.find(channel, order.ts);
  if (message !== undefined) return { message, ephemeral: false };
  const ephemeral = workspace.ephemerals.find(channel, order.ts);
  if (ephemeral === undefined) throw new ActRefused(`There is no message ${order.ts} in ${channel}.`);
  if (ephemeral.to !== order.user) throw new ActRefused(`Only ${ephemeral.to} sees the message ${order.ts}.`);
  return { message: ephemeral, ephemeral: true };
}

/** A root that has replies carries its own ts as thread_ts, as Slack shows it. */
function showRoot(workspace: Workspace, message: SlackMessage): JsonObject {
  const isRoot = message.thread_ts === undefined && workspace.messages.hasReplies(message.channel, message.ts);
  return { ...showMessage(message), ...(isRoot ? { thread_ts: message.ts } : {}) };
}

/** Every button of a message with the block it stands in, as it goes into `actions`. */
function listButtons(message: SlackMessage): JsonObject[] {
  return (message.blocks ?? []).flatMap((block) => {
    const elements =
      block.type === "actions" && Array.isArray(block["elements"]) ? block["elements"] : [block["accessory"]];
    return elements
      .filter((element): element is JsonObject => isObject(element) && element["type"] === "button")
      .map(({ confirm: _confirm, accessibility_label: _label, ...button }) => ({
        ...button,
        block_id: block.block_id,
      }));
  });
}

function findButton(message: SlackMessage, order: ClickOrder): JsonObject {
  const buttons = listButtons(message);
  const found = buttons.find(
    (one) => one["action_id"] === order.actionId && (order.value === undefined || one["value"] === order.value),
  );
  if (found !== undefined) return found;
  const there = buttons.map((one) => spell(one["action_id"])).join(", ") || "none";
  throw new ActRefused(`The message ${order.ts} has no button ${order.actionId} (its buttons: ${there}).`);
}
