/** Date and time pickers, and the fields a person types into or puts files into. */
import type { JsonObject } from "../shapes.ts";
import { checkBoolean, checkKeys, checkList, checkOneOf, checkString, checkWhole, expectObject } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { checkPlaceholder, everyElement } from "./menus.ts";
import type { ElementCheck } from "./menus.ts";
import { checkRichText } from "./rich-text.ts";

function checkPattern(value: unknown, at: string, found: Findings, pattern: RegExp, words: string): void {
  if (value === undefined) return;
  if (typeof value !== "string" || !pattern.test(value)) found.add(at, `must be ${words}`);
}

/** A picker, or a field, with the keys of its own. */
function field(own: readonly string[], check: ElementCheck, required: readonly string[] = []): ElementCheck {
  return (element, at, found) => {
    checkKeys(element, at, found, { required, optional: [...everyElement, "placeholder", ...own] });
    checkPlaceholder(element, at, found);
    check(element, at, found);
  };
}

export const pickers: Readonly<Record<string, ElementCheck>> = {
  datepicker: field(["initial_date"], (element, at, found) => {
    checkPattern(element["initial_date"], `${at}/initial_date`, found, /^\d{4}-\d{2}-\d{2}$/, "a date, YYYY-MM-DD");
  }),
  timepicker: field(["initial_time", "timezone"], (element, at, found) => {
    const pattern = /^([01]\d|2[0-3]):[0-5]\d$/;
    checkPattern(element["initial_time"], `${at}/initial_time`, found, pattern, "a time, HH:mm");
    checkString(element["timezone"], `${at}/timezone`, found, {});
  }),
  datetimepicker: field(["initial_date_time"], (element, at, found) => {
    checkWhole(element["initial_date_time"], `${at}/initial_date_time`, found, 1_000_000_000, 9_999_999_999);
  }),
};

function checkDispatch(value: unknown, at: string, found: Findings): void {
  if (value === undefined) return;
  const config = expectObject(value, at, found);
  if (config === undefined) return;
  checkKeys(config, at, found, { optional: ["trigger_actions_on"] });
  const on = `${at}/trigger_actions_on`;
  for (const [index, item] of checkList(config["trigger_actions_on"], on, found, { max: 2 }).entries()) {
    checkOneOf(item, `${on}/${index}`, found, ["on_enter_pressed", "on_character_entered"]);
  }
}

/** A field for text; `own` are the keys beside initial_value and dispatch_action_config. */
function textField(own: readonly string[], check: ElementCheck, required: readonly string[] = []): ElementCheck {
  const keys = ["initial_value", "dispatch_action_config", ...own];
  return field(
    keys,
    (element, at, found) => {
      checkDispatch(element["dispatch_action_config"], `${at}/dispatch_action_config`, found);
      check(element, at, found);
    },
    required,
  );
}

const checkInitialText: ElementCheck = (element, at, found) =>
  checkString(element["initial_value"], `${at}/initial_value`, found, { min: 0, max: 3000 });

function checkRange(element: JsonObject, low: string, high: string, at: string, found: Findings): void {
  if (element[low] === undefined || element[high] === undefined) return;
  if (Number(element[low]) > Number(element[high])) found.add(`${at}/${low}`, `must not be greater than ${high}`);
}

const plainTextInput = textField(["multiline", "min_length", "max_length"], (element, at, found) => {
  checkInitialText(element, at, found);
  checkBoolean(element["multiline"], `${at}/multiline`, found);
  checkWhole(element["min_length"], `${at}/min_length`, found, 0, 3000);
  checkWhole(element["max_length"], `${at}/max_length`, found, 1, 3000);
  checkRange(element, "min_length", "max_length", at, found);
});

const numberInput = textField(
  ["min_value", "max_value"],
  (element, at, found) => {
    checkBoolean(element["is_decimal_allowed"], `${at}/is_decimal_allowed`, found);
    const pattern = element["is_decimal_allowed"] === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
    for (const key of ["initial_value", "min_value", "max_value"]) {
      checkPattern(element[key], `${at}/${key}`, found, pattern, "a number, written as text");
    }
    checkRange(element, "min_value", "max_value", at, found);
  },
  ["is_decimal_allowed"],
);

/** Also stands in rows of actions, alone of the fields for text. */
export const richTextInput = textField(["min_lines", "max_lines"], (element, at, found) => {
  checkRichText(element["initial_value"], `${at}/initial_value`, found);
  checkWhole(element["min_lines"], `${at}/min_lines`, found, 1, 100);
  checkWhole(element["max_lines"], `${at}/max_lines`, found, 1, 100);
  checkRange(element, "min_lines", "max_lines", at, found);
});

const fileInput: ElementCheck = (element, at, found) => {
  checkKeys(element, at, found, { optional: ["action_id", "filetypes", "max_files"] });
  checkWhole(element["max_files"], `${at}/max_files`, found, 1, 10);
  for (const [index, type] of checkList(element["filetypes"], `${at}/filetypes`, found, {}).entries()) {
    checkString(type, `${at}/filetypes/${index}`, found, {});
  }
};

export const textFields: Readonly<Record<string, ElementCheck>> = {
  plain_text_input: plainTextInput,
  number_input: numberInput,
  email_text_input: textField([], checkInitialText),
  url_text_input: textField([], checkInitialText),
  rich_text_input: richTextInput,
};

/** Only a modal takes files. */
export const fileFields: Readonly<Record<string, ElementCheck>> = { file_input: fileInput };
