/** The things of the workspace, in the shape in which they are kept; messages are kept as they go over the wire. */
export type JsonObject = Record<string, unknown>;

export interface SlackBlock extends JsonObject {
  type: string;
  block_id: string;
}

export interface SlackMessage {
  type: "message";
  subtype?: string;
  channel: string;
  team: string;
  user: string;
  bot_id?: string;
  app_id?: string;
  /** Seconds and microseconds of world time, unique in its channel: "1764158400.000100". */
  ts: string;
  thread_ts?: string;
  text: string;
  blocks?: SlackBlock[];
  attachments?: JsonObject[];
  metadata?: JsonObject;
  /** File objects, when it shares some; `id` leads to `fileContent`. */
  files?: JsonObject[];
  edited?: { user: string; ts: string };
}

/** A message that one person sees; the real one is gone after a reload and can't be edited by chat.update. */
export interface EphemeralMessage extends SlackMessage {
  /** The person who sees it; `user` is its author. */
  to: string;
}

/** One state of a message: 1 is the post, each edit adds one, the last may be its deletion. */
export interface Revision {
  revision: number;
  /** World time, epoch milliseconds. */
  atMs: number;
  kind: "posted" | "edited" | "deleted";
  text: string;
  blocks?: SlackBlock[];
}

export interface Person {
  id: string;
  teamId: string;
  name: string;
  realName: string;
  tz: string;
  locale: string;
  isAdmin: boolean;
  isOwner: boolean;
  /** A guest (single- or multi-channel). */
  isRestricted: boolean;
  isBot: boolean;
  deleted: boolean;
}

export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  isArchived: boolean;
  /** Shared with another organisation (Slack Connect). */
  isExtShared: boolean;
  /** User ids, the bot's own among them when it is in. */
  members: string[];
  createdMs: number;
}

/** What one token may do, and as whom. */
export interface Grant {
  token: string;
  teamId: string;
  /** Set when the app is installed on the whole organisation. */
  enterpriseId?: string;
  appId: string;
  appName: string;
  botUserId: string;
  botId: string;
  scopes: string[];
  revoked: boolean;
}

export interface Team {
  id: string;
  name: string;
  domain: string;
}

/** What stands in the inputs of a view: by block_id, then action_id, as `view.state.values` goes over the wire. */
export type ViewValues = Record<string, Record<string, JsonObject>>;

/** A view as Slack hands it to the app: what the app sent, and Slack's own fields. */
export interface SlackView extends JsonObject {
  id: string;
  type: "modal" | "home";
  blocks: SlackBlock[];
  private_metadata: string;
  callback_id: string;
  external_id: string;
  hash: string;
  state: { values: ViewValues };
}

/** A modal that somebody looks at, or that lies under the one they look at. */
export interface OpenView {
  id: string;
  rootViewId: string;
  previousViewId: string | null;
  hash: string;
  view: SlackView;
  state: { values: ViewValues };
}

/** The app's Home tab as one person sees it. */
export interface PublishedView {
  id: string;
  hash: string;
  view: SlackView;
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  /** Slack's short word for it: "csv", "png". */
  filetype: string;
  sizeBytes: number;
  altText?: string;
  /** Who uploaded it. */
  user: string;
  /** World time, epoch milliseconds. */
  createdMs: number;
  /** Where it was shared: the message that carries it. */
  shares: { channel: string; ts: string; threadTs?: string }[];
}

export interface UserGroup {
  id: string;
  teamId: string;
  handle: string;
  name: string;
  description: string;
  users: string[];
  disabled: boolean;
}

/** One shortcut of the app's manifest. */
export interface Shortcut {
  callbackId: string;
  name: string;
  type: "global" | "message";
}

/** What of the app's manifest the workspace goes by. */
export interface AppSettings {
  /** `features.app_home.home_tab_enabled`. */
  homeTab: boolean;
  shortcuts: readonly Shortcut[];
  /** `oauth_config.redirect_urls`; a redirect_uri must be one of them or lie under one. */
  redirectUrls: () => readonly string[];
  /** `settings.org_deploy_enabled`: whether it may be installed on the whole organisation. */
  orgDeploy: boolean;
}
