/** The image block: a title and the picture. */
import type { JsonObject } from "../../slack/shapes.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawPicture } from "../elements/draw-element.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { drawText } from "../text/draw-text.ts";

export function drawImage(block: JsonObject, context: DrawContext): Markup {
  const title =
    block["title"] === undefined
      ? nothing
      : html`<figcaption dir="auto">${drawText(block["title"], context.reader)}</figcaption>`;
  return html`<figure class="b-image">${title}${drawPicture(block)}</figure>`;
}
