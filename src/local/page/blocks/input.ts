/** The input block: label, field, hint, and room for what is wrong with it. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawElement } from "../elements/draw-element.ts";
import { fieldId } from "../elements/names.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { drawText } from "../text/draw-text.ts";

export function drawInput(block: JsonObject, context: DrawContext): Markup {
  const blockId = spell(block["block_id"] ?? "");
  const element = isObject(block["element"]) ? block["element"] : {};
  const isOptional = block["optional"] === true;
  const base = { ...context, blockId, isInput: block["dispatch_action"] !== true };
  const id = fieldId(element, base);
  const isGroup = element["type"] === "checkboxes" || element["type"] === "radio_buttons";
  const label = html`${drawText(block["label"], context.reader)}${isOptional ? html` <small>(optional)</small>` : nothing}`;
  const named = isGroup
    ? html`<span class="label" id="${id}-label">${label}</span>`
    : html`<label class="label" id="${id}-label" for="${id}">${label}</label>`;
  const hint =
    block["hint"] === undefined
      ? nothing
      : html`<p class="field-hint" id="${id}-hint">${drawText(block["hint"], context.reader)}</p>`;
  const describedBy = `${block["hint"] === undefined ? "" : `${id}-hint `}${id}-error`;
  return html`<div class="b-input" data-input-block="${blockId}">
    ${named} ${drawElement(element, { ...base, labelledBy: `${id}-label`, describedBy, required: !isOptional })} ${hint}
    <p class="field-error" id="${id}-error" role="alert"></p>
  </div>`;
}
