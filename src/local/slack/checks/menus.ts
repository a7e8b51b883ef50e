/** Menus, radio buttons and checkboxes: what can be chosen, and what is chosen at first. */
import type { JsonObject } from "../shapes.ts";
import { isObject, listObjects } from "../values.ts";
import {
  addMissing,
  checkBoolean,
  checkKeys,
  checkList,
  checkOneOf,
  checkString,
  checkWhole,
  expectObject,
} from "./findings.ts";
import type { Findings } from "./findings.ts";
import { checkOptionGroups, checkOptions, checkText } from "./text.ts";

export type ElementCheck = (element: JsonObject, at: string, found: Findings) => void;

/** What every element of a form may have beside its own. */
export const everyElement = ["action_id", "confirm", "focus_on_load"];

export function checkPlaceholder(element: JsonObject, at: string, found: Findings): void {
  checkText(element["placeholder"], `${at}/placeholder`, found, { max: 150, plainOnly: true });
  checkBoolean(element["focus_on_load"], `${at}/focus_on_load`, found);
}

/** All options of an element, those of its groups too. */
function listOptions(element: JsonObject): JsonObject[] {
  const grouped = listObjects(element["option_groups"]).flatMap((group) => listObjects(group["options"]));
  return [...listObjects(element["options"]), ...grouped];
}

/** What is chosen at first must be one of the options, by value. */
function checkInitial(element: JsonObject, at: string, found: Findings): void {
  const values = listOptions(element).map((option) => option["value"]);
  const isThere = (option: unknown) => isObject(option) && values.includes(option["value"]);
  const one = element["initial_option"];
  if (one !== undefined && !isThere(one)) found.add(`${at}/initial_option`, "must match one of the options");
  const many = checkList(element["initial_options"], `${at}/initial_options`, found, {});
  for (const [index, option] of many.entries()) {
    if (!isThere(option)) found.add(`${at}/initial_options/${index}`, "must match one of the options");
  }
}

/** Checkboxes, radio buttons and the overflow menu. */
function choice(rule: { max: number; mrkdwn: boolean; initial: readonly string[] }): ElementCheck {
  return (element, at, found) => {
    checkKeys(element, at, found, { required: ["options"], optional: [...everyElement, ...rule.initial] });
    checkOptions(element["options"], `${at}/options`, found, rule);
    checkInitial(element, at, found);
    checkBoolean(element["focus_on_load"], `${at}/focus_on_load`, found);
  };
}

function staticMenu(more: readonly string[]): ElementCheck {
  return (element, at, found) => {
    const own = ["placeholder", "options", "option_groups", ...more];
    checkKeys(element, at, found, { optional: [...everyElement, ...own] });
    const { options, option_groups: groups } = element;
    if (options === undefined && groups === undefined) addMissing(at, "options", found);
    if (options !== undefined && groups !== undefined) found.add(at, "options and option_groups exclude each other");
    checkOptions(options, `${at}/options`, found, { max: 100 });
    checkOptionGroups(groups, `${at}/option_groups`, found);
    checkInitial(element, at, found);
    checkPlaceholder(element, at, found);
    checkMost(element, at, found);
  };
}

function checkMost(element: JsonObject, at: string, found: Findings): void {
  checkWhole(element["max_selected_items"], `${at}/max_selected_items`, found, 1, 100);
}

/** A menu whose entries Slack or the app knows: people, channels, what the app suggests. */
function listedMenu(more: readonly string[]): ElementCheck {
  return (element, at, found) => {
    checkKeys(element, at, found, { optional: [...everyElement, "placeholder", ...more] });
    checkPlaceholder(element, at, found);
    checkMost(element, at, found);
    checkWhole(element["min_query_length"], `${at}/min_query_length`, found, 0, 100);
    checkBoolean(element["response_url_enabled"], `${at}/response_url_enabled`, found);
    checkBoolean(element["default_to_current_conversation"], `${at}/default_to_current_conversation`, found);
    for (const key of ["initial_user", "initial_channel", "initial_conversation"]) {
      checkString(element[key], `${at}/${key}`, found, {});
    }
    for (const key of ["initial_users", "initial_channels", "initial_conversations"]) {
      checkList(element[key], `${at}/${key}`, found, {});
    }
    checkFilter(element["filter"], `${at}/filter`, found);
  };
}

function checkFilter(value: unknown, at: string, found: Findings): void {
  if (value === undefined) return;
  const filter = expectObject(value, at, found);
  if (filter === undefined) return;
  const flags = ["exclude_external_shared_channels", "exclude_bot_users"];
  checkKeys(filter, at, found, { optional: ["include", ...flags] });
  for (const flag of flags) checkBoolean(filter[flag], `${at}/${flag}`, found);
  for (const [index, kind] of checkList(filter["include"], `${at}/include`, found, {}).entries()) {
    checkOneOf(kind, `${at}/include/${index}`, found, ["im", "mpim", "private", "public"]);
  }
}

const conversation = ["default_to_current_conversation", "filter"];

export const menus: Readonly<Record<string, ElementCheck>> = {
  static_select: staticMenu(["initial_option"]),
  multi_static_select: staticMenu(["initial_options", "max_selected_items"]),
  overflow: choice({ max: 5, mrkdwn: false, initial: [] }),
  checkboxes: choice({ max: 10, mrkdwn: true, initial: ["initial_options"] }),
  radio_buttons: choice({ max: 10, mrkdwn: true, initial: ["initial_option"] }),
  external_select: listedMenu(["initial_option", "min_query_length"]),
  multi_external_select: listedMenu(["initial_options", "min_query_length", "max_selected_items"]),
  users_select: listedMenu(["initial_user"]),
  multi_users_select: listedMenu(["initial_users", "max_selected_items"]),
  channels_select: listedMenu(["initial_channel", "response_url_enabled"]),
  multi_channels_select: listedMenu(["initial_channels", "max_selected_items"]),
  conversations_select: listedMenu(["initial_conversation", "response_url_enabled", ...conversation]),
  multi_conversations_select: listedMenu(["initial_conversations", "max_selected_items", ...conversation]),
};
