/** `--dry-run`, behind the slash and behind a mention: counted after the ack, told where it was asked. */
import { refusalSentence } from "../../access/policy.ts";
import { DbError } from "../../db/errors.ts";
import type { StartOutcome } from "../../db/jobs.ts";
import type { Services } from "../../services.ts";
import { countingText, dryRunMessage, dryRunPausedText, wouldFailText } from "../../slack/blocks/dry-run.ts";
import type { SlackMessage } from "../../slack/message.ts";
import type { StartCommand } from "../../sync/command.ts";
import { dryRun } from "../../verbs/jobs/dry-run.ts";

/** The words of a start for an account that nobody knows. */
type UnknownAccountText = (
  command: StartCommand,
  outcome: Extract<StartOutcome, { outcome: "unknown_account" }>,
) => string;

const plain = (text: string): SlackMessage => ({ text, blocks: [] });

async function answer(
  services: Services,
  who: { userId: string; channel: string },
  command: StartCommand,
  unknownAccount: UnknownAccountText,
): Promise<SlackMessage> {
  const { timeframe, level, breakdowns, full, account } = command;
  const outcome = await dryRun(services, {
    workspaceId: services.config.workspaceId,
    userId: who.userId,
    channelId: who.channel,
    account,
    request: { timeframe, level, breakdowns, full, dryRun: true },
  });
  switch (outcome.outcome) {
    case "estimated":
      return dryRunMessage(outcome.run, services.config.sampleData);
    case "would_fail":
      return plain(wouldFailText(outcome.accountId, outcome.failure));
    case "blocked":
      return plain(dryRunPausedText(outcome.sentence, outcome.untilMs, services.now()));
    case "refused":
      return plain(refusalSentence(outcome.reason));
    case "unknown_account":
      return plain(unknownAccount(command, outcome));
    default:
      return outcome satisfies never;
  }
}

const noDatabase =
  "The database doesn't answer right now, so I can't say what this sync would take. Nothing was started; please ask again in a minute.";
const noAnswer = "Something went wrong in meta-sync, so I can't say what this sync would take. Nothing was started.";

/** Begins beside the answer to Slack and gives what to say at once; `say` gets the outcome some seconds later. */
export function beginDryRun(
  services: Services,
  who: { userId: string; channel: string },
  command: StartCommand,
  unknownAccount: UnknownAccountText,
  say: (message: SlackMessage) => Promise<void> | undefined,
): string {
  services.background.run("dry run", async () => {
    const message = await answer(services, who, command, unknownAccount).catch((error: unknown) => {
      services.log.error("dry_run_failed", { error });
      return plain(error instanceof DbError ? noDatabase : noAnswer);
    });
    await say(message);
  });
  return countingText;
}
