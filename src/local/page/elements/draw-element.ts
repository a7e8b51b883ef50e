/** One interactive element, whatever its type. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, spell } from "../../slack/values.ts";
import type { ElementContext } from "../draw-context.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { safeImage } from "../text/safe-link.ts";
import { drawButton } from "./button.ts";
import { drawChoices } from "./choices.ts";
import { drawField } from "./fields.ts";
import { drawChannelMenu, drawExternalMenu, drawOverflow, drawPeopleMenu, drawStaticMenu } from "./menu.ts";

type ElementDrawing = (element: JsonObject, context: ElementContext) => Markup;

const people: ElementDrawing = (element, context) => drawPeopleMenu(element, context, context.reader.people());
const channels: ElementDrawing = (element, context) => drawChannelMenu(element, context, context.reader.channels());

const drawings: Readonly<Record<string, ElementDrawing>> = {
  button: drawButton,
  image: drawPicture,
  overflow: drawOverflow,
  static_select: drawStaticMenu,
  multi_static_select: drawStaticMenu,
  external_select: drawExternalMenu,
  multi_external_select: drawExternalMenu,
  users_select: people,
  multi_users_select: people,
  channels_select: channels,
  multi_channels_select: channels,
  conversations_select: channels,
  multi_conversations_select: channels,
  checkboxes: drawChoices,
  radio_buttons: drawChoices,
  plain_text_input: drawField,
  number_input: drawField,
  email_text_input: drawField,
  url_text_input: drawField,
  rich_text_input: drawField,
  datepicker: drawField,
  timepicker: drawField,
  datetimepicker: drawField,
};

/** A box that says so stands for what can't be drawn. */
export function drawUnknown(type: unknown): Markup {
  return html`<div class="undrawn">can't be drawn: ${spell(type) || "(no type)"}</div>`;
}

/** A picture beside or inside text; without a safe address its description stands for it. */
export function drawPicture(element: JsonObject): Markup {
  const source = safeImage(spell(element["image_url"] ?? ""));
  const words = spell(element["alt_text"] ?? "");
  if (source === undefined) return html`<span class="no-image">${words || "image"}</span>`;
  return html`<img src="${source}" alt="${words}" loading="lazy" referrerpolicy="no-referrer" />`;
}

export function drawElement(value: unknown, context: ElementContext): Markup {
  if (!isObject(value)) return nothing;
  const type = spell(value["type"]);
  const draw = Object.hasOwn(drawings, type) ? drawings[type] : undefined;
  return draw === undefined ? drawUnknown(type) : draw(value, context);
}
