/** The context block: small text and small pictures in a row. */
import type { JsonObject } from "../../slack/shapes.ts";
import { listObjects } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawPicture } from "../elements/draw-element.ts";
import { html, type Markup } from "../markup.ts";
import { drawText } from "../text/draw-text.ts";

export function drawContextBlock(block: JsonObject, context: DrawContext): Markup {
  return html`<div class="b-context">
    ${listObjects(block["elements"]).map((element) =>
      element["type"] === "image"
        ? html`<span class="small-picture">${drawPicture(element)}</span>`
        : html`<span dir="auto">${drawText(element, context.reader)}</span>`,
    )}
  </div>`;
}
