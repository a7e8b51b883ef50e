/**
 * The grammar of /meta-sync, the same behind the slash and behind a mention:
 *
 *   command   = "" | order | ("status" | "cancel" | "retry") [job] | "help" [topic] | reserved …
 *   order     = [account] [timeframe] {option}
 *   account   = "act_" digits | digits | name | "name in quotes"      none: the channel's default account
 *   timeframe = see timeframe.ts                                      none: 7d
 *   option    = see command-options.ts, anywhere in an order
 *   job       = a job's id, its first 4 or more characters, or a link to its page
 *   reserved  = the rows of command-verbs.ts that come later
 *
 * Verbs, act_, options and timeframes may have capitals. A name that looks like a verb or a timeframe goes in quotes.
 */
import { readOptions } from "./command-options.ts";
import { readOrder, type AccountWord } from "./command-order.ts";
import { findVerb, helpTopics, verbWords, type HelpTopic, type JobVerb, type ReservedVerb } from "./command-verbs.ts";
import { readWords, showWords, type Word } from "./command-words.ts";
import type { Day } from "./day.ts";
import { findNearest } from "./nearest.ts";
import type { Level } from "./request.ts";

export interface StartCommand {
  kind: "start";
  account: AccountWord;
  /** Canonical, as `resolveTimeframe` wants it. */
  timeframe: string;
  level: Level;
  breakdowns: string[];
  full: boolean;
  dryRun: boolean;
  /** The verb that a name may be a slip of: to say so when no account has that name. */
  nearestVerb: string | null;
}

export interface ProblemCommand {
  kind: "problem";
  /** The words as they were read. */
  read: string;
  problem: string;
  /** What was probably meant. */
  nearest: string | null;
  /** A whole command that works. */
  example: string;
}

export type Command =
  | StartCommand
  | {
      kind: JobVerb;
      /** Lower case: a whole id or its first characters; null is the latest job here. */ job: string | null;
    }
  | { kind: "help"; topic: HelpTopic | null }
  | { kind: "form" }
  | { kind: "reserved"; verb: ReservedVerb }
  | ProblemCommand;

function readJob(verb: JobVerb, words: readonly Word[], refuse: Refuse): Command {
  const [word, more] = words;
  if (word === undefined) return { kind: verb, job: null };
  const example = `/meta-sync ${verb}`;
  if (more !== undefined) return refuse(`${verb} takes one job, and there are ${words.length} words.`, null, example);
  const job = word.text.replace(/^#/u, "").toLowerCase();
  if (/^[0-9a-f][0-9a-f-]{3,35}$/u.test(job)) return { kind: verb, job };
  return refuse(
    `"${word.text}" is not the id of a job. Without one, ${verb} means the latest job here.`,
    null,
    example,
  );
}

function readTopic(words: readonly Word[], refuse: Refuse): Command {
  const topic = words[0]?.text.toLowerCase().replace(/^-+/u, "");
  if (topic === undefined || topic === "help") return { kind: "help", topic: null };
  const known = helpTopics.find((name) => name === topic);
  if (known !== undefined) return { kind: "help", topic: known };
  const row = findVerb(topic);
  if (row?.takes === "later") return { kind: "reserved", verb: row.verb };
  return refuse(`There is no help about "${topic}".`, findNearest(topic, helpTopics), "/meta-sync help timeframe");
}

type Refuse = (problem: string, nearest: string | null, example: string) => ProblemCommand;

/** An example that keeps what was right: the account if there was one. */
function exampleFor(words: readonly Word[], nearest: string | null): string {
  const account = words.find((word) => /^act_?\d+$/iu.test(word.text))?.text.toLowerCase() ?? "act_123456789";
  return `/meta-sync ${account} ${nearest ?? "7d"}`;
}

function readStart(words: readonly Word[], refuse: Refuse, today: Day | undefined): Command {
  const reading = readOptions(words);
  if (!reading.ok) {
    return refuse(reading.problem, reading.nearest, `${exampleFor(words, null)} ${reading.example}`);
  }
  const order = readOrder(reading.rest, today);
  if (!order.ok) return refuse(order.problem, order.nearest, exampleFor(words, order.nearest));
  const { account, timeframe } = order;
  const nearestVerb = account.kind === "name" ? findNearest(account.name.split(" ")[0] ?? "", verbWords) : null;
  return { kind: "start", account, timeframe, ...reading.options, nearestVerb };
}

/**
 * Reads a command. Never throws: what can't be read comes back as a problem with the nearest match and an example.
 * `today` (any zone's) lets it refuse timeframes that nobody can read any more, or yet.
 */
export function parseCommand(text: string, today?: Day): Command {
  const words = readWords(text);
  const refuse: Refuse = (problem, nearest, example) => ({
    kind: "problem",
    read: showWords(words),
    problem,
    nearest,
    example,
  });
  const [first, ...rest] = words;
  if (first === undefined) return { kind: "form" };
  if (/^(?:\?|--?h|--?help)$/iu.test(first.text)) return readTopic(rest, refuse);
  const row = first.kind === "plain" ? findVerb(first.text) : undefined;
  if (row === undefined) return readStart(words, refuse, today);
  if (row.takes === "later") return { kind: "reserved", verb: row.verb };
  if (row.takes === "topic") return readTopic(rest, refuse);
  if (row.takes === "order") return readStart(rest, refuse, today);
  const options = readOptions(rest);
  if (!options.ok) return refuse(options.problem, options.nearest, `/meta-sync ${row.verb}`);
  if (options.given.length > 0) {
    return refuse(
      `${row.verb} takes no options; ${options.given.join(", ")} belongs to an order.`,
      null,
      `/meta-sync ${row.verb}`,
    );
  }
  return readJob(row.verb, options.rest, refuse);
}
