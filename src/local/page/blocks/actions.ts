/** The actions block: buttons and menus in a row. */
import type { JsonObject } from "../../slack/shapes.ts";
import { listObjects } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawElement } from "../elements/draw-element.ts";
import { html, type Markup } from "../markup.ts";
import { elementContext } from "./element-context.ts";

export function drawActions(block: JsonObject, context: DrawContext): Markup {
  const place = elementContext(block, context);
  return html`<div class="b-actions">
    ${listObjects(block["elements"]).map((element) => drawElement(element, place))}
  </div>`;
}
