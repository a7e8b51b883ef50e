/** What a message says: text, blocks, attachments, metadata; read, checked, and made ready to be kept. */
import { checkBlocks } from "../checks/check-blocks.ts";
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject, SlackBlock } from "../shapes.ts";
import { readStructured } from "./arguments.ts";
import { nameBlocks } from "./name-blocks.ts";
import { isObject, spell, countCodePoints, cutCodePoints } from "../values.ts";

const MOST_ATTACHMENTS = 100;
const MOST_MARKDOWN_CHARACTERS = 12_000;
/** Slack shortens a posted text to this, and refuses none. */
const POSTED_TEXT_CHARACTERS = 40_000;
const EDITED_TEXT_CHARACTERS = 4000;

/** A field that was not given is absent, so that an edit can tell it from an empty one. */
export interface Content {
  text?: string;
  blocks?: SlackBlock[];
  attachments?: JsonObject[];
  metadata?: JsonObject;
}

/**
 * Reads the content arguments of a call.
 * Throws SlackRefusal: no_text, msg_too_long, invalid_blocks, invalid_blocks_format, msg_blocks_too_long,
 * invalid_attachments, too_many_attachments, markdown_text_conflict, invalid_metadata_format.
 */
export function readContent(raw: JsonObject, place: "post" | "edit" | "response_url"): Content {
  const blocks = readStructured(raw["blocks"], "invalid_blocks_format");
  const text = readText(raw, blocks !== undefined);
  const content: Content = {
    ...(text === undefined ? {} : { text: limitText(text, place) }),
    ...(blocks === undefined ? {} : { blocks: nameBlocks(checkBlocks(blocks, { sized: place !== "response_url" })) }),
    ...readAttachments(raw),
    ...readMetadata(raw),
  };
  const says = (content.text ?? "").trim() !== "" || (content.blocks ?? []).length > 0 || content.attachments?.length;
  if (!says) throw new SlackRefusal("no_text");
  return content;
}

function readText(raw: JsonObject, hasBlocks: boolean): string | undefined {
  const { text, markdown_text: markdown } = raw;
  if (markdown === undefined) {
    if (text === undefined || text === null) return undefined;
    if (typeof text !== "string")
      throw new SlackRefusal("invalid_arguments", { messages: ["[ERROR] text must be a string"] });
    return text;
  }
  if (hasBlocks || text !== undefined) throw new SlackRefusal("markdown_text_conflict");
  if (countCodePoints(spell(markdown)) > MOST_MARKDOWN_CHARACTERS) throw new SlackRefusal("msg_too_long");
  return spell(markdown);
}

function limitText(text: string, place: "post" | "edit" | "response_url"): string {
  if (place === "edit" && countCodePoints(text) > EDITED_TEXT_CHARACTERS) throw new SlackRefusal("msg_too_long");
  return cutCodePoints(text, POSTED_TEXT_CHARACTERS);
}

function readAttachments(raw: JsonObject): Pick<Content, "attachments"> {
  const attachments = readStructured(raw["attachments"], "invalid_attachments");
  if (attachments === undefined) return {};
  if (!Array.isArray(attachments) || !attachments.every(isObject)) throw new SlackRefusal("invalid_attachments");
  if (attachments.length > MOST_ATTACHMENTS) throw new SlackRefusal("too_many_attachments");
  return { attachments };
}

function readMetadata(raw: JsonObject): Pick<Content, "metadata"> {
  const metadata = readStructured(raw["metadata"], "invalid_metadata_format");
  if (metadata === undefined) return {};
  if (!isObject(metadata)) throw new SlackRefusal("invalid_metadata_format");
  const empty = Object.keys(metadata).length === 0;
  if (!empty && (typeof metadata["event_type"] !== "string" || !isObject(metadata["event_payload"]))) {
    throw new SlackRefusal("invalid_metadata_format");
  }
  return { metadata };
}
