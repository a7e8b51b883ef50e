/** Composition objects: text, confirmation dialog, option. Limits: Slack's composition object reference. */
import { checkBoolean, checkHttpUrl, checkKeys, checkList, checkOneOf, checkString, expectObject } from "./findings.ts";
import type { Findings } from "./findings.ts";

/** A text object; `plainOnly` refuses mrkdwn. `max` counts code points. */
export function checkText(
  value: unknown,
  at: string,
  found: Findings,
  rule: { max: number; plainOnly?: boolean },
): void {
  if (value === undefined) return;
  const allowed = rule.plainOnly === true ? ["plain_text"] : ["plain_text", "mrkdwn"];
  found.within(at, (inner) => {
    const text = expectObject(value, at, inner);
    if (text === undefined) return;
    const type = text["type"];
    if (typeof type !== "string" || !allowed.includes(type)) {
      return inner.addUnsupported(at, type, allowed);
    }
    const own = type === "plain_text" ? "emoji" : "verbatim";
    checkKeys(text, at, inner, { required: ["text"], optional: [own] });
    checkString(text["text"], `${at}/text`, inner, { max: rule.max });
    checkBoolean(text[own], `${at}/${own}`, inner);
  });
}

/** The dialog that asks before an action is sent. */
export function checkConfirm(value: unknown, at: string, found: Findings): void {
  if (value === undefined) return;
  const confirm = expectObject(value, at, found);
  if (confirm === undefined) return;
  checkKeys(confirm, at, found, { required: ["text"], optional: ["title", "confirm", "deny", "style"] });
  checkText(confirm["title"], `${at}/title`, found, { max: 100, plainOnly: true });
  checkText(confirm["text"], `${at}/text`, found, { max: 300 });
  checkText(confirm["confirm"], `${at}/confirm`, found, { max: 30, plainOnly: true });
  checkText(confirm["deny"], `${at}/deny`, found, { max: 30, plainOnly: true });
  checkOneOf(confirm["style"], `${at}/style`, found, ["primary", "danger"]);
}

/** Up to 100 groups of up to 100 options, each with a label. */
export function checkOptionGroups(value: unknown, at: string, found: Findings): void {
  for (const [index, item] of checkList(value, at, found, { max: 100 }).entries()) {
    const here = `${at}/${index}`;
    const group = expectObject(item, here, found);
    if (group === undefined) continue;
    checkKeys(group, here, found, { required: ["label", "options"] });
    checkText(group["label"], `${here}/label`, found, { max: 75, plainOnly: true });
    checkOptions(group["options"], `${here}/options`, found, { max: 100 });
  }
}

/** The options of a menu, radio or checkbox group. */
export function checkOptions(
  value: unknown,
  at: string,
  found: Findings,
  rule: { min?: number; max: number; mrkdwn?: boolean },
): void {
  for (const [index, item] of checkList(value, at, found, rule).entries()) {
    const here = `${at}/${index}`;
    const option = expectObject(item, here, found);
    if (option === undefined) continue;
    checkKeys(option, here, found, { required: ["text", "value"], optional: ["description", "url"] });
    checkText(option["text"], `${here}/text`, found, { max: 75, plainOnly: rule.mrkdwn !== true });
    checkText(option["description"], `${here}/description`, found, { max: 75, plainOnly: rule.mrkdwn !== true });
    checkString(option["value"], `${here}/value`, found, { max: 150 });
    checkHttpUrl(option["url"], `${here}/url`, found);
  }
}
