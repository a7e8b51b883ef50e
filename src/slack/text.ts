/** Text that is safe in Slack: escaped, cut by what people see as one character, names isolated, dates in the reader's zone. */

const ellipsis = "…";

/** Escapes the three characters that Slack reads as markup, so that `<!channel>` in data pings nobody. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Slack counts code points, not UTF-16 units. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Graphemes from the start while they fit into `max` code points: flags and families stay whole. */
function takeGraphemes(graphemes: readonly string[], max: number): string[] {
  const taken: string[] = [];
  let left = max;
  for (const grapheme of graphemes) {
    left -= countCodePoints(grapheme);
    if (left < 0) break;
    taken.push(grapheme);
  }
  return taken;
}

function splitGraphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** Cuts plain text to `max` code points, the last of them "…". */
export function cutText(text: string, max: number): string {
  if (countCodePoints(text) <= max) return text;
  return takeGraphemes(splitGraphemes(text), max - 1).join("") + ellipsis;
}

/** Cuts mrkdwn without leaving half an entity (`&am`) or half a token (`<@U1`). */
export function cutMrkdwn(text: string, max: number): string {
  if (countCodePoints(text) <= max) return text;
  const kept = cutText(text, max).slice(0, -ellipsis.length);
  return kept.replace(/<[^<>]*$/, "").replace(/&[a-z]{0,4}$/, "") + ellipsis;
}

/** Cuts the middle out, because campaign names differ at both ends. */
export function shortenMiddle(text: string, max = 35): string {
  if (countCodePoints(text) <= max) return text;
  const graphemes = splitGraphemes(text);
  const start = takeGraphemes(graphemes, Math.ceil((max - 1) / 2)).join("");
  const end = takeGraphemes(graphemes.toReversed(), Math.floor((max - 1) / 2))
    .toReversed()
    .join("");
  return start + ellipsis + end;
}

// Marks that reorder the text around them, and control characters; joiners stay, emoji need them.
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const controls = /[\p{Cc}\u2028\u2029]+/gu;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** First-strong isolate around a name with right-to-left letters, so that numbers behind it keep their place. */
function isolate(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}

/** A name as plain text (for headers): one line, no direction marks of its own, at most `max` code points. */
export function plainName(name: string, max = 35): string {
  const line = name.replaceAll(directionMarks, "").replaceAll(controls, " ").replaceAll(/\s+/g, " ").trim();
  return isolate(shortenMiddle(line === "" ? "(no name)" : line, max));
}

/** A name in mrkdwn: `plainName`, escaped. */
export function nameText(name: string, max = 35): string {
  return escapeText(plainName(name, max));
}

/** A person by Slack's id; anything that is no id is written as text, so that it can't become markup. */
export function mention(userId: string): string {
  return /^[A-Z0-9]+$/.test(userId) ? `<@${userId}>` : nameText(userId);
}

/** An instant that each reader sees in their own zone; `fallback` is for clients that can't. */
export function dateToken(atMs: number, fallback: string, format = "{date_short_pretty} at {time}"): string {
  return `<!date^${Math.floor(atMs / 1000)}^${format}|${escapeText(fallback).replaceAll("|", "/")}>`;
}
