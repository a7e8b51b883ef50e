/** Slack's mrkdwn as HTML: what is not markup is text, and nothing that anybody wrote becomes anything else. Pure. */
import { html, type Markup } from "../markup.ts";
import type { Reader } from "../reader.ts";
import { fillDate } from "./dates.ts";
import { findEmoji } from "./emoji.ts";
import { safeHref } from "./safe-link.ts";
import { drawLines, drawWords } from "./words.ts";

/** Entities back to characters; the template escapes them again. */
function decodeEntities(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Plain text, entities decoded. */
function lines(text: string): Markup[] {
  return drawLines(decodeEntities(text));
}

export function drawLink(address: string, label: Markup | string): Markup {
  const href = safeHref(address);
  if (href === undefined) return html`${label}`;
  return html`<a href="${href}" target="_blank" rel="noopener noreferrer"><bdi>${label}</bdi></a>`;
}

export function drawPerson(id: string, reader: Reader, label?: string): Markup {
  const name = reader.nameOfPerson(id) ?? label ?? id;
  const own = id === reader.personId ? "mention own" : "mention";
  return html`<span class="${own}">@<bdi>${name}</bdi></span>`;
}

export function drawChannel(id: string, reader: Reader, label?: string): Markup {
  const known = reader.channel(id);
  if (known === undefined) return html`<span class="mention">#<bdi>${label ?? id}</bdi></span>`;
  return html`<a class="mention" href="${known.href}" data-nav>#<bdi>${known.name}</bdi></a>`;
}

/** @channel, @here and the like ring nobody here: they are drawn as what they are. */
export function drawBroadcast(name: string): Markup {
  return html`<span class="mention">@<bdi>${name}</bdi></span>`;
}

function drawDate(inner: string, label: string | undefined, reader: Reader): Markup {
  const [, seconds = "", format = "", link] = inner.split("^");
  const words = fillDate(decodeEntities(format), Number(seconds), reader) ?? label ?? "";
  if (!/^\d{1,12}$/u.test(seconds)) return html`${label ?? ""}`;
  const time = html`<time datetime="${new Date(Number(seconds) * 1000).toISOString()}">${words}</time>`;
  return link === undefined ? time : drawLink(decodeEntities(link), time);
}

/** What stands between < and >. */
function drawReference(inner: string, reader: Reader): Markup {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : decodeEntities(inner.slice(bar + 1));
  if (target.startsWith("@")) return drawPerson(target.slice(1), reader, label);
  if (target.startsWith("#")) return drawChannel(target.slice(1), reader, label);
  if (target.startsWith("!date^")) return drawDate(target, label, reader);
  if (target.startsWith("!")) return drawBroadcast((label ?? target.slice(1).split("^")[0] ?? "").replace(/^@/u, ""));
  return drawLink(decodeEntities(target), label ?? decodeEntities(target));
}

/** A style mark counts only where a word begins or ends, so that snake_case and 2*3*4 stay as they are. */
const styled = (mark: string): string =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?!\\s)([^${mark}\\n]+?)(?<!\\s)${mark}(?![\\p{L}\\p{N}${mark}])`;
const inlineSource = [
  "`([^`\\n]+)`",
  "<([^<>\\n]+)>",
  ":([a-z0-9_+-]+):",
  styled("\\*"),
  styled("_"),
  styled("~"),
  "(https?://[^\\s<>|]+[^\\s<>|.,;:!?)\\]}'\"])",
].join("|");

export interface MrkdwnOptions {
  /** Slack makes no links of bare addresses in a text that is marked so. */
  verbatim?: boolean;
}

function drawInline(text: string, reader: Reader, options: MrkdwnOptions): Markup[] {
  const drawn: Markup[] = [];
  let end = 0;
  for (const match of text.matchAll(new RegExp(inlineSource, "gu"))) {
    const [whole, code, reference, emoji, bold, italic, strike, address] = match;
    drawn.push(...lines(text.slice(end, match.index)));
    end = match.index + whole.length;
    const inside = (words: string): Markup[] => drawInline(words, reader, options);
    if (code !== undefined) drawn.push(html`<code>${decodeEntities(code)}</code>`);
    else if (reference !== undefined) drawn.push(drawReference(reference, reader));
    else if (emoji !== undefined) drawn.push(drawWords(findEmoji(emoji) ?? whole));
    else if (bold !== undefined) drawn.push(html`<b>${inside(bold)}</b>`);
    else if (italic !== undefined) drawn.push(html`<i>${inside(italic)}</i>`);
    else if (strike !== undefined) drawn.push(html`<s>${inside(strike)}</s>`);
    else if (address !== undefined && options.verbatim !== true)
      drawn.push(drawLink(decodeEntities(address), decodeEntities(address)));
    else drawn.push(...lines(whole));
  }
  drawn.push(...lines(text.slice(end)));
  return drawn;
}

/** Lines that begin with > are one quote as long as they follow each other. */
function drawQuotes(text: string, reader: Reader, options: MrkdwnOptions): Markup[] {
  const groups: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>(?![^\s<]*>)) ?(.*)$/u.exec(line);
    const last = groups.at(-1);
    if (last !== undefined && last.quoted === (quote !== null)) last.lines.push(quote?.[1] ?? line);
    else groups.push({ quoted: quote !== null, lines: [quote?.[1] ?? line] });
  }
  return groups.map(({ quoted, lines: inner }) => {
    const drawn = drawInline(inner.join("\n"), reader, options);
    return quoted ? html`<blockquote>${drawn}</blockquote>` : html`${drawn}`;
  });
}

/** A whole mrkdwn text. */
export function drawMrkdwn(text: string, reader: Reader, options: MrkdwnOptions = {}): Markup {
  // A split with one group: odd pieces are what stood between the fences.
  const pieces = text.split(/```\n?([\s\S]+?)\n?```/u);
  return html`${pieces.map((piece, index) => {
    if (index % 2 === 1) return html`<pre>${decodeEntities(piece.replaceAll(/<([^<>|]+\|)?([^<>]+)>/gu, "$2"))}</pre>`;
    return piece === "" ? "" : drawQuotes(index === 0 ? piece : piece.replace(/^\n/u, ""), reader, options);
  })}`;
}
