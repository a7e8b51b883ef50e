/** What stands in the inputs of a list of blocks: initial values first, then what a person chose. Pure. */
import type { JsonObject, ViewValues } from "../shapes.ts";
import { isObject, listObjects, spell } from "../values.ts";

/** Where a kind of element keeps its value, where it begins, and what it is when empty. */
interface ValueField {
  field: string;
  initial: string;
  many: boolean;
  /** The value is one of the element's options. */
  isOption?: true;
}

const text: ValueField = { field: "value", initial: "initial_value", many: false };
const one = (noun: string): ValueField => ({ field: `selected_${noun}`, initial: `initial_${noun}`, many: false });
const many = (noun: string): ValueField => ({ field: `selected_${noun}s`, initial: `initial_${noun}s`, many: true });
const option: ValueField = { ...one("option"), isOption: true };
const options: ValueField = { ...many("option"), isOption: true };

export const valueFields: Readonly<Record<string, ValueField>> = {
  plain_text_input: text,
  number_input: text,
  email_text_input: text,
  url_text_input: text,
  rich_text_input: { field: "rich_text_value", initial: "initial_value", many: false },
  static_select: option,
  external_select: option,
  radio_buttons: option,
  multi_static_select: options,
  multi_external_select: options,
  checkboxes: options,
  users_select: one("user"),
  multi_users_select: many("user"),
  channels_select: one("channel"),
  multi_channels_select: many("channel"),
  conversations_select: one("conversation"),
  multi_conversations_select: many("conversation"),
  datepicker: one("date"),
  timepicker: one("time"),
  datetimepicker: one("date_time"),
  file_input: { field: "files", initial: "", many: true },
};

/** An element that a person can use, and the block it stands in. */
export interface PlacedElement {
  element: JsonObject;
  blockId: string;
  /** The input block, when it stands in one. */
  input?: JsonObject;
}

/** All elements with an action_id, in containers, cards and carousels too, in the order of reading. */
export function listElements(blocks: readonly JsonObject[]): PlacedElement[] {
  return blocks.flatMap((block) => {
    const blockId = spell(block["block_id"]);
    const own = [block["accessory"], ...listObjects(block["elements"]), ...listObjects(block["actions"])]
      .filter((element): element is JsonObject => isObject(element) && element["action_id"] !== undefined)
      .map((element) => ({ element, blockId }));
    const inputs = isObject(block["element"]) ? [{ element: block["element"], blockId, input: block }] : [];
    const nested = [...listObjects(block["child_blocks"]), ...listObjects(block["elements"]).filter(isCard)];
    return [...own, ...inputs, ...listElements(nested)];
  });
}

const isCard = (element: JsonObject) => element["type"] === "card";

/** Every option of an element, those of its groups too. */
export function listOptions(element: JsonObject): JsonObject[] {
  const grouped = listObjects(element["option_groups"]).flatMap((group) => listObjects(group["options"]));
  return [...listObjects(element["options"]), ...grouped];
}

/** `view.state.values` of these blocks; `typed` wins over initial values where block_id, action_id and type agree. */
export function readState(blocks: readonly JsonObject[], typed: ViewValues = {}): ViewValues {
  const values: ViewValues = {};
  for (const { element, blockId } of listElements(blocks)) {
    const type = spell(element["type"]);
    const rule = Object.hasOwn(valueFields, type) ? valueFields[type] : undefined;
    if (rule === undefined) continue;
    const actionId = spell(element["action_id"]);
    const kept = typed[blockId]?.[actionId];
    const isKept = kept !== undefined && (kept["type"] === undefined || kept["type"] === type);
    const initial = { [rule.field]: element[rule.initial] ?? (rule.many ? [] : null) };
    (values[blockId] ??= {})[actionId] = { type, ...initial, ...(isKept ? kept : {}) };
  }
  return values;
}
