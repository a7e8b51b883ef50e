/** Checks a view, modal or Home, as a whole and refuses it as Slack would. Limits: Slack's view object reference. */
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject } from "../shapes.ts";
import { isObject, listObjects } from "../values.ts";
import { checkBlockList } from "./check-blocks.ts";
import { addMissing, checkBoolean, checkKeys, checkString, Findings } from "./findings.ts";
import { checkText } from "./text.ts";

const MOST_VIEW_BYTES = 250_000;

const modalKeys = ["title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"];
const sharedKeys = ["private_metadata", "callback_id", "external_id"];

/** Everything that is wrong with a view of this kind; pointers begin at `at`. */
export function checkView(view: JsonObject, kind: "modal" | "home", at: string, found: Findings): void {
  if (view["type"] !== kind) return found.addUnsupported(at, view["type"], [kind]);
  const isModal = kind === "modal";
  checkKeys(view, at, found, {
    required: isModal ? ["title", "blocks"] : ["blocks"],
    optional: isModal ? [...modalKeys, ...sharedKeys] : sharedKeys,
  });
  for (const key of ["title", "submit", "close"]) {
    checkText(view[key], `${at}/${key}`, found, { max: 24, plainOnly: true });
  }
  checkString(view["private_metadata"], `${at}/private_metadata`, found, { min: 0, max: 3000 });
  checkString(view["callback_id"], `${at}/callback_id`, found, { min: 0, max: 255 });
  checkString(view["external_id"], `${at}/external_id`, found, { min: 0, max: 255 });
  for (const key of ["clear_on_close", "notify_on_close", "submit_disabled"]) {
    checkBoolean(view[key], `${at}/${key}`, found);
  }
  const { blocks } = view;
  if (blocks === undefined) return;
  if (!Array.isArray(blocks) || !blocks.every(isObject)) return found.add(`${at}/blocks`, "must be a list of blocks");
  checkBlockList(blocks, `${at}/blocks`, found, kind);
  const hasInput = blocks.some((block) => block["type"] === "input");
  if (isModal && hasInput && view["submit"] === undefined) addMissing(at, "submit", found);
  checkFocus(blocks, at, found);
}

/** One element of a view may take the focus. */
function checkFocus(blocks: readonly JsonObject[], at: string, found: Findings): void {
  const focused = blocks.flatMap((block) =>
    [block["element"], block["accessory"], ...listObjects(block["elements"])].filter(
      (element) => isObject(element) && element["focus_on_load"] === true,
    ),
  );
  if (focused.length > 1) found.add(`${at}/blocks`, "only one element may have focus_on_load");
}

/**
 * Gives the view back when Slack would take it.
 * Throws SlackRefusal: view_too_large, invalid_arguments (with pointers from /view).
 */
export function admitView(value: unknown, kind: "modal" | "home"): JsonObject {
  if (!isObject(value)) {
    throw new SlackRefusal("invalid_arguments", { messages: ["[ERROR] must be an object [json-pointer:/view]"] });
  }
  if (new TextEncoder().encode(JSON.stringify(value)).byteLength > MOST_VIEW_BYTES) {
    throw new SlackRefusal("view_too_large");
  }
  const found = new Findings();
  checkView(value, kind, "/view", found);
  if (found.count === 0) return value;
  throw new SlackRefusal("invalid_arguments", { messages: found.messages().map((message) => `[ERROR] ${message}`) });
}
