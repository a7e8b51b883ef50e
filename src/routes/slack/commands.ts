/** `/meta-sync …`: parse, decide, ack. A start waits for its one database call; everything else is answered after the ack. */
import type { App, SlashCommand } from "@slack/bolt";
import { policyTable, refusalReasons, refusalSentence } from "../../access/policy.ts";
import { DbError } from "../../db/errors.ts";
import { seal } from "../../db/secrets.ts";
import type { StartOutcome } from "../../db/jobs.ts";
import type { Services } from "../../services.ts";
import { ackStart, databaseSilent, settledText } from "../../slack/ack.ts";
import { helpText } from "../../slack/replies.ts";
import { reservedSentence } from "../../sync/command-verbs.ts";
import { parseCommand, type ProblemCommand, type StartCommand } from "../../sync/command.ts";
import { settleStart } from "../../verbs/jobs/settle.ts";
import { startJob } from "../../verbs/jobs/start.ts";
import { beginDryRun } from "./dry-run.ts";
import { answerJobVerb } from "./job-verbs.ts";

/** What was read, what is wrong, the nearest match, one example. */
export function problemText(problem: ProblemCommand): string {
  const nearest = problem.nearest === null ? "" : ` Did you mean \`${problem.nearest}\`?`;
  return `${problem.problem}${nearest}\nI read: \`${problem.read.replaceAll("`", "'")}\`. Example: \`${problem.example}\``;
}

/** What the person reads about a start, from its outcome. */
export function startText(command: StartCommand, outcome: StartOutcome): string {
  const reason = outcome.outcome === "refused" ? refusalReasons.find((known) => known === outcome.reason) : undefined;
  if (reason !== undefined) return refusalSentence(reason);
  const view = outcome.outcome === "twin" ? outcome.view : null;
  const text = ackStart(outcome, { account: command.account, request: { timeframe: command.timeframe } }, view);
  const isSlip = outcome.outcome === "unknown_account" && command.nearestVerb !== null;
  return isSlip ? `${text} Did you mean \`/meta-sync ${command.nearestVerb}\`?` : text;
}

/** Keeps the promise of `databaseSilent`: says within a minute what became of the order. */
export function followUp(services: Services, key: string, say: (text: string) => Promise<void> | undefined): void {
  services.background.run("settle start", async () => {
    const settled = await settleStart(services, services.config.workspaceId, key);
    await say(settled.outcome === "refused" ? refusalSentence(settled.reason) : settledText(settled));
  });
}

async function ackStartCommand(services: Services, body: SlashCommand, command: StartCommand): Promise<string> {
  if (command.dryRun) {
    const who = { userId: body.user_id, channel: body.channel_id };
    return beginDryRun(services, who, command, startText, async (message) =>
      services.slack?.respond(body.response_url, { ...message, responseType: "ephemeral" }),
    );
  }
  const { workspaceId, defaultRole, secretsKey } = services.config;
  const key = `slash:${body.trigger_id}`;
  const { account, timeframe, level, breakdowns, full, dryRun } = command;
  try {
    const outcome = await startJob(services, {
      workspaceId,
      key,
      request: { timeframe, level, breakdowns, full, dryRun },
      account,
      origin: { kind: "slack", channel: body.channel_id, threadTs: null, userId: body.user_id },
      userId: null,
      policy: policyTable("start", defaultRole, account),
      personId: body.user_id,
      sealedResponseUrl: secretsKey === null ? null : seal(body.response_url, secretsKey, `${workspaceId} ${key}`),
    });
    return startText(command, outcome);
  } catch (error) {
    if (!(error instanceof DbError)) throw error;
    services.log.error("start_unanswered", { error });
    followUp(services, key, async (text) =>
      services.slack?.respond(body.response_url, { text, responseType: "ephemeral" }),
    );
    return databaseSilent;
  }
}

/** Why no start is possible here: a deployment that publishes nothing. */
export function refuseStart(services: Services): string | null {
  const { publishRefusal } = services.config;
  return publishRefusal === null ? null : `Nothing was started. ${publishRefusal}`;
}

export function registerCommands(app: App, services: Services): void {
  app.command("/meta-sync", async ({ ack, body }) => {
    const command = parseCommand(body.text);
    switch (command.kind) {
      case "start":
        await ack(refuseStart(services) ?? (await ackStartCommand(services, body, command)));
        return;
      case "status":
      case "cancel":
      case "retry":
        await ack();
        await services.slack?.respond(body.response_url, {
          text: await answerJobVerb(services, { userId: body.user_id, channel: body.channel_id }, command),
          responseType: "ephemeral",
        });
        return;
      case "help":
      case "form":
        await ack(helpText);
        return;
      case "reserved":
        await ack(reservedSentence(command.verb));
        return;
      case "problem":
        await ack(problemText(command));
        return;
      default:
        command satisfies never;
    }
  });
}
