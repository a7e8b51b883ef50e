/** What the person who typed or clicked reads first: the ack of a command, ephemeral, in one or two sentences. Pure. */
import type { JobView } from "../sync/job.ts";
import { jobLink } from "./links.ts";
import { escapeText } from "./text.ts";

/** The part of a start's outcome that an ack speaks of. */
export type AckOutcome =
  | { outcome: "started" | "twin"; jobId: string; repeated?: boolean }
  | { outcome: "waiting" | "not_started" | "conflict" | "refused" }
  | { outcome: "unknown_account"; known: readonly { accountId: string; name: string; aliases: readonly string[] }[] };

export interface AckOrder {
  account: { kind: "id"; accountId: string } | { kind: "name"; name: string } | { kind: "default" };
  request: { timeframe: string };
}

function accountWords(order: AckOrder): string {
  const { account } = order;
  if (account.kind === "id") return `act_${account.accountId}`;
  return account.kind === "name" ? `“${escapeText(account.name)}”` : "this channel's account";
}

function unknownAccount(order: AckOrder, known: readonly { accountId: string; name: string }[]): string {
  const list = known.slice(0, 10).map((account) => `• ${escapeText(account.name)} (act_${account.accountId})`);
  const examples =
    list.length === 0
      ? "Write the number from Ads Manager, for example `/meta-sync act_1234567890 7d`."
      : `I know:\n${list.join("\n")}`;
  const problem =
    order.account.kind === "default"
      ? "This channel has no default ad account, so say which one to sync."
      : `I don't know an ad account called ${accountWords(order)}, so nothing was started.`;
  return `${problem} ${examples}`;
}

/** `view` is the running twin's, for its link and state; null when it isn't known. */
export function ackStart(outcome: AckOutcome, order: AckOrder, view: JobView | null): string {
  switch (outcome.outcome) {
    case "started":
      return `Starting the sync of ${accountWords(order)}, ${order.request.timeframe}. Its message follows in this channel.`;
    case "twin":
      return `This sync is running already (${view?.progress ?? 0} %): ${jobLink(view)}. Nothing new was started.`;
    case "waiting":
      return "One moment: I'm asking Slack who you are and what this channel is. I'll say here whether the sync started.";
    case "not_started":
      return "That order was given up because the database didn't answer in time. Nothing was started; please send the command again.";
    case "conflict":
      return "Slack sent two different commands under one key; nothing was started. Please send the command again.";
    case "refused":
      return "Nothing was started.";
    case "unknown_account":
      return unknownAccount(order, outcome.known);
    default:
      return outcome satisfies never;
  }
}

/** The ack when the database doesn't answer in time. */
export const databaseSilent =
  "The database doesn't answer right now. I'll say here within a minute whether this started; asking again is safe.";

/** The follow-up to `databaseSilent`. */
export function settledText(settled: { outcome: "started" | "twin" | "waiting" | "not_started" | "unknown" }): string {
  switch (settled.outcome) {
    case "started":
      return "The database answers again: your sync started. Its message follows in this channel.";
    case "twin":
      return "The database answers again: this sync was running already, so nothing new was started.";
    case "waiting":
      return "The database answers again and has your order. One moment: I'm asking Slack who you are and what this channel is, then I'll say here whether the sync started.";
    case "not_started":
      return "Your sync did not start: the database didn't take the order in time. Please send the command again.";
    case "unknown":
      return "The database still doesn't answer, so I can't say whether your sync started. Asking again is safe: the same order never runs twice.";
    default:
      return settled.outcome satisfies never;
  }
}
