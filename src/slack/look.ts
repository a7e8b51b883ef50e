/** The calls that only look: who we are, who someone is, what a channel is. */
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { SlackError } from "./errors.ts";
import {
  type AuthFacts,
  authSchema,
  type ChannelFacts,
  channelSchema,
  type PersonFacts,
  readAuthFacts,
  readChannelFacts,
  readPersonFacts,
  userSchema,
} from "./facts.ts";
import { callSlack } from "./web.ts";

/** Every method throws `SlackError`. */
export interface SlackLooks {
  /** The channel of the direct message; without im:write the user id, which `postMessage` takes as well. */
  openDirectMessage(userId: string): Promise<string>;
  /** Unknown people are facts, not errors. */
  readPerson(userId: string): Promise<PersonFacts>;
  /** A channel that the bot can't see is `unknown`. */
  readChannel(channelId: string): Promise<ChannelFacts>;
  checkAuth(): Promise<AuthFacts>;
}

/** Gives `fallback` when Slack refuses with one of the codes; other errors pass through. */
async function unless<T>(codes: readonly string[], fallback: T, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof SlackError && codes.includes(error.code)) return fallback;
    throw error;
  }
}

export function createLooks(web: WebClient): SlackLooks {
  let auth: AuthFacts | null = null;
  const checkAuth = async (): Promise<AuthFacts> => {
    auth = readAuthFacts(await callSlack({ method: "auth.test" }, authSchema, () => web.auth.test()));
    return auth;
  };
  return {
    checkAuth,
    async openDirectMessage(userId) {
      const schema = z.object({ channel: z.object({ id: z.string() }) });
      return unless(["missing_scope"], userId, async () => {
        const where = { method: "conversations.open", place: userId };
        return (await callSlack(where, schema, () => web.conversations.open({ users: userId }))).channel.id;
      });
    },
    async readPerson(userId) {
      const own = auth ?? (await checkAuth());
      const where = { method: "users.info", place: userId };
      const schema = z.object({ user: userSchema });
      return unless<PersonFacts>(["user_not_visible"], { kind: "external", timezone: null }, () =>
        unless<PersonFacts>(["user_not_found"], { kind: "unknown", timezone: null }, async () =>
          readPersonFacts((await callSlack(where, schema, () => web.users.info({ user: userId }))).user, own),
        ),
      );
    },
    async readChannel(channelId) {
      // conversations.info would need im:read to say what the id's first letter says.
      if (channelId.startsWith("D")) return { kind: "dm", name: null };
      const where = { method: "conversations.info", place: channelId };
      const schema = z.object({ channel: channelSchema });
      return unless<ChannelFacts>(["channel_not_found"], { kind: "unknown", name: null }, async () =>
        readChannelFacts(
          (await callSlack(where, schema, () => web.conversations.info({ channel: channelId }))).channel,
        ),
      );
    },
  };
}
