/** Slack's Web API as this product uses it: one client per token, one try per call, `SlackError` for every refusal. */
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { CallPlace } from "./call.ts";
import { SlackError } from "./errors.ts";
import { fitBlocks } from "./fit.ts";
import { checkBlocks } from "./limits.ts";
import { createLooks, type SlackLooks } from "./look.ts";
import type { SlackMessage } from "./message.ts";
import { type Fetch, postResponse, type ResponseMessage } from "./respond.ts";
import { callSlack, createWebClient } from "./web.ts";

export interface SlackClientOptions {
  token: string;
  /** Base of the Web API; default https://slack.com/api/. */
  apiUrl?: string | undefined;
  /** Per call; Slack's own client waits forever. */
  timeoutMs?: number;
  fetch?: Fetch | undefined;
}

/** Ids only: metadata can be read by every app in the channel. */
export interface MessageMetadata {
  eventType: string;
  payload: Record<string, string | number | boolean>;
}

export interface MessagePlace {
  channel: string;
  ts: string;
}

export interface PostMessage {
  /** A channel, or a user id for a direct message. */
  channel: string;
  /** The root's ts, never a reply's. */
  threadTs: string | null;
  message: SlackMessage;
  metadata?: MessageMetadata | null;
}

export interface UpdateMessage extends MessagePlace {
  message: SlackMessage;
  metadata?: MessageMetadata | null;
}

export interface PostEphemeral {
  channel: string;
  userId: string;
  threadTs: string | null;
  message: SlackMessage;
}

/** Every method throws `SlackError`. */
export interface SlackClient extends SlackLooks {
  /** Resolves to where the message stands; for a user id that is the direct message's channel. */
  postMessage(order: PostMessage): Promise<MessagePlace>;
  updateMessage(order: UpdateMessage): Promise<MessagePlace>;
  /** Shown to one person until they reload; never the only copy of anything. */
  postEphemeral(order: PostEphemeral): Promise<void>;
  respond(responseUrl: string, message: ResponseMessage): Promise<void>;
}

const placeSchema = z.object({ channel: z.string(), ts: z.string() });

/** Fits the message, and refuses here what Slack would refuse there. */
function prepare(where: CallPlace, message: SlackMessage): SlackMessage {
  const fitted = fitBlocks(message);
  const problems = checkBlocks(fitted).map((problem) => problem.sentence);
  if (problems.length === 0) return fitted;
  throw new SlackError({ ...where, kind: "invalid_blocks", code: "our own check", details: problems });
}

function prepareResponse(message: ResponseMessage): ResponseMessage {
  const { text, blocks } = prepare({ method: "response_url" }, { text: message.text, blocks: message.blocks ?? [] });
  return message.blocks === undefined ? { ...message, text } : { ...message, text, blocks };
}

function metadataArguments(metadata: MessageMetadata | null | undefined) {
  if (metadata === null || metadata === undefined) return {};
  return { metadata: { event_type: metadata.eventType, event_payload: metadata.payload } };
}

function messageCalls(web: WebClient): Pick<SlackClient, "postMessage" | "updateMessage" | "postEphemeral"> {
  // Slack binds its methods, so that they may be taken out.
  const { postMessage: post, update, postEphemeral } = web.chat;
  const plain = { unfurl_links: false, unfurl_media: false } as const;
  return {
    async postMessage({ channel, threadTs, message, metadata }) {
      const where = { method: "chat.postMessage", place: channel };
      const fitted = prepare(where, message);
      const thread = threadTs === null ? {} : { thread_ts: threadTs };
      const more = metadataArguments(metadata);
      return callSlack(where, placeSchema, () => post({ channel, ...fitted, ...thread, ...more, ...plain }));
    },
    async updateMessage({ channel, ts, message, metadata }) {
      const where = { method: "chat.update", place: channel };
      const fitted = prepare(where, message);
      return callSlack(where, placeSchema, () => update({ channel, ts, ...fitted, ...metadataArguments(metadata) }));
    },
    async postEphemeral({ channel, userId, threadTs, message }) {
      const where = { method: "chat.postEphemeral", place: channel };
      const fitted = prepare(where, message);
      const thread = threadTs === null ? {} : { thread_ts: threadTs };
      await callSlack(where, z.unknown(), () => postEphemeral({ channel, user: userId, ...fitted, ...thread }));
    },
  };
}

/** Makes a client for one token. It waits for nothing now; the first call is the first contact. */
export function createSlackClient(options: SlackClientOptions): SlackClient {
  const timeoutMs = options.timeoutMs ?? 8000;
  // Looked up at each call, so that a client made early still goes through what replaced fetch later.
  const fetch: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const web = createWebClient({ token: options.token, apiUrl: options.apiUrl, timeoutMs, fetch });
  return {
    ...messageCalls(web),
    ...createLooks(web),
    async respond(responseUrl, message) {
      await postResponse(responseUrl, prepareResponse(message), { fetch, timeoutMs });
    },
  };
}
