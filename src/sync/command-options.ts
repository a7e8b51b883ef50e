/**
 * The options of an order, one row each, and how they are taken out of the words.
 *
 *   option = "--level" ("account" | "campaign" | "adset" | "ad") | "--breakdown" name {"," name} | "--full" | "--dry-run"
 *
 * "--level=ad", "-level ad", "—level ad", "--dry_run" and "--breakdown age, gender" are read too.
 */
import type { Word } from "./command-words.ts";
import { findNearest } from "./nearest.ts";
import { levels, type Level } from "./request.ts";

export interface Options {
  level: Level;
  /** As typed, lower case; which of them Meta allows together is decided when they are planned. */
  breakdowns: string[];
  full: boolean;
  dryRun: boolean;
}

export interface OptionProblem {
  problem: string;
  nearest: string | null;
}

export type OptionsReading = { ok: true; rest: Word[]; given: string[]; options: Options } | ({ ok: false } & OptionProblem);

const levelWords: ReadonlyMap<string, Level> = new Map<string, Level>([
  ...levels.map((level) => [level, level] as const),
  ["accounts", "account"],
  ["campaigns", "campaign"],
  ["adsets", "adset"],
  ["ads", "ad"],
]);

/** Each puts its value into the options, or says what is wrong with it. */
const optionRows: Record<string, { takesValue: boolean; put: (options: Options, value: string) => OptionProblem | null }> = {
  level: {
    takesValue: true,
    put(options, value) {
      const level = levelWords.get(value.replaceAll(/[\s_-]/gu, ""));
      if (level !== undefined) {
        options.level = level;
        return null;
      }
      const nearest = findNearest(value, levels);
      return { problem: `"${value}" is not a level: there are ${levels.join(", ")}.`, nearest: nearest && `--level ${nearest}` };
    },
  },
  breakdown: {
    takesValue: true,
    put(options, value) {
      const names = value.split(/[,+]/u).filter((name) => name !== "");
      const wrong = names.find((name) => !/^[a-z][a-z_]{1,39}$/u.test(name));
      if (wrong !== undefined || names.length === 0) {
        return { problem: `"${wrong ?? value}" is not a breakdown. They are written like age,gender.`, nearest: null };
      }
      options.breakdowns = [...new Set([...options.breakdowns, ...names])];
      if (options.breakdowns.length <= 4) return null;
      return { problem: `${options.breakdowns.length} breakdowns are too many: at most 4 go together.`, nearest: null };
    },
  },
  full: {
    takesValue: false,
    put(options) {
      options.full = true;
      return null;
    },
  },
  "dry-run": {
    takesValue: false,
    put(options) {
      options.dryRun = true;
      return null;
    },
  },
};

const otherSpellings: Readonly<Record<string, string>> = { levels: "level", breakdowns: "breakdown", dryrun: "dry-run", "dry_run": "dry-run" };

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

/** Takes the options out of the words. `given` names those that were there, with their dashes. */
export function readOptions(all: readonly Word[]): OptionsReading {
  const words = [...all];
  const rest: Word[] = [];
  const given: string[] = [];
  const options: Options = { level: "ad", breakdowns: [], full: false, dryRun: false };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const text = optionText(word);
    if (text === null) {
      rest.push(word);
      continue;
    }
    const [typed = "", attached] = text.split("=", 2);
    const name = otherSpellings[typed] ?? typed;
    const row = Object.hasOwn(optionRows, name) ? optionRows[name] : undefined;
    if (row === undefined) {
      const nearest = findNearest(name, [...Object.keys(optionRows), "help"]);
      return { ok: false, problem: `There is no option --${typed}.`, nearest: nearest && `--${nearest}` };
    }
    const value = row.takesValue ? takeValue(words, attached) : "";
    if (row.takesValue && value === "") return { ok: false, problem: `--${name} needs a value behind it.`, nearest: null };
    if (!row.takesValue && attached !== undefined) {
      return { ok: false, problem: `--${name} takes no value: it is there or not.`, nearest: `--${name}` };
    }
    const wrong = row.put(options, value);
    if (wrong !== null) return { ok: false, ...wrong };
    given.push(`--${name}`);
  }
  return { ok: true, rest, given, options };
}
