/**
 * `npm run demo`: the same process and settings as `npm start`, no browser. Sends the slash command as Slack would, prints
 * the thread as it changes, ends when the summary is there. Exit code 0 = the sync succeeded.
 */
import { ConfigError, readEnvironment } from "../config.ts";
import { learnAccounts } from "../duties.ts";
import type { LocalSlack } from "../local/slack/start-slack.ts";
import { renderText } from "../local/slack/render-text.ts";
import { start, type Running } from "../start.ts";

const account = process.argv[2] ?? "act_2026110004";
const timeframe = process.argv[3] ?? "28d";
const patienceMs = 5 * 60_000;
const place = { user: "U0ANA", channel: "C0ADS" };

function print(title: string, body: string): void {
  console.log(`── ${title}\n${body.trim().replaceAll(/^/gm, "   ")}\n`);
}

/** Prints each new or changed message once; resolves with the thread's summary text. */
function followThread(slack: LocalSlack, sinceTs: string): Promise<string> {
  const seen = new Map<string, string>();
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new Error(`No summary within ${patienceMs / 1000} s`)), patienceMs);
    const look = () => {
      for (const message of slack.messages(place.channel)) {
        if (message.ts <= sinceTs) continue;
        const text = renderText(message);
        if (seen.get(message.ts) === text) continue;
        const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
        const changed = seen.has(message.ts) ? "edited" : "posted";
        seen.set(message.ts, text);
        print(`#ads · ${isReply ? "in the thread" : "message"} ${changed}`, text);
        if (!isReply) continue;
        clearTimeout(giveUp);
        stopListening();
        resolve(text);
      }
    };
    const stopListening = slack.onChange(look);
  });
}

async function play(running: Running): Promise<boolean> {
  const { services, world } = running;
  const slack = world?.slack;
  if (slack == null) throw new Error("The demo plays in the embedded Slack: unset SLACK_BOT_TOKEN to run it.");
  await learnAccounts(services);
  const startedMs = Date.now();
  const done = followThread(slack, (services.now() / 1000).toFixed(6));
  const command = { ...place, command: "/meta-sync", text: `${account} ${timeframe}` };
  print("@ana types in #ads", `${command.command} ${command.text}`);
  const answer = await slack.sendCommand(command);
  print(`meta-sync, only visible to @ana, after ${Math.round(answer.ms)} ms`, answer.ackedText ?? answer.failure ?? "");
  await done;
  await services.background.settle();
  const job = (await services.db.recentJobs(services.config.workspaceId, place.channel, 1))[0];
  console.log(
    `The job ${job?.state ?? "is unknown"} after ${((Date.now() - startedMs) / 1000).toFixed(1)} s: ${job?.rowsRead ?? 0} rows read, ${job?.rowsWritten ?? 0} written, ${job?.calls ?? 0} calls to Meta.`,
  );
  return job?.state === "succeeded";
}

try {
  const environment = readEnvironment({ ...process.env, LOG_LEVEL: process.env["LOG_LEVEL"] ?? "warn" });
  const running = await start(environment, { isPortChosen: false, write: (line) => process.stderr.write(`${line}\n`) });
  try {
    process.exitCode = (await play(running)) ? 0 : 1;
  } finally {
    await running.stop();
  }
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
