/** The context block: small text and small pictures in a row. */
import type { JsonObject } from "../../slack/shapes.ts";
import { listObjects } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawPicture } from "../elements/draw-element.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { drawText } from "../text/draw-text.ts";

export function drawContextBlock(block: JsonObject, context: DrawContext): Markup {
  const elements = listObjects(block["elements"]);
  return html`<div class="b-context">
    ${elements.map((element) => {
      const tail = element === elements.at(-1) ? context.tail : nothing;
      return element["type"] === "image"
        ? html`<span class="small-picture">${drawPicture(element)}</span>${tail}`
        : html`<span dir="auto">${drawText(element, context.reader)}${tail}</span>`;
    })}
  </div>`;
}
