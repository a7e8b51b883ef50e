/** Interactive elements and images inside blocks, by the place they may stand in. Limits: Slack's block element reference. */
import type { JsonObject } from "../shapes.ts";
import { addMissing, checkHttpUrl, checkKeys, checkList, checkOneOf, checkString, expectObject } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { fileFields, pickers, richTextInput, textFields } from "./inputs.ts";
import { menus } from "./menus.ts";
import type { ElementCheck } from "./menus.ts";
import { checkConfirm, checkText } from "./text.ts";
import { spell } from "../values.ts";

type Elements = Readonly<Record<string, ElementCheck>>;

const checkLabel: ElementCheck = (element, at, found) =>
  checkString(element["accessibility_label"], `${at}/accessibility_label`, found, { max: 75 });

const button: ElementCheck = (element, at, found) => {
  checkKeys(element, at, found, {
    required: ["text"],
    optional: ["action_id", "value", "url", "style", "confirm", "accessibility_label"],
  });
  checkText(element["text"], `${at}/text`, found, { max: 75, plainOnly: true });
  checkString(element["value"], `${at}/value`, found, { max: 2000 });
  checkHttpUrl(element["url"], `${at}/url`, found);
  checkOneOf(element["style"], `${at}/style`, found, ["primary", "danger"]);
  checkLabel(element, at, found);
};

const workflowButton: ElementCheck = (element, at, found) => {
  checkKeys(element, at, found, {
    required: ["text", "workflow"],
    optional: ["action_id", "style", "confirm", "accessibility_label"],
  });
  checkText(element["text"], `${at}/text`, found, { max: 75, plainOnly: true });
  checkOneOf(element["style"], `${at}/style`, found, ["primary", "danger"]);
  checkLabel(element, at, found);
};

const iconButton: ElementCheck = (element, at, found) => {
  checkKeys(element, at, found, {
    required: ["icon", "text"],
    optional: ["action_id", "value", "confirm", "accessibility_label", "visible_to_user_ids"],
  });
  checkOneOf(element["icon"], `${at}/icon`, found, ["trash"]);
  checkText(element["text"], `${at}/text`, found, { max: 75, plainOnly: true });
  checkString(element["value"], `${at}/value`, found, { max: 2000 });
  checkList(element["visible_to_user_ids"], `${at}/visible_to_user_ids`, found, { max: 10 });
  checkLabel(element, at, found);
};

const feedbackButtons: ElementCheck = (element, at, found) => {
  checkKeys(element, at, found, { required: ["positive_button", "negative_button"], optional: ["action_id"] });
  for (const key of ["positive_button", "negative_button"]) {
    const here = `${at}/${key}`;
    const side = element[key] === undefined ? undefined : expectObject(element[key], here, found);
    if (side === undefined) continue;
    checkKeys(side, here, found, { required: ["text", "value"], optional: ["accessibility_label"] });
    checkText(side["text"], `${here}/text`, found, { max: 75, plainOnly: true });
    checkString(side["value"], `${here}/value`, found, { max: 2000 });
    checkLabel(side, here, found);
  }
};

/** A picture by address or from Slack's own files; also the body of the image block. */
export const image: ElementCheck = (element, at, found) => {
  checkKeys(element, at, found, {
    required: ["alt_text"],
    optional: ["image_url", "slack_file", "title", "block_id"],
  });
  const { image_url: url, slack_file: file } = element;
  if (url === undefined && file === undefined) addMissing(at, "image_url", found);
  if (url !== undefined && file !== undefined) found.add(at, "image_url and slack_file exclude each other");
  checkHttpUrl(url, `${at}/image_url`, found);
  checkSlackFile(file, `${at}/slack_file`, found);
  checkString(element["alt_text"], `${at}/alt_text`, found, { max: 2000 });
};

function checkSlackFile(value: unknown, at: string, found: Findings): void {
  if (value === undefined) return;
  const file = expectObject(value, at, found);
  if (file === undefined) return;
  checkKeys(file, at, found, { optional: ["id", "url"] });
  if ((file["id"] === undefined) === (file["url"] === undefined)) found.add(at, "must have either an id or a url");
  checkString(file["id"], `${at}/id`, found, {});
  checkHttpUrl(file["url"], `${at}/url`, found);
}

/** Which elements each place takes. */
export const elementsOf = {
  actions: {
    button,
    workflow_button: workflowButton,
    ...menus,
    ...pickers,
    rich_text_input: richTextInput,
  },
  accessory: { button, workflow_button: workflowButton, image, ...menus, ...pickers },
  input: { ...withoutOverflow(menus), ...pickers, ...textFields },
  inputInModal: { ...withoutOverflow(menus), ...pickers, ...textFields, ...fileFields },
  contextActions: { icon_button: iconButton, feedback_buttons: feedbackButtons },
  card: { button },
} satisfies Record<string, Elements>;

/** An overflow menu acts at once; there is nothing in it to submit. */
function withoutOverflow(all: Elements): Elements {
  const { overflow: _overflow, ...rest } = all;
  return rest;
}

/** One element against the list of what its place takes; gives the element when it is of a known type. */
export function checkElement(value: unknown, at: string, found: Findings, allowed: Elements): JsonObject | undefined {
  const element = expectObject(value, at, found);
  if (element === undefined) return undefined;
  const { type } = element;
  const check = typeof type === "string" && Object.hasOwn(allowed, type) ? allowed[type] : undefined;
  if (check === undefined) {
    found.addUnsupported(at, type, Object.keys(allowed));
    return undefined;
  }
  checkString(element["action_id"], `${at}/action_id`, found, { max: 255 });
  checkConfirm(element["confirm"], `${at}/confirm`, found);
  check(element, at, found);
  return element;
}

/** The elements of a row of buttons and menus; an action_id may stand in it once. */
export function checkElements(
  value: unknown,
  at: string,
  found: Findings,
  rule: { max: number; allowed: Elements },
): void {
  const seen = new Set<unknown>();
  for (const [index, item] of checkList(value, at, found, { max: rule.max }).entries()) {
    const here = `${at}/${index}`;
    const actionId = checkElement(item, here, found, rule.allowed)?.["action_id"];
    if (actionId === undefined) continue;
    if (seen.has(actionId)) found.add(`${here}/action_id`, `\`action_id\` ${spell(actionId)} already exists`);
    seen.add(actionId);
  }
}
