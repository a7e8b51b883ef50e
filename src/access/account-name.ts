/** Which ad account a name means. The SQL function resolve_account follows the same order. */
import { findNearest } from "../sync/nearest.ts";

export interface KnownAccount {
  accountId: string;
  name: string;
  aliases: readonly string[];
}

export type NameReading =
  | { ok: true; accountId: string }
  | {
      ok: false;
      /** What is wrong and what to type, a full sentence or two. */ problem: string;
      nearest: string | null;
    };

/** Capitals, width and doubled spaces don't tell two names apart. */
function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll(/\s+/gu, " ").trim();
}

function show(account: KnownAccount): string {
  return `${account.name} (act_${account.accountId})`;
}

/** Those with the alias; else those with the name; else those whose name begins so. */
function findMatches(word: string, known: readonly KnownAccount[]): KnownAccount[] {
  const byAlias = known.filter((account) => account.aliases.some((alias) => plain(alias) === word));
  if (byAlias.length > 0) return byAlias;
  const byName = known.filter((account) => plain(account.name) === word);
  if (byName.length > 0) return byName;
  return known.filter((account) => plain(account.name).startsWith(word));
}

/** The account that a typed name means, if exactly one does; else why not, and the nearest name or alias. */
export function resolveAccountName(name: string, known: readonly KnownAccount[]): NameReading {
  const word = plain(name);
  const matches = word === "" ? [] : findMatches(word, known);
  const [first, second] = matches;
  if (first !== undefined && second === undefined) return { ok: true, accountId: first.accountId };
  if (first !== undefined) {
    const list = matches.slice(0, 5).map(show).join(", ");
    const more = matches.length > 5 ? ` and ${matches.length - 5} more` : "";
    return {
      ok: false,
      problem: `"${name}" could be ${list}${more}. Write its act_ number.`,
      nearest: `act_${first.accountId}`,
    };
  }
  if (known.length === 0) {
    return {
      ok: false,
      problem: `No account is known by name yet, so "${name}" can't be found. Write its act_ number.`,
      nearest: null,
    };
  }
  const nearest = findNearest(
    word,
    known.flatMap((account) => [...account.aliases, account.name]),
  );
  return {
    ok: false,
    problem: `No account is called "${name}". Write the name of a known one, or its act_ number.`,
    nearest,
  };
}
