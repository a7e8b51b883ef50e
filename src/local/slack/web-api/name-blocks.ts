/** Slack names what its author didn't: each block, and each element that can be acted on. */
import { randomBytes } from "node:crypto";
import type { JsonObject, SlackBlock } from "../shapes.ts";
import { isObject, spell } from "../values.ts";

const passive = new Set(["image", "plain_text", "mrkdwn"]);
const makeName = () => randomBytes(4).toString("base64url").slice(0, 5);

function nameElement(element: unknown): unknown {
  if (!isObject(element) || passive.has(spell(element["type"]))) return element;
  return { action_id: makeName(), ...element };
}

const nameElements = (elements: unknown): unknown => (Array.isArray(elements) ? elements.map(nameElement) : elements);

/** The parts of a block that hold elements or blocks, with names; other keys stay as they are. */
function nameParts(block: JsonObject): JsonObject {
  const { accessory, element, elements, actions, child_blocks: children } = block;
  switch (block["type"]) {
    case "section":
      return accessory === undefined ? {} : { accessory: nameElement(accessory) };
    case "input":
      return { element: nameElement(element) };
    case "actions":
    case "context_actions":
      return { elements: nameElements(elements) };
    case "card":
      return actions === undefined ? {} : { actions: nameElements(actions) };
    case "carousel":
      return { elements: nameBlocks(Array.isArray(elements) ? elements.filter(isObject) : []) };
    case "container":
      return { child_blocks: nameBlocks(Array.isArray(children) ? children.filter(isObject) : []) };
    default:
      return {};
  }
}

export function nameBlocks(blocks: readonly JsonObject[]): SlackBlock[] {
  return blocks.map((block) => ({
    ...block,
    type: spell(block["type"]),
    block_id: typeof block["block_id"] === "string" ? block["block_id"] : makeName(),
    ...nameParts(block),
  }));
}
