/** The standard Markdown of the markdown block, as far as messages need it. Anything else stays text. Pure. */
import { html, type Markup } from "../markup.ts";
import { findEmoji } from "./emoji.ts";
import { drawLink } from "./mrkdwn.ts";
import { drawWords } from "./words.ts";

const inlineSource = [
  "`([^`\\n]+)`",
  "\\[([^\\]\\n]+)\\]\\(([^()\\s]+)\\)",
  "\\*\\*([^\\n]+?)\\*\\*",
  "~~([^\\n]+?)~~",
  "(?<![\\p{L}\\p{N}*])\\*(?!\\s)([^*\\n]+?)\\*(?!\\*)",
  "(?<![\\p{L}\\p{N}_])_(?!\\s)([^_\\n]+?)_(?![\\p{L}\\p{N}_])",
  ":([a-z0-9_+-]+):",
].join("|");

function drawInline(text: string): Markup[] {
  const drawn: Markup[] = [];
  let end = 0;
  for (const match of text.matchAll(new RegExp(inlineSource, "gu"))) {
    const [whole, code, label, address, bold, strike, star, line, emoji] = match;
    drawn.push(drawWords(text.slice(end, match.index)));
    end = match.index + whole.length;
    if (code !== undefined) drawn.push(html`<code>${code}</code>`);
    else if (label !== undefined) drawn.push(drawLink(address ?? "", html`${drawInline(label)}`));
    else if (bold !== undefined) drawn.push(html`<b>${drawInline(bold)}</b>`);
    else if (strike !== undefined) drawn.push(html`<s>${drawInline(strike)}</s>`);
    else if (star !== undefined || line !== undefined) drawn.push(html`<i>${drawInline(star ?? line ?? "")}</i>`);
    else drawn.push(drawWords(findEmoji(emoji ?? "") ?? whole));
  }
  drawn.push(drawWords(text.slice(end)));
  return drawn;
}

type Kind = "heading" | "rule" | "bullet" | "number" | "quote" | "text";

const starts: readonly [Kind, RegExp][] = [
  ["heading", /^#{1,6} +(.*)$/u],
  ["rule", /^(?:-{3,}|\*{3,}|_{3,})$/u],
  ["bullet", /^ *[-*+] +(.*)$/u],
  ["number", /^ *\d+[.)] +(.*)$/u],
  ["quote", /^> ?(.*)$/u],
];

function readLine(line: string): { kind: Kind; text: string } {
  for (const [kind, pattern] of starts) {
    const match = pattern.exec(line);
    if (match !== null) return { kind, text: match[1] ?? "" };
  }
  return { kind: "text", text: line };
}

function drawGroup(kind: Kind, texts: readonly string[]): Markup {
  const joined = texts.map((text, index) => html`${index === 0 ? "" : html`<br />`}${drawInline(text)}`);
  const items = texts.map((text) => html`<li>${drawInline(text)}</li>`);
  switch (kind) {
    case "heading":
      return html`${texts.map((text) => html`<p class="md-heading"><b>${drawInline(text)}</b></p>`)}`;
    case "rule":
      return html`<hr />`;
    case "bullet":
      return html`<ul>
        ${items}
      </ul>`;
    case "number":
      return html`<ol>
        ${items}
      </ol>`;
    case "quote":
      return html`<blockquote>${joined}</blockquote>`;
    default:
      return html`<p>${joined}</p>`;
  }
}

function drawParagraphs(text: string): Markup[] {
  const groups: { kind: Kind; texts: string[] }[] = [];
  let fresh = true;
  for (const line of text.split("\n")) {
    if (line.trim() === "") {
      fresh = true;
      continue;
    }
    const read = readLine(line);
    const last = groups.at(-1);
    if (last !== undefined && last.kind === read.kind && !(fresh && read.kind === "text")) last.texts.push(read.text);
    else groups.push({ kind: read.kind, texts: [read.text] });
    fresh = false;
  }
  return groups.map(({ kind, texts }) => drawGroup(kind, texts));
}

export function drawMarkdown(text: string): Markup {
  const pieces = text.split(/```[^\n]*\n([\s\S]*?)\n?```/u);
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? html`<pre>${piece}</pre>` : drawParagraphs(piece)))}`;
}
