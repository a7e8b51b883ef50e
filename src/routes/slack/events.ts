/** `@meta-sync …`: the same words as the command; the thread it was said in is where the answers go. */
import type { App } from "@slack/bolt";
import { policyTable } from "../../access/policy.ts";
import { DbError } from "../../db/errors.ts";
import type { Services } from "../../services.ts";
import { databaseSilent } from "../../slack/ack.ts";
import type { SlackMessage } from "../../slack/message.ts";
import { helpText } from "../../slack/replies.ts";
import { reservedSentence } from "../../sync/command-verbs.ts";
import { parseCommand, type StartCommand } from "../../sync/command.ts";
import { startJob } from "../../verbs/jobs/start.ts";
import { followUp, problemText, refuseStart, startText } from "./commands.ts";
import { beginDryRun } from "./dry-run.ts";
import { answerJobVerb } from "./job-verbs.ts";

interface Mention {
  eventId: string;
  userId: string;
  channel: string;
  threadTs: string;
}

/** To the one who asked, in the thread. */
async function whisper(services: Services, mention: Mention, said: string | SlackMessage): Promise<void> {
  const { channel, userId, threadTs } = mention;
  const message = typeof said === "string" ? { text: said, blocks: [] } : said;
  await services.slack?.postEphemeral({ channel, userId, threadTs, message });
}

/** Null: the living message says it all. */
async function startFromMention(services: Services, mention: Mention, command: StartCommand): Promise<string | null> {
  if (command.dryRun) {
    beginDryRun(services, mention, command, startText, (message) => whisper(services, mention, message));
    return null;
  }
  const { workspaceId, defaultRole } = services.config;
  const { account, timeframe, level, breakdowns, full, dryRun } = command;
  // Slack sends an event again when it saw no answer: the same id gives the same job.
  const key = `event:${mention.eventId}`;
  try {
    const outcome = await startJob(services, {
      workspaceId,
      key,
      request: { timeframe, level, breakdowns, full, dryRun },
      account,
      origin: { kind: "slack", channel: mention.channel, threadTs: mention.threadTs, userId: mention.userId },
      userId: null,
      policy: policyTable("start", defaultRole, account),
      personId: mention.userId,
      sealedResponseUrl: null,
    });
    return outcome.outcome === "started" ? null : startText(command, outcome);
  } catch (error) {
    if (!(error instanceof DbError)) throw error;
    services.log.error("start_unanswered", { error });
    followUp(services, key, (text) => whisper(services, mention, text));
    return databaseSilent;
  }
}

async function answerMention(services: Services, mention: Mention, text: string): Promise<string | null> {
  const command = parseCommand(text);
  switch (command.kind) {
    case "start":
      return refuseStart(services) ?? startFromMention(services, mention, command);
    case "cancel":
    case "retry":
      // Sent again, "the latest job here" could be another one. A database that is away is answered below.
      if (!(await services.db.seeEvent(services.config.workspaceId, mention.eventId).catch(() => true))) return null;
      return answerJobVerb(services, mention, command);
    case "status":
      return answerJobVerb(services, mention, command);
    case "help":
    case "form":
      return helpText;
    case "reserved":
      return reservedSentence(command.verb);
    case "problem":
      return problemText(command);
    default:
      return command satisfies never;
  }
}

export function registerEvents(app: App, services: Services): void {
  app.event("app_mention", async ({ event, body }) => {
    const { slack } = services;
    if (event.user === undefined || slack === null) return;
    const mention = {
      eventId: body.event_id,
      userId: event.user,
      channel: event.channel,
      threadTs: event.thread_ts ?? event.ts,
    };
    const words = event.text.replace(/^\s*<@[A-Z0-9]+(?:\|[^>]*)?>\s*/, "");
    const text = await answerMention(services, mention, words);
    if (text !== null) await whisper(services, mention, text);
  });
}
