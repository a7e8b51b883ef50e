/**
 * The options of an order, one row each, and how they are taken out of the words.
 *
 *   option = "--level" ("account" | "campaign" | "adset" | "ad") | "--breakdown" name {"," name} | "--full" | "--dry-run"
 *
 * "--level=ad", "-level ad", "—level ad", "--dry_run" and "--breakdown age, gender" are read too.
 */
import { breakdownsInWords, readBreakdowns } from "./breakdowns.ts";
import type { Word } from "./command-words.ts";
import { findNearest } from "./nearest.ts";
import { levels, type Level } from "./request.ts";

interface Options {
  level: Level;
  /** Meta's names, sorted: a set that it gives together. */
  breakdowns: string[];
  full: boolean;
  dryRun: boolean;
}

interface WrongOption {
  ok: false;
  problem: string;
  nearest: string | null;
  /** An option as it should be written. */
  example: string;
}

export type OptionsReading = { ok: true; rest: Word[]; given: string[]; options: Options } | WrongOption;

/** What the options are with a value put in, or what is wrong with the value. */
type Put = Options | { problem: string; nearest: string | null };

interface OptionRow {
  takesValue: boolean;
  example: string;
  put: (options: Options, value: string) => Put;
}

const levelWords: ReadonlyMap<string, Level> = new Map<string, Level>([
  ...levels.map((level) => [level, level] as const),
  ["accounts", "account"],
  ["campaigns", "campaign"],
  ["adsets", "adset"],
  ["ads", "ad"],
]);

function putLevel(options: Options, value: string): Put {
  const level = levelWords.get(value.replaceAll(/[\s_-]/gu, ""));
  if (level !== undefined) return { ...options, level };
  const nearest = findNearest(value, levels);
  const problem = `"${value}" is not a level: there are ${levels.join(", ")}.`;
  return { problem, nearest: nearest === null ? null : `--level ${nearest}` };
}

function putBreakdowns(options: Options, value: string): Put {
  const typed = value.split(/[,+]/u).filter((name) => name !== "");
  if (typed.length === 0) return { problem: `"${value}" names no breakdown.`, nearest: null };
  const read = readBreakdowns([...options.breakdowns, ...typed]);
  if (read.ok) return { ...options, breakdowns: read.breakdowns };
  return { problem: read.problem, nearest: read.nearest === null ? null : `--breakdown ${read.nearest}` };
}

const optionRows: ReadonlyMap<string, OptionRow> = new Map<string, OptionRow>([
  ["level", { takesValue: true, example: "--level campaign", put: putLevel }],
  ["breakdown", { takesValue: true, example: "--breakdown age,gender", put: putBreakdowns }],
  ["full", { takesValue: false, example: "--full", put: (options) => ({ ...options, full: true }) }],
  ["dry-run", { takesValue: false, example: "--dry-run", put: (options) => ({ ...options, dryRun: true }) }],
]);

/** What a person is offered while they type. */
export const optionWords: readonly { option: string; example: string; summary: string }[] = [
  { option: "--level", example: "--level campaign", summary: `How deep: ${levels.join(", ")}` },
  {
    option: "--breakdown",
    example: "--breakdown age,gender",
    summary: `Figures by ${breakdownsInWords}`,
  },
  { option: "--full", example: "--full", summary: "Ignore what is stored, read all again" },
  { option: "--dry-run", example: "--dry-run", summary: "Start nothing, only say what it would take" },
];

const otherSpellings: ReadonlyMap<string, string> = new Map([
  ["levels", "level"],
  ["breakdowns", "breakdown"],
  ["dryrun", "dry-run"],
  ["dry_run", "dry-run"],
]);

/** The text behind the dashes of an option, or null for any other word. */
function optionText(word: Word): string | null {
  if (word.kind !== "plain") return null;
  return /^(?:--?|[—–]-?)([a-z].*)$/iu.exec(word.text)?.[1]?.toLowerCase() ?? null;
}

/** Takes an option's value from the words: behind "=", or the next word, and on while there is a comma at the end. */
function takeValue(words: Word[], attached: string | undefined): string {
  const next = (): string => {
    const word = words[0];
    if (word === undefined || optionText(word) !== null) return "";
    words.shift();
    return word.text.toLowerCase();
  };
  let value = attached?.replaceAll('"', "") ?? next();
  while (value.endsWith(",")) {
    const more = next();
    if (more === "") break;
    value += more;
  }
  return value;
}

function refuseUnknown(typed: string): WrongOption {
  const name = findNearest(typed, [...optionRows.keys()]);
  const example = optionRows.get(name ?? "level")?.example ?? "";
  return { ok: false, problem: `There is no option --${typed}.`, nearest: name === null ? null : `--${name}`, example };
}

/** Reads one option, `text` being what is behind its dashes; takes its value from the words that follow. */
function readOption(text: string, words: Word[], options: Options): { name: string; options: Options } | WrongOption {
  const [typed = "", attached] = text.split("=", 2);
  const name = otherSpellings.get(typed) ?? typed;
  const row = optionRows.get(name);
  if (row === undefined) return refuseUnknown(typed);
  const { example } = row;
  const refuse = (problem: string): WrongOption => ({ ok: false, problem, nearest: example, example });
  if (!row.takesValue && attached !== undefined) return refuse(`--${name} takes no value: it is there or not.`);
  const value = row.takesValue ? takeValue(words, attached) : "";
  if (row.takesValue && value === "") return refuse(`--${name} needs a value behind it.`);
  const put = row.put(options, value);
  return "problem" in put ? { ok: false, ...put, example: put.nearest ?? example } : { name, options: put };
}

/** Takes the options out of the words. `given` names those that were there, with their dashes. */
export function readOptions(all: readonly Word[]): OptionsReading {
  const words = [...all];
  const rest: Word[] = [];
  const given: string[] = [];
  let options: Options = { level: "ad", breakdowns: [], full: false, dryRun: false };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const text = optionText(word);
    if (text === null) {
      rest.push(word);
      continue;
    }
    const read = readOption(text, words, options);
    if ("ok" in read) return read;
    given.push(`--${read.name}`);
    options = read.options;
  }
  return { ok: true, rest, given, options };
}
