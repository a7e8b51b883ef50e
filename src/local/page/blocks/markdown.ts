/** The markdown block. */
import type { JsonObject } from "../../slack/shapes.ts";
import { spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { html, type Markup } from "../markup.ts";
import { drawMarkdown } from "../text/markdown.ts";

export function drawMarkdownBlock(block: JsonObject, context: DrawContext): Markup {
  return html`<div class="b-markdown" dir="auto">${drawMarkdown(spell(block["text"] ?? ""))}${context.tail}</div>`;
}
