/** What may come next in a command, from the words that the app tells. */
const workspaceCommands = [
  { insert: "/invite @meta-sync ", label: "/invite @meta-sync", note: "Add the app to this channel" },
];

let asked = null;

/** Asked once, at the first slash; without an answer there is just nothing to complete. */
export function askWords() {
  asked ??= fetch("/api/meta-sync/words")
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null)
    .then((words) => {
      if (words === null) asked = null;
      return words;
    });
  return asked;
}

function matches(word, typed) {
  return word.toLowerCase().startsWith(typed.toLowerCase()) && word.toLowerCase() !== typed.toLowerCase();
}

function listVerbs(words, typed) {
  return words.verbs
    .filter(({ verb }) => verb !== "" && matches(verb, typed))
    .map(({ verb, usage, summary }) => ({ insert: `${verb} `, label: `${verb} ${usage}`.trim(), note: summary }));
}

function listAccounts(words, typed) {
  return words.accounts
    .filter(({ accountId, name, aliases }) => {
      const names = [`act_${accountId}`, accountId, name, ...aliases];
      return !names.includes(typed) && names.some((one) => one.toLowerCase().includes(typed.toLowerCase()));
    })
    .map(({ accountId, name }) => ({
      insert: `act_${accountId} `,
      label: name,
      note: `act_${accountId}`,
      isPhrase: true,
    }));
}

function listTimeframes(words, typed) {
  return words.timeframes
    .filter(({ word }) => matches(word, typed))
    .map(({ word, meaning }) => ({ insert: `${word} `, label: word, note: meaning }));
}

function listOptions(words, typed, before) {
  return words.options
    .filter(({ option }) => !before.includes(option) && matches(option, typed))
    .map(({ option, example, summary }) => ({ insert: `${option} `, label: example, note: summary }));
}

function listArguments(words, before, typed) {
  if (before.length === 0) return [...listAccounts(words, typed), ...listVerbs(words, typed)];
  if (words.verbs.some(({ verb }) => verb === before[0])) return [];
  if (typed.startsWith("-")) return listOptions(words, typed, before);
  // A name may have several words; it comes first, so all of them are its beginning.
  const named = typed === "" ? [] : listAccounts(words, [...before, typed].join(" "));
  if (named.length > 0) return named;
  const hasTimeframe = before.some((word) => words.timeframes.some((one) => one.word === word) || /^\d+d$/u.test(word));
  return hasTimeframe ? listOptions(words, typed, before) : listTimeframes(words, typed);
}

/** At most eight; each `{start, insert, label, note}`: `insert` takes the place of everything from `start` on. */
export function complete(text, words) {
  if (!text.startsWith("/") || text.includes("\n") || words === null) return [];
  const [command = "", ...rest] = text.split(" ");
  const found =
    rest.length === 0
      ? [{ insert: `${words.command} `, label: words.command, note: words.summary }, ...workspaceCommands].filter(
          ({ insert }) => insert.startsWith(command),
        )
      : command === words.command
        ? listArguments(words, rest.slice(0, -1), rest.at(-1))
        : [];
  const lastWord = rest.length === 0 ? 0 : text.lastIndexOf(" ") + 1;
  return found.slice(0, 8).map((one) => ({ ...one, start: one.isPhrase === true ? command.length + 1 : lastWord }));
}
