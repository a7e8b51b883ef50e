/** Cards, carousels, containers, alerts, videos and the small actions under a message. */
import type { JsonObject } from "../shapes.ts";
import { isObject } from "../values.ts";
import { checkElements, elementsOf, image } from "./elements.ts";
import {
  addMissing,
  checkBoolean,
  checkHttpUrl,
  checkKeys,
  checkList,
  checkOneOf,
  checkString,
  expectObject,
} from "./findings.ts";
import type { Findings } from "./findings.ts";
import { checkRichText } from "./rich-text.ts";
import { checkText } from "./text.ts";

/** Where blocks can stand. */
export type Surface = "message" | "modal" | "home";
export type BlockCheck = (block: JsonObject, at: string, found: Findings, surface: Surface) => void;

export const checkAlert: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { required: ["text"], optional: ["block_id", "level"] });
  checkText(block["text"], `${at}/text`, found, { max: 200 });
  checkOneOf(block["level"], `${at}/level`, found, ["default", "info", "warning", "error", "success"]);
};

export const checkContextActions: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { required: ["elements"], optional: ["block_id"] });
  checkElements(block["elements"], `${at}/elements`, found, { max: 5, allowed: elementsOf.contextActions });
};

function checkPicture(value: unknown, at: string, found: Findings): void {
  if (value === undefined) return;
  const picture = expectObject(value, at, found);
  if (picture === undefined) return;
  if (picture["type"] === "image") image(picture, at, found);
  else found.addUnsupported(at, picture["type"], ["image"]);
}

const cardParts = ["hero_image", "title", "actions", "body"];

export const checkCard: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { optional: ["block_id", "icon", "subtitle", ...cardParts] });
  if (cardParts.every((part) => block[part] === undefined)) addMissing(at, "title", found);
  checkPicture(block["hero_image"], `${at}/hero_image`, found);
  checkPicture(block["icon"], `${at}/icon`, found);
  checkText(block["title"], `${at}/title`, found, { max: 150 });
  checkText(block["subtitle"], `${at}/subtitle`, found, { max: 150 });
  checkText(block["body"], `${at}/body`, found, { max: 200 });
  checkElements(block["actions"], `${at}/actions`, found, { max: 3, allowed: elementsOf.card });
};

export const checkCarousel: BlockCheck = (block, at, found, surface) => {
  checkKeys(block, at, found, { required: ["elements"], optional: ["block_id"] });
  for (const [index, item] of checkList(block["elements"], `${at}/elements`, found, { max: 10 }).entries()) {
    const here = `${at}/elements/${index}`;
    const card = expectObject(item, here, found);
    if (card === undefined) continue;
    if (card["type"] === "card") checkCard(card, here, found, surface);
    else found.addUnsupported(here, card["type"], ["card"]);
  }
};

export const checkVideo: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, {
    required: ["video_url", "thumbnail_url", "alt_text", "title"],
    optional: ["block_id", "title_url", "author_name", "provider_name", "provider_icon_url", "description"],
  });
  for (const key of ["video_url", "title_url"]) {
    checkHttpUrl(block[key], `${at}/${key}`, found);
    if (typeof block[key] === "string" && block[key].startsWith("http:")) found.add(`${at}/${key}`, "must use https");
  }
  checkHttpUrl(block["thumbnail_url"], `${at}/thumbnail_url`, found);
  checkHttpUrl(block["provider_icon_url"], `${at}/provider_icon_url`, found);
  checkString(block["alt_text"], `${at}/alt_text`, found, { max: 2000 });
  checkText(block["title"], `${at}/title`, found, { max: 199, plainOnly: true });
  checkText(block["description"], `${at}/description`, found, { max: 200, plainOnly: true });
  checkString(block["author_name"], `${at}/author_name`, found, { max: 49 });
  checkString(block["provider_name"], `${at}/provider_name`, found, { max: 50 });
};

/** A container around the blocks that `children` knows. */
export function containerOf(children: Readonly<Record<string, BlockCheck>>): BlockCheck {
  return (block, at, found, surface) => {
    const flags = ["is_collapsible", "default_collapsed", "has_header_divider"];
    checkKeys(block, at, found, {
      required: ["child_blocks"],
      optional: ["block_id", "title", "rich_text_title", "subtitle", "width", "icon", ...flags],
    });
    if (block["title"] === undefined && block["rich_text_title"] === undefined) addMissing(at, "title", found);
    checkText(block["title"], `${at}/title`, found, { max: 150, plainOnly: true });
    checkRichText(block["rich_text_title"], `${at}/rich_text_title`, found);
    checkText(block["subtitle"], `${at}/subtitle`, found, { max: 150 });
    checkOneOf(block["width"], `${at}/width`, found, ["narrow", "standard", "wide", "full"]);
    checkPicture(block["icon"], `${at}/icon`, found);
    for (const flag of flags) checkBoolean(block[flag], `${at}/${flag}`, found);
    if (block["default_collapsed"] === true && block["is_collapsible"] !== true) {
      found.add(`${at}/default_collapsed`, "needs is_collapsible to be true");
    }
    for (const [index, child] of checkList(block["child_blocks"], `${at}/child_blocks`, found, { max: 10 }).entries()) {
      const here = `${at}/child_blocks/${index}`;
      const type = isObject(child) ? child["type"] : undefined;
      const check = typeof type === "string" && Object.hasOwn(children, type) ? children[type] : undefined;
      if (check === undefined || !isObject(child)) found.addUnsupported(here, type, Object.keys(children));
      else check(child, here, found, surface);
    }
  };
}
