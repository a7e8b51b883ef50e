/** Interactive elements and images inside blocks. Limits: Slack's block element reference. */
import type { JsonObject } from "../shapes.ts";
import { checkHttpUrl, checkKeys, checkList, checkOneOf, checkString, expectObject } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { checkConfirm, checkOptions, checkText } from "./text.ts";
import { spell } from "../values.ts";

type ElementCheck = (element: JsonObject, at: string, found: Findings) => void;

const button: ElementCheck = (element, at, found) => {
  checkKeys(element, at, found, {
    required: ["text"],
    optional: ["action_id", "value", "url", "style", "confirm", "accessibility_label"],
  });
  checkText(element["text"], `${at}/text`, found, { max: 75, plainOnly: true });
  checkString(element["value"], `${at}/value`, found, { max: 2000 });
  checkHttpUrl(element["url"], `${at}/url`, found);
  checkOneOf(element["style"], `${at}/style`, found, ["primary", "danger"]);
  checkString(element["accessibility_label"], `${at}/accessibility_label`, found, { max: 75 });
};

/** A picture by address; also the body of the image block. `slack_file` is not served by this workspace. */
export const image: ElementCheck = (element, at, found) => {
  checkKeys(element, at, found, { required: ["image_url", "alt_text"], optional: ["title", "block_id"] });
  checkHttpUrl(element["image_url"], `${at}/image_url`, found);
  checkString(element["alt_text"], `${at}/alt_text`, found, { max: 2000 });
};

/** Menus and groups: option counts, placeholder. Keys beyond these are not looked at. */
function optionElement(rule: { min?: number; max: number; mrkdwn?: boolean }): ElementCheck {
  return (element, at, found) => {
    if (element["options"] === undefined && element["option_groups"] === undefined) {
      found.add(at, "missing required field: options");
    }
    checkOptions(element["options"], `${at}/options`, found, rule);
    checkList(element["option_groups"], `${at}/option_groups`, found, { max: 100 });
    checkText(element["placeholder"], `${at}/placeholder`, found, { max: 150, plainOnly: true });
  };
}

const plain: ElementCheck = (element, at, found) => {
  checkText(element["placeholder"], `${at}/placeholder`, found, { max: 150, plainOnly: true });
};

const menus: Record<string, ElementCheck> = {
  static_select: optionElement({ max: 100 }),
  multi_static_select: optionElement({ max: 100 }),
  overflow: optionElement({ max: 5 }),
  checkboxes: optionElement({ max: 10, mrkdwn: true }),
  radio_buttons: optionElement({ max: 10, mrkdwn: true }),
  external_select: plain,
  users_select: plain,
  conversations_select: plain,
  channels_select: plain,
  multi_external_select: plain,
  multi_users_select: plain,
  multi_conversations_select: plain,
  multi_channels_select: plain,
  datepicker: plain,
  timepicker: plain,
  datetimepicker: plain,
};

const inputs: Record<string, ElementCheck> = {
  plain_text_input: (element, at, found) => {
    plain(element, at, found);
    checkString(element["initial_value"], `${at}/initial_value`, found, { min: 0, max: 3000 });
  },
  number_input: plain,
  email_text_input: plain,
  url_text_input: plain,
  rich_text_input: plain,
};

/** Which elements each block takes. */
export const elementsOf: Record<"actions" | "accessory" | "input", Record<string, ElementCheck>> = {
  actions: { button, ...menus, rich_text_input: plain },
  accessory: { button, image, ...menus },
  input: { ...menus, ...inputs },
};

/** One element against the list of what its place takes; gives the element when it is of a known type. */
export function checkElement(
  value: unknown,
  at: string,
  found: Findings,
  allowed: Record<string, ElementCheck>,
): JsonObject | undefined {
  const element = expectObject(value, at, found);
  if (element === undefined) return undefined;
  const type = spell(element["type"]);
  const check = Object.hasOwn(allowed, type) ? allowed[type] : undefined;
  if (check === undefined) {
    found.add(`${at}/type`, `unsupported type: ${type}`);
    return undefined;
  }
  checkString(element["action_id"], `${at}/action_id`, found, { max: 255 });
  checkConfirm(element["confirm"], `${at}/confirm`, found);
  check(element, at, found);
  return element;
}
