/** What a person reads when the program has started: which part is real, where to look, which ad accounts there are. Pure. */
import { realParts, type Config } from "./config.ts";
import type { Environment } from "./environment.ts";
import { isLoopback } from "./config-rules.ts";

function describe(environment: Environment): readonly (readonly [string, string])[] {
  const real = realParts(environment);
  const queue = isLoopback(environment.QSTASH_URL) ? `rehearsal at ${environment.QSTASH_URL}` : "QStash";
  return [
    ["Slack", real.slack ? "your workspace" : "embedded workspace"],
    ["Queue", real.queue ? queue : "embedded QStash"],
    ["Database", real.database ? "your Supabase project" : `embedded Postgres (${environment.META_SYNC_DB})`],
    ["Meta", real.meta ? "your ad accounts" : "embedded Graph API with sample accounts"],
  ];
}

/** Things that will not arrive, said before somebody waits for them. */
function warnings(environment: Environment, config: Config): string[] {
  const real = realParts(environment);
  const lines: string[] = [];
  if (real.slack && isLoopback(config.publicUrl)) {
    lines.push(
      `Slack can't reach ${config.publicUrl}: commands, clicks and mentions won't arrive until WEBHOOK_BASE_URL is a public address.`,
    );
  }
  if (config.sampleData)
    lines.push("Slack is real and Meta is not: every message says that its figures are sample data.");
  if (config.publishRefusal !== null) lines.push(config.publishRefusal);
  if (config.trustLoopback)
    lines.push("No API_KEYS: the HTTP interface lets requests from this machine in, and no others.");
  return lines;
}

export function startTable(
  environment: Environment,
  config: Config,
  address: string,
  accounts: readonly { accountId: string; name: string }[],
): string {
  const parts = describe(environment).map(([name, what]) => `  ${name.padEnd(10)}${what}`);
  const list = accounts.slice(0, 12).map((account) => `  act_${account.accountId}  ${account.name}`);
  const more = accounts.length > 12 ? [`  … and ${accounts.length - 12} more`] : [];
  const notes = warnings(environment, config).map((line) => `  ! ${line}`);
  const first = accounts[0]?.accountId ?? "1234567890";
  return [
    `meta-sync is running at ${address}`,
    "",
    ...parts,
    ...notes,
    "",
    "Ad accounts",
    ...(list.length === 0 ? ["  (Meta gave none, or doesn't answer)"] : [...list, ...more]),
    "",
    ...(realParts(environment).slack ? [] : [`Open ${address}/ in a browser: a Slack workspace with the bot in it.`]),
    `Start a sync:  curl '${address}/api/meta-marketing-daily?action=getData&accountId=act_${first}&timeframe=7d'`,
    // The demo plays in the embedded Slack.
    ...(realParts(environment).slack ? [] : ["See it in a thread:  npm run demo"]),
    "",
  ].join("\n");
}
