/** The options of menus and groups: what is shown, what is sent, which are chosen at first. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, listObjects, spell } from "../../slack/values.ts";
import { wordsOf } from "../text/draw-text.ts";

export interface Option {
  value: string;
  words: string;
  source: JsonObject;
}

function readOption(source: JsonObject): Option {
  return { value: spell(source["value"] ?? ""), words: wordsOf(source["text"]), source };
}

/** Options in groups; a menu without groups has one without a label. */
export function listGroups(element: JsonObject): { label: string; options: Option[] }[] {
  const groups = listObjects(element["option_groups"]);
  if (groups.length === 0) return [{ label: "", options: listObjects(element["options"]).map(readOption) }];
  return groups.map((group) => ({
    label: wordsOf(group["label"]),
    options: listObjects(group["options"]).map(readOption),
  }));
}

/** The values of `initial_option` and `initial_options`. */
export function initialValues(element: JsonObject): string[] {
  const one = element["initial_option"];
  const all = isObject(one) ? [one] : listObjects(element["initial_options"]);
  return all.map((option) => spell(option["value"] ?? ""));
}
