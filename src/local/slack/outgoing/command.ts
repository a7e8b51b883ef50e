/** A person types a slash command: the form Slack posts, and what the person then sees. */
import { SlackRefusal } from "../refusal.ts";
import { follow, writeResponseUrl } from "../response-url-door.ts";
import { team } from "../seed.ts";
import type { Channel, JsonObject } from "../shapes.ts";
import type { ResponseUrl } from "../state/response-urls.ts";
import type { Workspace } from "../workspace.ts";
import { deliver, isAccepted } from "./deliver.ts";
import type { Courier, DeliveryAnswer, DeliveryOverrides } from "./deliver.ts";
import { escapeText, listKnown } from "./escape-text.ts";
import { findPlace } from "./refuse-act.ts";
import { isObject } from "../values.ts";

export interface CommandOrder {
  user: string;
  /** Id or name. */
  channel: string;
  command: string;
  text?: string | undefined;
  /** To send the very same order again, as a redelivery would. */
  triggerId?: string | undefined;
  overrides?: DeliveryOverrides | undefined;
}

export interface CommandAnswer {
  status: number;
  body: string;
  /** Real milliseconds until the answer. */
  ms: number;
  /** What the ack made the person see; undefined when it was empty. */
  ackedText: string | undefined;
  /** Slack's word for what went wrong, when it did. */
  failure?: "operation_timeout" | "dispatch_failed";
  triggerId: string;
  responseUrl: string;
}

/** Slash commands don't work inside threads, so there is no thread here. Throws ActRefused. */
export async function sendCommand(workspace: Workspace, courier: Courier, order: CommandOrder): Promise<CommandAnswer> {
  const { person, channel } = findPlace(workspace, order.user, order.channel);
  const url = workspace.responseUrls.make({
    kind: "commands",
    team: team.id,
    channel: channel.id,
    user: person.id,
  });
  const { appId } = workspace.credentials;
  const triggerId = workspace.triggers.issue({ user: person.id, appId }, order.triggerId);
  const responseUrl = writeResponseUrl(workspace, url);
  const form = new URLSearchParams({
    token: workspace.credentials.verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: nameChannel(channel),
    user_id: person.id,
    user_name: person.name,
    command: order.command,
    text: escapeText(order.text ?? "", listKnown(workspace)),
    api_app_id: appId,
    is_enterprise_install: "false",
    response_url: responseUrl,
    trigger_id: triggerId,
  });
  const answer = await deliver(courier, form.toString(), "application/x-www-form-urlencoded", order.overrides);
  const typed = `${order.command} ${order.text ?? ""}`.trim();
  const seen = showAck(workspace, url, typed, answer);
  return { status: answer.status, body: answer.body, ms: answer.ms, ...seen, triggerId, responseUrl };
}

/** Slack hides the names of private conversations from a command's payload. */
function nameChannel(channel: Channel): string {
  if (channel.kind === "im") return "directmessage";
  return channel.kind === "private" ? "privategroup" : channel.name;
}

type Seen = Pick<CommandAnswer, "ackedText" | "failure">;

function showAck(workspace: Workspace, url: ResponseUrl, typed: string, answer: DeliveryAnswer): Seen {
  const command = typed.split(" ")[0] ?? typed;
  if (answer.failure === "timeout") {
    return tellFailure(workspace, url, `${command} failed because the app did not respond`, "operation_timeout");
  }
  const dispatchFailed = () =>
    tellFailure(workspace, url, `${command} failed with the error "dispatch_failed"`, "dispatch_failed");
  if (!isAccepted(answer)) return dispatchFailed();
  if (answer.body.trim() === "") return { ackedText: undefined };
  const payload = readAck(answer);
  if (payload["response_type"] === "in_channel") {
    // Only then do the others see what was typed.
    workspace.messages.append({ channel: url.channel, team: url.team, user: url.user, text: typed });
  }
  try {
    follow(workspace, url, payload);
  } catch (error) {
    if (error instanceof SlackRefusal) return dispatchFailed();
    throw error;
  }
  return { ackedText: typeof payload["text"] === "string" ? payload["text"] : undefined };
}

/** Plain text is shown as it is, JSON as the message it describes. */
function readAck(answer: DeliveryAnswer): JsonObject {
  if (answer.contentType !== "application/json") return { text: answer.body };
  try {
    const payload: unknown = JSON.parse(answer.body);
    if (isObject(payload)) return payload;
  } catch {
    // Text under a wrong content type is still shown as text.
  }
  return { text: answer.body };
}

function tellFailure(
  workspace: Workspace,
  url: ResponseUrl,
  text: string,
  failure: NonNullable<CommandAnswer["failure"]>,
): Seen {
  workspace.ephemerals.append({ channel: url.channel, to: url.user, team: url.team, user: "USLACKBOT", text });
  return { ackedText: text, failure };
}
