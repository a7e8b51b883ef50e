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
