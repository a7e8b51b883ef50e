/** The Slack app manifest as data: what is asked of a workspace, each with its reason. `render.ts` writes it out. */

export const DEFAULT_HOST = "https://your-host.example";

/** One door takes commands, clicks and events; the installation comes back to the other. */
const EVENTS_PATH = "/api/slack/events";
const OAUTH_REDIRECT_PATH = "/api/slack/oauth_redirect";

/** Slash commands; each has a listener. `should_escape` makes #channel and @person arrive as ids. */
export const commands = [
  {
    command: "/meta-sync",
    description: "Sync Meta ads data into your own Supabase, and read the result here",
    usage_hint: "act_1234567890 7d | help",
    should_escape: true,
  },
] as const;

/** Bot events; each has a listener. */
export const events = ["app_mention"] as const;

/** Bot scopes, all required, and why each is asked for. None of them reads a conversation's history. */
export const scopes = [
  { scope: "commands", reason: "People start, watch and cancel syncs with /meta-sync." },
  {
    scope: "chat:write",
    reason: "Post one message per sync, edit it as the sync goes on, add the summary in its thread.",
  },
  {
    scope: "app_mentions:read",
    reason: "Take the same words in a thread by @meta-sync; slash commands don't work there.",
  },
  {
    scope: "users:read",
    reason: "Tell guests and other organisations' people from full members; read the requester's time zone.",
  },
  {
    scope: "channels:read",
    reason: "See whether a public channel is shared with another organisation before figures are shown.",
  },
  { scope: "groups:read", reason: "See the same for a private channel that the bot was invited to." },
] as const;

/** The address isn't one that Slack can reach. */
export class HostRefused extends Error {
  override name = "HostRefused";
}

/**
 * The manifest for one host, in the shape of Slack's manifest schema, version 2.
 * `host` is an https origin such as https://sync.example.com; throws HostRefused otherwise.
 */
export function buildManifest(host: string = DEFAULT_HOST) {
  const origin = readOrigin(host);
  const eventsUrl = `${origin}${EVENTS_PATH}`;
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: "Meta Sync",
      description: "Durable syncs of Meta ads data into your own Postgres, proved in the thread.",
      long_description:
        "Meta Sync reads Facebook and Instagram ads data into your team's own Supabase Postgres. Ask for an ad account " +
        "and a timeframe, watch one message fill up while the sync runs, and read spend, clicks, purchases and the " +
        "change against the previous period in its thread. It can only read: it never spends anyone's money.",
      background_color: "#1b3a5c",
    },
    features: {
      bot_user: { display_name: "meta-sync", always_online: true },
      slash_commands: commands.map((command) => ({ ...command, url: eventsUrl })),
    },
    oauth_config: {
      redirect_urls: [`${origin}${OAUTH_REDIRECT_PATH}`],
      scopes: { bot: scopes.map(({ scope }) => scope) },
    },
    settings: {
      event_subscriptions: { request_url: eventsUrl, bot_events: [...events] },
      interactivity: { is_enabled: true, request_url: eventsUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  };
}

function readOrigin(host: string): string {
  if (!URL.canParse(host)) throw new HostRefused(`"${host}" is not an address. Give one like ${DEFAULT_HOST}.`);
  const url = new URL(host);
  const local = url.hostname === "localhost" || url.hostname.startsWith("127.") || url.hostname === "[::1]";
  if (url.protocol !== "https:" || local) {
    throw new HostRefused(`"${host}" can't be reached by Slack. Give a public https address like ${DEFAULT_HOST}.`);
  }
  if (url.pathname !== "/" || url.search !== "") {
    throw new HostRefused(`"${host}" has a path. Give the origin alone: ${url.origin}.`);
  }
  return url.origin;
}
