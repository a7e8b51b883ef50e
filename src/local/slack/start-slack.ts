/** A Slack workspace of our own: the Web API and response_urls on `wire`, people's acts on `admin` and as methods. */
import { Hono } from "hono";
import type { WorldClock } from "../clock.ts";
import { adminDoor } from "./admin-door.ts";
import { sendClick } from "./outgoing/click.ts";
import type { ClickAnswer, ClickOrder } from "./outgoing/click.ts";
import { sendCommand } from "./outgoing/command.ts";
import type { CommandAnswer, CommandOrder } from "./outgoing/command.ts";
import type { Courier, DeliveryAnswer, DeliveryOverrides } from "./outgoing/deliver.ts";
import { EventSender } from "./outgoing/mention.ts";
import type { EventAttempt, MentionAnswer, MentionOrder } from "./outgoing/mention.ts";
import { sendSslCheck, sendUrlVerification } from "./outgoing/probe.ts";
import { responseUrlDoor } from "./response-url-door.ts";
import type { EphemeralMessage, Revision, SlackMessage } from "./shapes.ts";
import type { ServedCall } from "./state/call-log.ts";
import type { ChangeListener } from "./state/changes.ts";
import type { Thread } from "./state/messages.ts";
import { webApiDoor } from "./web-api/door.ts";
import { openWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

export interface SlackOptions {
  clock: WorldClock;
  /** Kept in `<dataDir>/slack.sqlite`; without it, in memory. */
  dataDir?: string;
  /** How the app is reached. */
  fetch?: typeof fetch;
  signingSecret?: string;
  botToken?: string;
  /** The app's address; `/api/slack/events` is added. */
  appUrl: () => string;
  /** Where `wire` is mounted, for response_urls; https://hooks.slack.com unless told. */
  publicBase?: () => string;
  /** Real milliseconds that the app has to answer; 3,000 unless told. */
  ackTimeoutMs?: number;
}

export interface LocalSlack {
  wire: Hono;
  admin: Hono;
  credentials: Workspace["credentials"];
  people: Workspace["people"];
  channels: Workspace["channels"];
  grants: Workspace["grants"];
  faults: Workspace["faults"];
  sendCommand(order: CommandOrder): Promise<CommandAnswer>;
  sendClick(order: ClickOrder): Promise<ClickAnswer>;
  sendMention(order: MentionOrder): Promise<MentionAnswer>;
  sendUrlVerification(overrides?: DeliveryOverrides): Promise<DeliveryAnswer & { verified: boolean }>;
  sendSslCheck(overrides?: DeliveryOverrides): Promise<DeliveryAnswer>;
  eventAttempts(eventId?: string): EventAttempt[];
  /** Roots with their replies, oldest first; with `ts` only that root. */
  threads(channel: string, ts?: string): Thread[];
  thread(channel: string, ts: string): Thread | undefined;
  /** All messages of a conversation, roots and replies, by ts. */
  messages(channel: string): SlackMessage[];
  ephemerals(): EphemeralMessage[];
  /** Every revision of one message, the post first. */
  edits(channel: string, ts: string): Revision[];
  /** A person deletes a message by hand. */
  deleteMessage(channel: string, ts: string): boolean;
  calls(method?: string): ServedCall[];
  counts(): Record<string, Record<string, number>>;
  /** Slack's rate limits are off until switched on. */
  setRateLimits(enabled: boolean): void;
  onChange(listener: ChangeListener): () => void;
  close(): void;
}

/** Opens the workspace; nothing listens until `wire` is mounted or called. */
export function startSlack(options: SlackOptions): LocalSlack {
  const workspace = openWorkspace(options);
  const courier: Courier = {
    fetch: options.fetch ?? fetch,
    appUrl: options.appUrl,
    signingSecret: workspace.credentials.signingSecret,
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
  };
  const events = new EventSender(workspace, courier);
  const { verificationToken } = workspace.credentials;
  const slack: Omit<LocalSlack, "admin"> = {
    wire: new Hono().route("/", webApiDoor(workspace)).route("/", responseUrlDoor(workspace)),
    credentials: workspace.credentials,
    people: workspace.people,
    channels: workspace.channels,
    grants: workspace.grants,
    faults: workspace.faults,
    sendCommand: (order) => sendCommand(workspace, courier, order),
    sendClick: (order) => sendClick(workspace, courier, order),
    sendMention: (order) => events.sendMention(order),
    sendUrlVerification: (overrides) => sendUrlVerification(courier, verificationToken, overrides),
    sendSslCheck: (overrides) => sendSslCheck(courier, verificationToken, overrides),
    eventAttempts: (eventId) => events.attempts(eventId),
    threads: (channel, ts) => workspace.messages.threads(channel, ts),
    thread: (channel, ts) => workspace.messages.threads(channel, ts)[0],
    messages: (channel) => workspace.messages.list(channel),
    ephemerals: () => workspace.ephemerals.list(),
    edits: (channel, ts) => workspace.messages.revisions(channel, ts),
    deleteMessage: (channel, ts) => {
      const message = workspace.messages.find(channel, ts);
      if (message !== undefined) workspace.messages.remove(message);
      return message !== undefined;
    },
    calls: (method) => workspace.calls.list(method),
    counts: () => workspace.calls.counts(),
    setRateLimits: (enabled) => {
      workspace.limits.enabled = enabled;
    },
    onChange: workspace.changes.listen,
    close: () => {
      events.close();
      workspace.close();
    },
  };
  return { ...slack, admin: adminDoor(slack) };
}
