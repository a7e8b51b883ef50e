/** The Slack door's floor plan: Bolt on our receiver, and every listener there is. Loaded at the first Slack request. */
import { App, LogLevel } from "@slack/bolt";
import type { Services } from "../../services.ts";
import { maxBodyBytes } from "../read-body.ts";
import { registerActions } from "./actions.ts";
import { registerCommands } from "./commands.ts";
import { registerEvents } from "./events.ts";
import { FetchReceiver } from "./receiver.ts";

/** Milliseconds; Slack shows an error after 3 s, and the way back takes some too. */
const ackTimeoutMs = 2500;

export function createSlackDoor(services: Services, slack: { botToken: string; signingSecrets: readonly string[] }) {
  const receiver = new FetchReceiver({
    signingSecrets: slack.signingSecrets,
    waitUntil: (what, work) => services.background.run(what, work),
    maxBodyBytes,
    ackTimeoutMs,
    now: Date.now,
  });
  const app = new App({
    receiver,
    // With authorize, Bolt makes no call of its own at start; outgoing calls go by services.slack anyway.
    authorize: async () => ({ botToken: slack.botToken }),
    convoStore: false,
    ignoreSelf: false,
    logLevel: LogLevel.ERROR,
  });
  app.error(async (error) => services.log.error("slack_listener_failed", { error }));
  registerCommands(app, services);
  registerActions(app, services);
  registerEvents(app, services);
  return receiver.handle;
}
