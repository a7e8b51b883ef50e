/** A button, its confirm dialog beside it as a template. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, spell } from "../../slack/values.ts";
import type { ElementContext } from "../draw-context.ts";
import { attribute, html, nothing, type Markup } from "../markup.ts";
import { drawText, wordsOf } from "../text/draw-text.ts";
import { safeHref } from "../text/safe-link.ts";
import { actionIdOf } from "./names.ts";

function styleOf(value: unknown): string {
  return value === "primary" || value === "danger" ? ` ${value}` : "";
}

/** The dialog that asks before the click is sent. */
export function drawConfirm(value: unknown, context: ElementContext): Markup {
  if (!isObject(value)) return nothing;
  return html`<template class="confirm">
    <h2>${wordsOf(value["title"]) || "Are you sure?"}</h2>
    <p>${drawText(value["text"], context.reader)}</p>
    <footer>
      <button type="button" class="btn" data-answer="no">${wordsOf(value["deny"]) || "Cancel"}</button>
      <button type="button" class="btn ${styleOf(value["style"]).trim() || "primary"}" data-answer="yes">
        ${wordsOf(value["confirm"]) || "Yes"}
      </button>
    </footer>
  </template>`;
}

export function drawButton(element: JsonObject, context: ElementContext): Markup {
  const href = typeof element["url"] === "string" ? safeHref(element["url"]) : undefined;
  const value = element["value"] === undefined ? undefined : spell(element["value"]);
  const label = typeof element["accessibility_label"] === "string" ? element["accessibility_label"] : undefined;
  return html`<span class="button-box"
    ><button
      type="button"
      class="btn${styleOf(element["style"])}"
      data-act="press"
      data-block-id="${context.blockId}"
      data-action-id="${actionIdOf(element)}"
      ${attribute("data-value", value)}${attribute("data-open", href)}${attribute("aria-label", label)}
    >
      <bdi>${drawText(element["text"], context.reader)}</bdi></button
    >${drawConfirm(element["confirm"], context)}</span
  >`;
}
