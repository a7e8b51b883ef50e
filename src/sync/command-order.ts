/** The order inside a command: which words name the account and which the timeframe. */
import { showWords, type Word } from "./command-words.ts";
import type { Day } from "./day.ts";
import { findNearest } from "./nearest.ts";
import { parseTimeframe } from "./timeframe.ts";
import { timeframeWords } from "./timeframe-words.ts";

/** What Slack users get when they name no timeframe. */
const defaultTimeframe = "7d";

/** As it was typed: a number is taken as it is, a name must be known to the workspace, default is the channel's. */
export type AccountWord = { kind: "id"; accountId: string } | { kind: "name"; name: string } | { kind: "default" };

export type OrderReading =
  | { ok: true; account: AccountWord; timeframe: string }
  | { ok: false; problem: string; nearest: string | null };

const refuse = (problem: string, nearest: string | null = null): OrderReading => ({ ok: false, problem, nearest });

/** The digits of `act_123` in any spelling; of a bare number too. */
function accountDigits(word: Word): string | null {
  if (word.kind !== "plain") return null;
  return /^(?:act[_-]?)?(\d{1,20})$/iu.exec(word.text)?.[1] ?? null;
}

function readRest(account: AccountWord, rest: readonly Word[], today: Day | undefined): OrderReading {
  if (rest.length === 0) return { ok: true, account, timeframe: defaultTimeframe };
  const reading = parseTimeframe(rest.map((word) => word.text).join(" "), today);
  return reading.ok ? { ok: true, account, timeframe: reading.written } : refuse(reading.problem, reading.nearest);
}

/** How many words at the end are a timeframe: "last 7 days" are three, "2026-11-01 to 2026-11-15" too. */
function countTimeframeWords(words: readonly Word[]): number {
  for (const count of [4, 3, 2, 1]) {
    const tail = words.slice(-count);
    const isPlain = tail.length === count && tail.every((word) => word.kind === "plain");
    if (isPlain && parseTimeframe(tail.map((word) => word.text).join(" ")).ok) return count;
  }
  return 0;
}

/** The problem of a last word that was surely meant as a timeframe: "7dd", "2026-11-31", "yesturday"; else null. */
function problemOfTail(words: readonly Word[], today: Day | undefined): OrderReading | null {
  const last = words.at(-1);
  if (last === undefined || last.kind !== "plain") return null;
  const isFigure = /^\d+[a-z]{1,2}$|^\d{4}-\d|\d\.\.|^\d+[./]\d+[./]\d+$|^(?:this|last)_/iu.test(last.text);
  const isMisspelt =
    words.length > 1 && last.text.length > 4 && findNearest(last.text, [...timeframeWords.keys()]) !== null;
  if (!isFigure && !isMisspelt) return null;
  const reading = parseTimeframe(last.text, today);
  return reading.ok ? null : refuse(`${reading.problem} A name that ends like this goes in quotes.`, reading.nearest);
}

function readNamed(words: readonly Word[], today: Day | undefined): OrderReading {
  const quoted = words[0]?.kind === "quoted";
  const count = quoted ? words.length - 1 : countTimeframeWords(words);
  if (count === 0 && !quoted) {
    const problem = problemOfTail(words, today);
    if (problem !== null) return problem;
  }
  const name = words
    .slice(0, words.length - count)
    .map((word) => word.text)
    .join(" ");
  const rest = words.slice(words.length - count);
  if (name === "") return quoted ? refuse("The name in quotes is empty.") : readRest({ kind: "default" }, rest, today);
  if (name.includes('"')) return refuse(`A quotation mark in ${showWords(words)} has no partner.`);
  if (Array.from(name).length > 100) return refuse("The name is longer than 100 characters.");
  return readRest({ kind: "name", name }, rest, today);
}

/** Reads the words that are left when verb and options are gone. An account's number may stand anywhere; a name comes first. */
export function readOrder(words: readonly Word[], today?: Day): OrderReading {
  const stray = words.find((word) => word.kind === "channel" || word.kind === "person" || word.kind === "link");
  if (stray !== undefined) {
    return refuse(`${stray.text} has no place in an order: the result comes to where you ask.`);
  }
  const broken = words.find(
    (word) => word.kind === "plain" && /^act_/iu.test(word.text) && accountDigits(word) === null,
  );
  if (broken !== undefined) return refuse(`"${broken.text}" is not an ad account: that is act_ and up to 20 digits.`);
  if (words.length > 0 && countTimeframeWords(words) === words.length) return readNamed(words, today);
  const isId = (word: Word, index: number): boolean =>
    accountDigits(word) !== null && (index === 0 || /^act/iu.test(word.text));
  const ids = words.filter(isId);
  const [first, second] = ids;
  if (first === undefined) return readNamed(words, today);
  if (second !== undefined) return refuse(`One account at a time: ${first.text} and ${second.text} are two orders.`);
  const rest = words.filter((word) => word !== first);
  return readRest({ kind: "id", accountId: accountDigits(first) ?? "" }, rest, today);
}
