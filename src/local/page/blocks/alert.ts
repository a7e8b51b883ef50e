/** The alert block: a coloured box whose level is also a word. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { html, type Markup } from "../markup.ts";
import { drawPlain, drawText } from "../text/draw-text.ts";

const levels: Readonly<Record<string, string>> = {
  default: "Note",
  info: "Info",
  warning: "Warning",
  error: "Error",
  success: "Success",
};

export function drawAlert(block: JsonObject, context: DrawContext): Markup {
  const level = Object.hasOwn(levels, spell(block["level"])) ? spell(block["level"]) : "default";
  const text = isObject(block["text"])
    ? drawText(block["text"], context.reader)
    : drawPlain(spell(block["text"] ?? ""));
  return html`<div class="b-alert ${level}" role="note"><b>${levels[level]}</b> <span dir="auto">${text}</span></div>`;
}
