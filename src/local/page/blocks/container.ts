/** The container block: other blocks in a box, perhaps folded. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, listObjects, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { flag, html, nothing, type Markup } from "../markup.ts";
import { drawPlain, drawText } from "../text/draw-text.ts";
import { drawRichText } from "./rich-text.ts";

type Draw = (blocks: readonly JsonObject[], context: DrawContext) => Markup;

/** `draw` draws the blocks inside: handed in, because it knows this file already. */
export function drawContainer(block: JsonObject, context: DrawContext, draw: Draw): Markup {
  const words = (value: unknown): Markup =>
    isObject(value) ? drawText(value, context.reader) : drawPlain(spell(value ?? ""));
  const rich = block["rich_text_title"];
  const named = isObject(rich) ? drawRichText(rich, context) : words(block["title"]);
  const title = html`<span class="container-title" dir="auto">${named}</span>${
      block["subtitle"] === undefined
        ? nothing
        : html`<span class="container-subtitle" dir="auto">${words(block["subtitle"])}</span>`
    }`;
  const inside = draw(listObjects(block["child_blocks"]), context);
  if (block["is_collapsible"] !== true)
    return html`<div class="b-container">
      <div class="container-head">${title}</div>
      ${inside}
    </div>`;
  return html`<details class="b-container" ${flag("open", block["default_collapsed"] !== true)}>
    <summary class="container-head">${title}</summary>
    ${inside}
  </details>`;
}
