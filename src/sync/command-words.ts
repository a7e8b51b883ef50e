/** From the text of a command as Slack sends it to words: links and mentions unwrapped, quotes joined, entities decoded. */

export interface Word {
  text: string;
  kind: "plain" | "quoted" | "channel" | "person" | "link";
}

const token = /<([^<>]+)>|"([^"]*)"(?=\s|$)|'([^']*)'(?=\s|$)|(\S+)/gu;

/** Phones and word processors write these instead of what a keyboard has. */
function straighten(text: string): string {
  return text
    .replaceAll(/[“”„‟«»″]/gu, '"')
    .replaceAll(/[‘’‚‛′]/gu, "'")
    .replaceAll(/[\u200B-\u200D\u2060\uFEFF]/gu, "")
    .replaceAll(/\s+/gu, " ");
}

function decode(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** What a link stands for here: the account of an Ads Manager address, the job of a job page, else its label. */
function readLink(address: string, label: string): Word {
  const url = URL.parse(address);
  const isMeta = url !== null && /(?:^|\.)facebook\.com$/u.test(url.hostname);
  const account = isMeta ? url.searchParams.get("act") : null;
  if (account !== null && /^\d+$/u.test(account)) return { text: `act_${account}`, kind: "plain" };
  const job = url === null ? undefined : /\/jobs\/([0-9a-f-]+)\/?$/u.exec(url.pathname)?.[1];
  if (job !== undefined) return { text: job, kind: "plain" };
  // Slack makes links of names such as acme.com: then the label is what was typed.
  const isName = label !== "" && !/^[a-z]+:/iu.test(label);
  return isName ? { text: label, kind: "plain" } : { text: address, kind: "link" };
}

/** `<#C1|name>`, `<@U1|name>`, `<!here>`, `<https://…|label>`; anything else in brackets is a word copied from the help. */
function unwrap(inner: string): Word {
  const [target = "", label = ""] = decode(inner).split("|", 2);
  if (target.startsWith("#")) return { text: `#${label || target.slice(1)}`, kind: "channel" };
  if (target.startsWith("@") || target.startsWith("!")) {
    return { text: `@${(label || target.slice(1)).replace(/^@/u, "")}`, kind: "person" };
  }
  if (/^[a-z]+:/iu.test(target)) return readLink(target, label);
  return { text: target, kind: "plain" };
}

function readPlain(text: string): Word {
  const bare = decode(text).replaceAll(/^[`*~<]+|[`*~>]+$/gu, "");
  return /^https?:\/\//iu.test(bare) ? readLink(bare, "") : { text: bare, kind: "plain" };
}

/** The words of a command, without what calls the bot: `@meta-sync` in a mention, `/meta-sync` in a pasted example. */
export function readWords(text: string): Word[] {
  const words: Word[] = [];
  for (const [, wrapped, double, single, plain] of straighten(text).matchAll(token)) {
    const quoted = double ?? single;
    if (wrapped !== undefined) words.push(unwrap(wrapped));
    else if (quoted !== undefined) words.push({ text: decode(quoted).trim(), kind: "quoted" });
    else if (plain !== undefined) words.push(readPlain(plain));
  }
  const said = words.filter((word) => word.kind === "quoted" || word.text !== "");
  if (said[0]?.kind === "person") said.shift();
  if (said[0]?.kind === "plain" && said[0].text.toLowerCase() === "/meta-sync") said.shift();
  return said;
}

/** The words as one line, to tell people what was read; at most 200 characters. */
export function showWords(words: readonly Word[]): string {
  const line = words.map((word) => (word.kind === "quoted" ? `"${word.text}"` : word.text)).join(" ");
  const letters = Array.from(line);
  return letters.length > 200 ? `${letters.slice(0, 199).join("")}…` : line;
}
