/** What Slack's own client says about a form before it sends it. Pure. */
import type { JsonObject, ViewValues } from "../shapes.ts";
import { listElements, valueFields } from "../state/view-state.ts";
import { countCodePoints, spell } from "../values.ts";

/** By block_id, for input blocks only; empty when the form may be sent. */
export function checkValues(blocks: readonly JsonObject[], values: ViewValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { element, blockId, input } of listElements(blocks)) {
    if (input === undefined) continue;
    const type = spell(element["type"]);
    const field = valueFields[type]?.field ?? "value";
    const value = values[blockId]?.[spell(element["action_id"])]?.[field];
    const isEmpty =
      value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    const error = isEmpty
      ? input["optional"] === true
        ? undefined
        : "Please complete this required field."
      : checkFilled(element, type, value);
    if (error !== undefined) errors[blockId] = error;
  }
  return errors;
}

function checkFilled(element: JsonObject, type: string, value: unknown): string | undefined {
  switch (type) {
    case "plain_text_input":
      return checkLength(element, countCodePoints(spell(value)));
    case "number_input":
      return checkNumber(element, spell(value));
    case "email_text_input":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(spell(value)) ? undefined : "Please enter a valid email address.";
    case "url_text_input":
      return /^https?:\/\/\S+$/.test(spell(value)) ? undefined : "Please enter a valid URL.";
    default:
      return checkCount(element, value);
  }
}

function checkLength(element: JsonObject, length: number): string | undefined {
  const { min_length: min, max_length: max = 3000 } = element;
  if (typeof min === "number" && length < min) return `Please enter at least ${min} characters.`;
  return typeof max === "number" && length > max ? `Please enter no more than ${max} characters.` : undefined;
}

function checkNumber(element: JsonObject, written: string): string | undefined {
  const pattern = element["is_decimal_allowed"] === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(written)) return "Please enter a valid number.";
  const { min_value: min, max_value: max } = element;
  if (min !== undefined && Number(written) < Number(min)) return `Please enter a number of at least ${spell(min)}.`;
  if (max !== undefined && Number(written) > Number(max)) return `Please enter a number of at most ${spell(max)}.`;
  return undefined;
}

function checkCount(element: JsonObject, value: unknown): string | undefined {
  const most = element["max_selected_items"] ?? element["max_files"];
  const isTooMany = Array.isArray(value) && typeof most === "number" && value.length > most;
  return isTooMany ? `Please choose no more than ${most}.` : undefined;
}
