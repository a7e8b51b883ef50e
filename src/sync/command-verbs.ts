/** The verbs of /meta-sync, one row each: what is typed, what it does, whether it is there yet. Help is made of this table. */

interface VerbRow {
  verb: string;
  /** What stands behind the verb, as help shows it. */
  usage: string;
  summary: string;
  /** What the parser reads behind the verb; "later": the word is reserved and says so. */
  takes: "order" | "job" | "topic" | "later";
}

/** A row without verb is what a text that begins with no verb means: a start. */
export const verbRows = [
  { verb: "", usage: "<account> [timeframe] [options]", summary: "Sync an ad account", takes: "order" },
  { verb: "status", usage: "[job]", summary: "How a sync is doing", takes: "job" },
  { verb: "cancel", usage: "[job]", summary: "Stop a sync; saved rows stay", takes: "job" },
  { verb: "retry", usage: "[job]", summary: "Go on with a sync that failed or was cancelled", takes: "job" },
  { verb: "help", usage: "[topic]", summary: "These words, or more about one of them", takes: "topic" },
  { verb: "all", usage: "[timeframe]", summary: "Sync every ad account", takes: "later" },
  { verb: "history", usage: "[job]", summary: "The latest syncs", takes: "later" },
  { verb: "report", usage: "<account> [timeframe]", summary: "Figures from what is stored", takes: "later" },
  { verb: "gaps", usage: "<account> [timeframe]", summary: "Which days are missing", takes: "later" },
  { verb: "schedule", usage: "<account> <timeframe> <when>", summary: "Sync again and again", takes: "later" },
  { verb: "schedules", usage: "", summary: "What is scheduled", takes: "later" },
  { verb: "pause", usage: "<schedule>", summary: "Let a schedule rest", takes: "later" },
  { verb: "resume", usage: "<schedule>", summary: "Wake a schedule", takes: "later" },
  { verb: "unschedule", usage: "<schedule>", summary: "End a schedule", takes: "later" },
  { verb: "accounts", usage: "", summary: "The ad accounts that can be synced", takes: "later" },
  { verb: "alias", usage: "<account> <name>", summary: "Give an account a short name", takes: "later" },
  { verb: "default", usage: "<account>", summary: "The account this channel means", takes: "later" },
  { verb: "access", usage: "", summary: "Who may do what", takes: "later" },
  { verb: "kpi", usage: "<account>", summary: "What counts as a result", takes: "later" },
  { verb: "plan", usage: "<account>", summary: "Budgets and targets", takes: "later" },
  { verb: "forget", usage: "<account>", summary: "Delete what is stored of an account", takes: "later" },
  { verb: "doctor", usage: "", summary: "Check the whole installation", takes: "later" },
] as const satisfies readonly VerbRow[];

type Row = (typeof verbRows)[number];
export type JobVerb = Extract<Row, { takes: "job" }>["verb"];
export type ReservedVerb = Extract<Row, { takes: "later" }>["verb"];

/** What `help` can say more about, besides the verbs that are there. */
export const helpTopics = ["status", "cancel", "retry", "timeframe", "options", "account"] as const;
export type HelpTopic = (typeof helpTopics)[number];

const byVerb = new Map<string, Row>(verbRows.filter((row) => row.verb !== "").map((row) => [row.verb, row]));

/** The row of a verb, capitals aside; undefined for any other word. */
export function findVerb(word: string): Row | undefined {
  return byVerb.get(word.toLowerCase());
}

/** The verbs, those that are there first. */
export const verbWords: readonly string[] = [...byVerb.keys()];

/** What to answer to a reserved word: that it comes later, and what is there today. */
export function reservedSentence(verb: ReservedVerb): string {
  const present = verbRows.filter((row) => row.takes !== "later");
  const usages = present.map((row) => `\`/meta-sync ${`${row.verb} ${row.usage}`.trim()}\``);
  return `\`${verb}\` comes later; nothing was started. Today there are ${usages.join(", ")}.`;
}
