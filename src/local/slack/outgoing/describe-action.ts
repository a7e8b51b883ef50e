/** Which element a person used, and how it stands in the `actions` of the payload. */
import type { JsonObject, ViewValues } from "../shapes.ts";
import { listElements, listOptions, valueFields } from "../state/view-state.ts";
import type { PlacedElement } from "../state/view-state.ts";
import { isObject, spell } from "../values.ts";
import { ActRefused } from "./refuse-act.ts";

/**
 * What was chosen or typed: the text, date, time, or the value, user or channel id chosen; a list where several may be;
 * an object for rich text or a whole option; nothing for a button.
 */
export type ActionValue = string | number | readonly string[] | JsonObject | null;

export interface UsedElement {
  actionId: string;
  blockId?: string | undefined;
  value?: ActionValue | undefined;
}

const hasOwnValue = new Set(["button", "icon_button", "workflow_button"]);

/** The element, by action_id; a value tells buttons apart. Throws ActRefused, naming what is there. */
export function findElement(blocks: readonly JsonObject[], used: UsedElement, place: string): PlacedElement {
  const all = listElements(blocks);
  const found = all.find(
    ({ element, blockId }) =>
      element["action_id"] === used.actionId &&
      (used.blockId === undefined || used.blockId === blockId) &&
      (!hasOwnValue.has(spell(element["type"])) || used.value === undefined || element["value"] === used.value),
  );
  if (found !== undefined) return found;
  const there = all.map(({ element }) => spell(element["action_id"])).join(", ") || "none";
  throw new ActRefused(`${place} has no button ${used.actionId} (its buttons: ${there}).`);
}

/** The entry of `actions`. Throws ActRefused when the value is none that the element offers. */
export function describeAction(placed: PlacedElement, value: ActionValue | undefined, actionTs: string): JsonObject {
  const { element, blockId } = placed;
  const type = spell(element["type"]);
  const frame = { type, action_id: element["action_id"], block_id: blockId, action_ts: actionTs };
  if (hasOwnValue.has(type)) {
    const { confirm: _confirm, accessibility_label: _label, workflow: _workflow, ...button } = element;
    return { ...button, ...frame };
  }
  if (type === "overflow") return { ...frame, selected_option: findOption(element, value) };
  if (type === "feedback_buttons") return { ...frame, ...findSide(element, value) };
  const rule = Object.hasOwn(valueFields, type) ? valueFields[type] : undefined;
  if (rule === undefined) throw new ActRefused(`Nobody can use a ${type} here.`);
  const initial =
    rule.initial === "" || element[rule.initial] === undefined ? {} : { [rule.initial]: element[rule.initial] };
  return { ...frame, ...initial, [rule.field]: choose(element, type, value) };
}

/** The same choice, as it stands in `state.values`; nothing for what keeps no value. */
export function describeValue(placed: PlacedElement, value: ActionValue | undefined): ViewValues {
  const { element, blockId } = placed;
  const type = spell(element["type"]);
  const rule = Object.hasOwn(valueFields, type) ? valueFields[type] : undefined;
  if (rule === undefined) return {};
  return { [blockId]: { [spell(element["action_id"])]: { type, [rule.field]: choose(element, type, value) } } };
}

function choose(element: JsonObject, type: string, value: ActionValue | undefined): unknown {
  const rule = valueFields[type];
  if (rule?.many !== true) {
    if (value === undefined || value === null || value === "") return null;
    return rule?.isOption === true ? findOption(element, value) : value;
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return rule.isOption === true ? list.map((item) => findOption(element, item)) : list;
}

/** The whole option object behind a value; where the app suggests the options, any will do. */
export function findOption(element: JsonObject, value: unknown): JsonObject {
  const wanted = isObject(value) ? value["value"] : value;
  const options = listOptions(element);
  const found = options.find((option) => option["value"] === wanted);
  if (found !== undefined) return found;
  const isSuggested = spell(element["type"]).includes("external");
  if (isSuggested && isObject(value)) return value;
  if (isSuggested && typeof wanted === "string") return { text: { type: "plain_text", text: wanted }, value: wanted };
  const there = options.map((option) => spell(option["value"])).join(", ");
  throw new ActRefused(`${spell(element["action_id"])} has no option ${spell(wanted)} (its options: ${there}).`);
}

function findSide(element: JsonObject, value: unknown): JsonObject {
  const sides = [element["positive_button"], element["negative_button"]].filter(isObject);
  const found = sides.find((side) => side["value"] === value);
  if (found !== undefined) return { text: found["text"], value };
  throw new ActRefused(`${spell(element["action_id"])} has no button with the value ${spell(value)}.`);
}
