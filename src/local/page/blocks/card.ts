/** The card block: picture, title, body and up to three buttons. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, listObjects } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawElement, drawPicture } from "../elements/draw-element.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { drawText } from "../text/draw-text.ts";
import { elementContext } from "./element-context.ts";

export function drawCard(block: JsonObject, context: DrawContext): Markup {
  const line = (key: string, name: string): Markup =>
    block[key] === undefined
      ? nothing
      : html`<p class="${name}" dir="auto">${drawText(block[key], context.reader)}</p>`;
  const picture = (key: string, name: string): Markup => {
    const value = block[key];
    return isObject(value) ? html`<div class="${name}">${drawPicture(value)}</div>` : nothing;
  };
  const actions = listObjects(block["actions"]).map((element) => drawElement(element, elementContext(block, context)));
  return html`<div class="b-card">
    ${picture("hero_image", "hero")}
    <div class="card-head">
      ${picture("icon", "icon")}
      <div>${line("title", "card-title")}${line("subtitle", "card-subtitle")}</div>
    </div>
    ${line("body", "card-body")} ${line("subtext", "card-subtitle")}
    ${actions.length === 0 ? nothing : html`<div class="b-actions">${actions}</div>`}
  </div>`;
}
