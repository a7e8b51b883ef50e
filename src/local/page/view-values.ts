/** From the fields of a form in the browser to what Slack sends: `view.state.values`, and the value of one act. Pure. */
import type { ActionValue } from "../slack/outgoing/view-action.ts";
import type { JsonObject, ViewValues } from "../slack/shapes.ts";
import { isObject, listObjects, spell } from "../slack/values.ts";
import { readFieldName } from "./elements/names.ts";
import { listGroups } from "./elements/option.ts";

/** Name, value, and the words shown: those of an option that only the app knows. */
export type Field = readonly [name: string, value: string, words: string];

/** Every element of a view that holds a value, with its block. */
function listElements(blocks: readonly JsonObject[]): { blockId: string; element: JsonObject }[] {
  return blocks.flatMap((block) => {
    const elements = [block["element"], block["accessory"], ...listObjects(block["elements"])].filter(isObject);
    const inside = listElements(listObjects(block["child_blocks"]));
    const own = elements
      .filter((element) => element["action_id"] !== undefined && element["type"] !== "button")
      .map((element) => ({ blockId: spell(block["block_id"] ?? ""), element }));
    return [...own, ...inside];
  });
}

export function findElement(blocks: readonly JsonObject[], blockId: string, actionId: string): JsonObject | undefined {
  return listElements(blocks).find((one) => one.blockId === blockId && one.element["action_id"] === actionId)?.element;
}

/** A day and time in a zone ("2026-11-15T09:30") as epoch seconds. */
export function zonedSeconds(local: string, zone: string): number | null {
  // Date.parse alone makes a date of nearly anything.
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/u.test(local)) return null;
  const asUtcMs = Date.parse(`${local}:00Z`);
  if (Number.isNaN(asUtcMs)) return null;
  const offsetAt = (atMs: number): number => {
    const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(
      atMs,
    );
    return Date.parse(`${shown.replace(" ", "T")}Z`) - atMs;
  };
  // The offset that holds at the guess may differ from the one that holds at the result, on two nights a year.
  const guess = asUtcMs - offsetAt(asUtcMs);
  return Math.floor((asUtcMs - offsetAt(guess)) / 1000);
}

function optionFor(element: JsonObject, value: string, words: string): JsonObject {
  const options = listGroups(element).flatMap((group) => group.options);
  const known = options.find((option) => option.value === value)?.source;
  return known ?? { text: { type: "plain_text", text: words, emoji: true }, value };
}

function richText(text: string): JsonObject {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

const plainKeys: Readonly<Record<string, string>> = {
  users_select: "selected_user",
  channels_select: "selected_channel",
  conversations_select: "selected_conversation",
  datepicker: "selected_date",
  timepicker: "selected_time",
};
const listKeys: Readonly<Record<string, string>> = {
  multi_users_select: "selected_users",
  multi_channels_select: "selected_channels",
  multi_conversations_select: "selected_conversations",
};
const oneOption: ReadonlySet<string> = new Set(["static_select", "external_select", "radio_buttons", "overflow"]);
const manyOptions: ReadonlySet<string> = new Set(["multi_static_select", "multi_external_select", "checkboxes"]);

function stateOf(element: JsonObject, fields: readonly Field[], zone: string): JsonObject {
  const type = spell(element["type"]);
  const filled = fields.filter(([, value]) => value !== "");
  const [, first = null, words = ""] = filled[0] ?? [];
  const plain = plainKeys[type];
  if (plain !== undefined) return { type, [plain]: first };
  const list = listKeys[type];
  if (list !== undefined) return { type, [list]: filled.map(([, value]) => value) };
  if (oneOption.has(type)) return { type, selected_option: first === null ? null : optionFor(element, first, words) };
  if (manyOptions.has(type))
    return { type, selected_options: filled.map(([, value, label]) => optionFor(element, value, label)) };
  if (type === "datetimepicker") return { type, selected_date_time: first === null ? null : zonedSeconds(first, zone) };
  if (type === "rich_text_input") return { type, rich_text_value: first === null ? null : richText(first) };
  return { type, value: first };
}

/** What stands in all inputs of a view. */
export function readViewValues(blocks: readonly JsonObject[], fields: readonly Field[], zone: string): ViewValues {
  const values: ViewValues = {};
  for (const { blockId, element } of listElements(blocks)) {
    const actionId = spell(element["action_id"]);
    const own = fields.filter(([name]) => {
      const read = readFieldName(name);
      return read?.blockId === blockId && read.actionId === actionId;
    });
    values[blockId] = { ...values[blockId], [actionId]: stateOf(element, own, zone) };
  }
  return values;
}

/** What was chosen in one element, as the workspace's acts take it. */
export function readActionValue(element: JsonObject | undefined, chosen: readonly string[], zone: string): ActionValue {
  const type = spell(element?.["type"]);
  const filled = chosen.filter((value) => value !== "");
  if (type.startsWith("multi_") || type === "checkboxes") return filled;
  const [first] = filled;
  if (first === undefined) return null;
  if (type === "datetimepicker") return zonedSeconds(first, zone);
  return type === "rich_text_input" ? richText(first) : first;
}
