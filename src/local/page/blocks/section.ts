/** The section block: text, fields in two columns, and one thing at its side. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, listObjects } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawElement } from "../elements/draw-element.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { drawText } from "../text/draw-text.ts";
import { elementContext } from "./element-context.ts";

export function drawSection(block: JsonObject, context: DrawContext): Markup {
  const fields = listObjects(block["fields"]);
  const accessory = block["accessory"];
  const behindText = fields.length === 0 ? context.tail : nothing;
  const text =
    block["text"] === undefined
      ? nothing
      : html`<div class="text-body" dir="auto">${drawText(block["text"], context.reader)}${behindText}</div>`;
  const columns =
    fields.length === 0
      ? nothing
      : html`<div class="fields">
          ${fields.map((field) => {
            const tail = field === fields.at(-1) ? context.tail : nothing;
            return html`<div dir="auto">${drawText(field, context.reader)}${tail}</div>`;
          })}
        </div>`;
  if (!isObject(accessory)) return html`<div class="b-section">${text}${columns}</div>`;
  const side = accessory["type"] === "image" ? "side picture" : "side";
  return html`<div class="b-section with-side">
    <div>${text}${columns}</div>
    <div class="${side}">${drawElement(accessory, elementContext(block, context))}</div>
  </div>`;
}
