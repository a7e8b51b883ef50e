/** The header block. */
import type { JsonObject } from "../../slack/shapes.ts";
import type { DrawContext } from "../draw-context.ts";
import { html, type Markup } from "../markup.ts";
import { drawText } from "../text/draw-text.ts";

export function drawHeader(block: JsonObject, context: DrawContext): Markup {
  return html`<h3 class="b-header" dir="auto">${drawText(block["text"], context.reader)}${context.tail}</h3>`;
}
