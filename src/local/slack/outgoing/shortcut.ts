/** A person picks a shortcut of the app, from the menu or from a message: shortcut and message_action. */
import { writeResponseUrl } from "../response-url-door.ts";
import { team } from "../seed.ts";
import type { JsonObject, Person } from "../shapes.ts";
import type { Workspace } from "../workspace.ts";
import { findShown, showRoot } from "./click.ts";
import { deliverPayload, tellTrouble } from "./deliver.ts";
import type { Courier } from "./deliver.ts";
import { frameAct, writeActionTs } from "./frame-act.ts";
import { ActRefused, findColleague, findPlace } from "./refuse-act.ts";

export interface ShortcutOrder {
  user: string;
  callbackId: string;
  /** For a shortcut on a message. */
  channel?: string | undefined;
  ts?: string | undefined;
}

export interface ShortcutAnswer {
  status: number;
  body: string;
  /** Real milliseconds until the answer. */
  ms: number;
  failure?: string;
  triggerId: string;
}

/** Throws ActRefused when the app has no such shortcut, or one on a message comes without it. */
export async function sendShortcut(
  workspace: Workspace,
  courier: Courier,
  order: ShortcutOrder,
): Promise<ShortcutAnswer> {
  const { shortcuts } = workspace.app;
  const shortcut = shortcuts.find(({ callbackId }) => callbackId === order.callbackId);
  if (shortcut === undefined) {
    const there = shortcuts.map(({ callbackId }) => callbackId).join(", ") || "none";
    throw new ActRefused(`The app has no shortcut ${order.callbackId} (its shortcuts: ${there}).`);
  }
  const person = findColleague(workspace, order.user);
  const triggerId = workspace.triggers.issue({ user: person.id, appId: workspace.credentials.appId });
  const payload = {
    type: shortcut.type === "message" ? "message_action" : "shortcut",
    ...frameAct(workspace, person),
    callback_id: shortcut.callbackId,
    trigger_id: triggerId,
    action_ts: writeActionTs(workspace.clock.now()),
    ...(shortcut.type === "message" ? describeMessage(workspace, person, order) : {}),
  };
  const answer = await deliverPayload(courier, payload);
  const failure = tellTrouble(answer);
  const { status, body, ms } = answer;
  return { status, body, ms, ...(failure === undefined ? {} : { failure }), triggerId };
}

function describeMessage(workspace: Workspace, person: Person, order: ShortcutOrder): JsonObject {
  if (order.channel === undefined || order.ts === undefined) {
    throw new ActRefused(`${order.callbackId} is a shortcut on a message: name its channel and ts.`);
  }
  const { channel } = findPlace(workspace, person.id, order.channel);
  const { message, ephemeral } = findShown(workspace, channel.id, { user: person.id, ts: order.ts });
  if (ephemeral) throw new ActRefused("Slack offers no shortcuts on a message that only one person sees.");
  const source = { ts: message.ts, ephemeral };
  const about = { kind: "actions", team: team.id, channel: channel.id, user: person.id, source } as const;
  return {
    channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
    message_ts: message.ts,
    message: showRoot(workspace, message),
    response_url: writeResponseUrl(workspace, workspace.responseUrls.make(about)),
  };
}
