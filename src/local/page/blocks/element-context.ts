/** The context of elements that stand in a block and act at once. */
import type { JsonObject } from "../../slack/shapes.ts";
import { spell } from "../../slack/values.ts";
import type { DrawContext, ElementContext } from "../draw-context.ts";

export function elementContext(block: JsonObject, context: DrawContext): ElementContext {
  return { ...context, blockId: spell(block["block_id"] ?? ""), isInput: false };
}
