/** A Slack workspace of our own: the Web API and response_urls on `wire`, people's acts on `admin` and as methods. */
import { Hono } from "hono";
import type { WorldClock } from "../clock.ts";
import { adminDoor } from "./admin-door.ts";
import { fileDoor } from "./file-door.ts";
import { installDoor } from "./install-door.ts";
import { sendClick } from "./outgoing/click.ts";
import type { ClickAnswer, ClickOrder } from "./outgoing/click.ts";
import { sendCommand } from "./outgoing/command.ts";
import type { CommandAnswer, CommandOrder } from "./outgoing/command.ts";
import type { Courier, DeliveryAnswer, DeliveryOverrides } from "./outgoing/deliver.ts";
import { EventSender } from "./outgoing/events.ts";
import type { EventAttempt } from "./outgoing/events.ts";
import { openHome } from "./outgoing/home.ts";
import type { HomeOrder } from "./outgoing/home.ts";
import { sendMention } from "./outgoing/mention.ts";
import type { MentionAnswer, MentionOrder } from "./outgoing/mention.ts";
import { sendSslCheck, sendUrlVerification } from "./outgoing/probe.ts";
import { responseUrlDoor } from "./response-url-door.ts";
import { decideInstall, uninstall } from "./install.ts";
import type { InstallAnswer, InstallOrder } from "./install.ts";
import { sendMessage } from "./outgoing/message.ts";
import type { MessageAnswer, MessageOrder } from "./outgoing/message.ts";
import { sendShortcut } from "./outgoing/shortcut.ts";
import type { ShortcutAnswer, ShortcutOrder } from "./outgoing/shortcut.ts";
import { suggestOptions } from "./outgoing/suggest.ts";
import type { SuggestAnswer, SuggestOrder } from "./outgoing/suggest.ts";
import { sendViewAction } from "./outgoing/view-action.ts";
import type { ViewActionAnswer, ViewActionOrder } from "./outgoing/view-action.ts";
import { closeView } from "./outgoing/view-close.ts";
import type { CloseAnswer, CloseOrder } from "./outgoing/view-close.ts";
import { submitView } from "./outgoing/view-submission.ts";
import type { SubmitAnswer, SubmitOrder } from "./outgoing/view-submission.ts";
import type {
  AppSettings,
  EphemeralMessage,
  OpenView,
  PublishedView,
  Revision,
  Shortcut,
  SlackMessage,
  StoredFile,
  UserGroup,
} from "./shapes.ts";
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
  /** What of the manifest counts; unless told: Home tab on, no shortcuts, `<appUrl>/api/slack/oauth_redirect`, org installs allowed. */
  app?: Partial<AppSettings>;
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
  /** What a person types into the message box; never throws for what Slack's client forbids: see `failure`. */
  sendMessage(order: MessageOrder): Promise<MessageAnswer>;
  /** A person opens the app's Home tab: app_home_opened. */
  openHome(order: HomeOrder): Promise<DeliveryAnswer>;
  home(user: string): PublishedView | undefined;
  /** The person's stack of modals, the one they look at last. */
  modals(user: string): OpenView[];
  submitView(order: SubmitOrder): Promise<SubmitAnswer>;
  closeView(order: CloseOrder): Promise<CloseAnswer>;
  sendViewAction(order: ViewActionOrder): Promise<ViewActionAnswer>;
  suggestOptions(order: SuggestOrder): Promise<SuggestAnswer>;
  shortcuts(): readonly Shortcut[];
  sendShortcut(order: ShortcutOrder): Promise<ShortcutAnswer>;
  /** Files shared in a conversation, oldest first. */
  files(channel: string): StoredFile[];
  fileContent(id: string): { bytes: Uint8Array<ArrayBuffer>; mimetype: string; name: string } | undefined;
  userGroups: { list(): UserGroup[]; set(id: string, patch: Partial<Omit<UserGroup, "id">>): UserGroup };
  /** What a person does on the page that `/oauth/v2/authorize` shows. */
  install(order: InstallOrder): Promise<InstallAnswer>;
  /** Takes the app out: its token ends, then app_uninstalled and tokens_revoked are sent. */
  uninstall(): Promise<void>;
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
  const slack: Omit<LocalSlack, "admin"> = {
    wire: new Hono()
      .route("/", webApiDoor(workspace))
      .route("/", responseUrlDoor(workspace))
      .route("/", fileDoor(workspace))
      .route("/", installDoor(workspace)),
    credentials: workspace.credentials,
    people: workspace.people,
    channels: workspace.channels,
    grants: workspace.grants,
    faults: workspace.faults,
    userGroups: workspace.userGroups,
    ...actsOf(workspace, courier, events),
    ...sightsOf(workspace),
    eventAttempts: (eventId) => events.attempts(eventId),
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

/** What people do. */
function actsOf(workspace: Workspace, courier: Courier, events: EventSender) {
  const { verificationToken } = workspace.credentials;
  return {
    sendCommand: (order) => sendCommand(workspace, courier, order),
    sendClick: (order) => sendClick(workspace, courier, order),
    sendMention: (order) => sendMention(workspace, events, order),
    sendMessage: (order) => sendMessage(workspace, courier, events, order),
    openHome: (order) => openHome(workspace, events, order),
    submitView: (order) => submitView(workspace, courier, order),
    closeView: (order) => closeView(workspace, courier, order),
    sendViewAction: (order) => sendViewAction(workspace, courier, order),
    suggestOptions: (order) => suggestOptions(workspace, courier, order),
    sendShortcut: (order) => sendShortcut(workspace, courier, order),
    install: async (order) => decideInstall(workspace, order),
    uninstall: () => uninstall(workspace, events),
    sendUrlVerification: (overrides) => sendUrlVerification(courier, verificationToken, overrides),
    sendSslCheck: (overrides) => sendSslCheck(courier, verificationToken, overrides),
    deleteMessage: (channel, ts) => {
      const message = workspace.messages.find(channel, ts);
      if (message !== undefined) workspace.messages.remove(message);
      return message !== undefined;
    },
  } satisfies Partial<LocalSlack>;
}

/** What people see, and what was served. */
function sightsOf(workspace: Workspace) {
  return {
    home: (user) => workspace.views.home(user),
    modals: (user) => workspace.views.stack(user),
    shortcuts: () => workspace.app.shortcuts,
    files: (channel) => workspace.files.list(channel),
    fileContent: (id) => {
      const file = workspace.files.find(id);
      const bytes = workspace.files.bytes(id);
      if (file === undefined || bytes === undefined) return undefined;
      return { bytes, mimetype: file.mimetype, name: file.name };
    },
    threads: (channel, ts) => workspace.messages.threads(channel, ts),
    thread: (channel, ts) => workspace.messages.threads(channel, ts)[0],
    messages: (channel) => workspace.messages.list(channel),
    ephemerals: () => workspace.ephemerals.list(),
    edits: (channel, ts) => workspace.messages.revisions(channel, ts),
    calls: (method) => workspace.calls.list(method),
    counts: () => workspace.calls.counts(),
  } satisfies Partial<LocalSlack>;
}
