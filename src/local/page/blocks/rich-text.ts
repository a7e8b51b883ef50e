/** The rich_text block: sections, lists, quotes, preformatted text, and the pieces inside them. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, listObjects, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawUnknown } from "../elements/draw-element.ts";
import { html, raw, type Markup } from "../markup.ts";
import type { Reader } from "../reader.ts";
import { drawPlain } from "../text/draw-text.ts";
import { findEmoji } from "../text/emoji.ts";
import { fillDate } from "../text/dates.ts";
import { drawBroadcast, drawChannel, drawLink, drawPerson } from "../text/mrkdwn.ts";

function drawInside(piece: JsonObject, reader: Reader): Markup {
  const named = (key: string): string => spell(piece[key] ?? "");
  switch (piece["type"]) {
    case "text":
      return drawPlain(named("text"), false);
    case "link":
      return drawLink(named("url"), named("text") || named("url"));
    case "emoji":
      return html`${findEmoji(named("name")) ?? `:${named("name")}:`}`;
    case "user":
      return drawPerson(named("user_id"), reader);
    case "channel":
      return drawChannel(named("channel_id"), reader);
    case "usergroup":
      return drawBroadcast(named("usergroup_id"));
    case "team":
      return drawBroadcast(named("team_id"));
    case "broadcast":
      return drawBroadcast(named("range"));
    case "date":
      return html`${fillDate(named("format"), Number(piece["timestamp"]), reader) ?? named("fallback")}`;
    case "color":
      return html`<code>${named("value")}</code>`;
    default:
      return html`<span class="undrawn">can't be drawn: ${named("type")}</span>`;
  }
}

const marks: readonly [string, string][] = [
  ["bold", "b"],
  ["italic", "i"],
  ["strike", "s"],
  ["underline", "u"],
  ["code", "code"],
];

function drawPiece(piece: JsonObject, reader: Reader): Markup {
  const style = isObject(piece["style"]) ? piece["style"] : {};
  return marks
    .filter(([name]) => style[name] === true)
    .reduce((inner, [, tag]) => html`${raw(`<${tag}>`)}${inner}${raw(`</${tag}>`)}`, drawInside(piece, reader));
}

function drawList(part: JsonObject, reader: Reader): Markup {
  const items = listObjects(part["elements"]).map((item) => html`<li dir="auto">${drawPieces(item, reader)}</li>`);
  const indent = Math.min(8, Math.max(0, Number(part["indent"] ?? 0) || 0));
  if (part["style"] !== "ordered")
    return html`<ul class="indent-${indent}">
      ${items}
    </ul>`;
  const offset = Number(part["offset"] ?? 0);
  return html`<ol class="indent-${indent}" start="${Number.isInteger(offset) ? offset + 1 : 1}">
    ${items}
  </ol>`;
}

function drawPieces(part: JsonObject, reader: Reader): Markup[] {
  return listObjects(part["elements"]).map((piece) => drawPiece(piece, reader));
}

function drawPart(part: JsonObject, reader: Reader): Markup {
  switch (part["type"]) {
    case "rich_text_section":
      return html`<div dir="auto">${drawPieces(part, reader)}</div>`;
    case "rich_text_list":
      return drawList(part, reader);
    case "rich_text_quote":
      return html`<blockquote>${drawPieces(part, reader)}</blockquote>`;
    case "rich_text_preformatted":
      return html`<pre>${drawPieces(part, reader)}</pre>`;
    default:
      return drawUnknown(part["type"]);
  }
}

/** Also the body of a table cell and of a task card's details. */
export function drawRichText(block: JsonObject, context: Pick<DrawContext, "reader" | "tail">): Markup {
  return html`<div class="b-rich">
    ${listObjects(block["elements"]).map((part) => drawPart(part, context.reader))}${context.tail}
  </div>`;
}
