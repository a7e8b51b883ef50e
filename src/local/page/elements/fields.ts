/** Fields to type into: text, numbers, addresses, days and times. */
import type { JsonObject } from "../../slack/shapes.ts";
import { spell } from "../../slack/values.ts";
import type { ElementContext } from "../draw-context.ts";
import { attribute, flag, html, type Markup } from "../markup.ts";
import { dayIn } from "../text/dates.ts";
import { wordsOf } from "../text/draw-text.ts";
import { actionIdOf, controlAttributes, fieldId, fieldName } from "./names.ts";

interface Field {
  type: string;
  initial: string;
  more?: Markup;
}

function whole(value: unknown): string | undefined {
  return Number.isInteger(value) ? String(value) : undefined;
}

/** Epoch seconds as the reader's local day and time, which is what the browser's field takes. */
function localDateTime(value: unknown, zone: string): string {
  const atMs = Number(value) * 1000;
  if (value === undefined || !Number.isFinite(atMs)) return "";
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(atMs);
  return `${dayIn(zone, atMs)}T${time}`;
}

function fieldOf(element: JsonObject, zone: string): Field {
  const initial = spell(element["initial_value"] ?? "");
  switch (element["type"]) {
    case "number_input":
      return {
        type: "number",
        initial,
        more: html`${attribute("min", element["min_value"] === undefined ? undefined : spell(element["min_value"]))}${attribute(
          "max",
          element["max_value"] === undefined ? undefined : spell(element["max_value"]),
        )}${attribute("step", element["is_decimal_allowed"] === true ? "any" : "1")}`,
      };
    case "email_text_input":
      return { type: "email", initial };
    case "url_text_input":
      return { type: "url", initial };
    case "datepicker":
      return { type: "date", initial: spell(element["initial_date"] ?? "") };
    case "timepicker":
      return { type: "time", initial: spell(element["initial_time"] ?? "") };
    case "datetimepicker":
      return { type: "datetime-local", initial: localDateTime(element["initial_date_time"], zone) };
    default:
      return {
        type: "text",
        initial,
        more: html`${attribute("minlength", whole(element["min_length"]))}${attribute("maxlength", whole(element["max_length"]))}`,
      };
  }
}

export function drawField(element: JsonObject, context: ElementContext): Markup {
  const { type, initial, more } = fieldOf(element, context.reader.zone);
  const shared = html`id="${fieldId(element, context)}" name="${fieldName(context.blockId, actionIdOf(element))}"
  dir="auto" autocomplete="off" ${attribute("placeholder", wordsOf(element["placeholder"]) || undefined)}
  ${controlAttributes(element, context, "Text")}${flag("required", context.required === true)}${flag("autofocus", element["focus_on_load"] === true)}`;
  if (element["multiline"] === true || element["type"] === "rich_text_input") {
    return html`<textarea class="text" rows="4" ${shared} ${more}>${initial}</textarea>`;
  }
  return html`<input class="text" type="${type}" value="${initial}" ${shared} ${more} />`;
}
