/** Ids and names of form fields, and how an element is named for a screen reader. */
import type { JsonObject } from "../../slack/shapes.ts";
import { spell } from "../../slack/values.ts";
import type { ElementContext } from "../draw-context.ts";
import { attribute, html, type Markup } from "../markup.ts";
import { wordsOf } from "../text/draw-text.ts";

/** Block and action of a field in one word; `view-state.ts` reads it back. */
export function fieldName(blockId: string, actionId: string): string {
  return `${encodeURIComponent(blockId)}/${encodeURIComponent(actionId)}`;
}

export function readFieldName(name: string): { blockId: string; actionId: string } | undefined {
  const [block, action, more] = name.split("/");
  if (block === undefined || action === undefined || more !== undefined) return undefined;
  try {
    return { blockId: decodeURIComponent(block), actionId: decodeURIComponent(action) };
  } catch {
    return undefined;
  }
}

export function actionIdOf(element: JsonObject): string {
  return spell(element["action_id"] ?? "");
}

export function fieldId(element: JsonObject, context: ElementContext): string {
  return `${context.key}-${fieldName(context.blockId, actionIdOf(element))}`;
}

/** What every control carries: how it is found again when it is used, and its name. */
export function controlAttributes(element: JsonObject, context: ElementContext, fallbackName: string): Markup {
  const { labelledBy, describedBy, blockId, isInput } = context;
  const placeholder = wordsOf(element["placeholder"]);
  const name = labelledBy === undefined ? placeholder || fallbackName : undefined;
  return html`${attribute("data-act", isInput ? undefined : "choose")}${attribute("data-block-id", blockId)}${attribute(
    "data-action-id",
    actionIdOf(element),
  )}${attribute("aria-label", name)}${attribute("aria-labelledby", labelledBy)}${attribute("aria-describedby", describedBy)}`;
}
