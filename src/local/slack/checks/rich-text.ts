/** The rich_text block: sections, lists, quotes, preformatted text and the pieces inside them. */
import { checkBoolean, checkKeys, checkList, checkOneOf, checkString, expectObject } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { isObject, spell } from "../values.ts";

/** The field each inline piece can't do without, by type. */
const inline: Record<string, { required: readonly string[]; optional?: readonly string[] }> = {
  text: { required: ["text"] },
  link: { required: ["url"], optional: ["text", "unsafe"] },
  emoji: { required: ["name"], optional: ["unicode", "url", "skin_tone"] },
  user: { required: ["user_id"] },
  channel: { required: ["channel_id"] },
  usergroup: { required: ["usergroup_id"] },
  team: { required: ["team_id"] },
  broadcast: { required: ["range"] },
  color: { required: ["value"] },
  date: { required: ["timestamp", "format"], optional: ["url", "fallback"] },
};

const styles = ["bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"];

function checkInline(value: unknown, at: string, found: Findings, only?: readonly string[]): void {
  const piece = expectObject(value, at, found);
  if (piece === undefined) return;
  const type = spell(piece["type"]);
  const rule = Object.hasOwn(inline, type) ? inline[type] : undefined;
  if (rule === undefined || (only !== undefined && !only.includes(type))) {
    return found.addUnsupported(at, piece["type"], only ?? Object.keys(inline));
  }
  checkKeys(piece, at, found, { required: rule.required, optional: [...(rule.optional ?? []), "style"] });
  for (const key of rule.required) if (key !== "timestamp") checkString(piece[key], `${at}/${key}`, found, {});
  if (piece["timestamp"] !== undefined && typeof piece["timestamp"] !== "number") {
    found.add(`${at}/timestamp`, "must be a number");
  }
  if (!isObject(piece["style"])) {
    if (piece["style"] !== undefined) found.add(`${at}/style`, "must be an object");
    return;
  }
  checkKeys(piece["style"], `${at}/style`, found, { optional: styles });
  for (const [key, on] of Object.entries(piece["style"])) checkBoolean(on, `${at}/style/${key}`, found);
}

function checkPieces(value: unknown, at: string, found: Findings, only?: readonly string[]): void {
  for (const [index, piece] of checkList(value, at, found, { min: 0 }).entries()) {
    checkInline(piece, `${at}/${index}`, found, only);
  }
}

const parts = ["rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"];

function checkRichTextPart(value: unknown, at: string, found: Findings): void {
  const part = expectObject(value, at, found);
  if (part === undefined) return;
  const elementsAt = `${at}/elements`;
  switch (part["type"]) {
    case "rich_text_section":
      checkKeys(part, at, found, { required: ["elements"] });
      return checkPieces(part["elements"], elementsAt, found);
    case "rich_text_quote":
      checkKeys(part, at, found, { required: ["elements"], optional: ["border"] });
      return checkPieces(part["elements"], elementsAt, found);
    case "rich_text_preformatted":
      checkKeys(part, at, found, { required: ["elements"], optional: ["border", "language"] });
      return checkPieces(part["elements"], elementsAt, found, ["text", "link"]);
    case "rich_text_list":
      checkKeys(part, at, found, { required: ["elements", "style"], optional: ["indent", "offset", "border"] });
      checkOneOf(part["style"], `${at}/style`, found, ["bullet", "ordered"]);
      for (const [index, item] of checkList(part["elements"], elementsAt, found, {}).entries()) {
        const here = `${elementsAt}/${index}`;
        if (!isObject(item) || item["type"] !== "rich_text_section") {
          found.addUnsupported(here, isObject(item) ? item["type"] : typeof item, ["rich_text_section"]);
        } else {
          checkRichTextPart(item, here, found);
        }
      }
      return;
    default:
      found.addUnsupported(at, part["type"], parts);
  }
}

/** A whole rich_text entity, as a block or inside a table cell or a task card. */
export function checkRichText(value: unknown, at: string, found: Findings): void {
  if (value === undefined) return;
  const block = expectObject(value, at, found);
  if (block === undefined) return;
  if (block["type"] !== "rich_text") return found.addUnsupported(at, block["type"], ["rich_text"]);
  checkKeys(block, at, found, { required: ["elements"], optional: ["block_id"] });
  for (const [index, part] of checkList(block["elements"], `${at}/elements`, found, { min: 0 }).entries()) {
    checkRichTextPart(part, `${at}/elements/${index}`, found);
  }
}
