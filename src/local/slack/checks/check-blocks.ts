/** Checks the `blocks` of one message as a whole and refuses it as Slack would. */
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject } from "../shapes.ts";
import { messageBlocks } from "./blocks.ts";
import { checkString, Findings } from "./findings.ts";
import { listCells } from "./tables.ts";
import { isObject, spell, countCodePoints } from "../values.ts";

const MOST_BLOCKS = 50;
const MOST_CELL_CHARACTERS = 10_000;
const MOST_MARKDOWN_CHARACTERS = 12_000;
const MOST_CHARTS = 2;

/**
 * Slack's limit on all blocks of a posted message is not documented. A text budget of 13,357 with 60 for each
 * block agrees with everything measured in slackapi/bolt-js issues 2509 and 2867 (one markdown block of 13,297
 * passes; 11,341 in 45 blocks fails; 9,597 in 50 passes).
 */
const MESSAGE_BUDGET = 13_357;
const BLOCK_COST = 60;

/**
 * Gives the blocks back when Slack would take them.
 * Throws SlackRefusal: invalid_blocks_format (not a list of objects), invalid_blocks (with pointers),
 * invalid_attachments (a second table), msg_blocks_too_long (only when `sized`; response_url posts are not).
 */
export function checkBlocks(value: unknown, options: { sized: boolean }): JsonObject[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new SlackRefusal("invalid_blocks_format");
  const blocks: JsonObject[] = value;
  const found = new Findings();
  if (blocks.length > MOST_BLOCKS) found.add("/blocks", `no more than ${MOST_BLOCKS} items allowed`);
  const blockIds = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    const at = `/blocks/${index}`;
    const type = block["type"];
    const check = typeof type === "string" && Object.hasOwn(messageBlocks, type) ? messageBlocks[type] : undefined;
    if (check === undefined) {
      found.add(`${at}/type`, type === undefined ? "missing required field: type" : `unsupported type: ${spell(type)}`);
      continue;
    }
    check(block, at, found);
    const blockId = block["block_id"];
    checkString(blockId, `${at}/block_id`, found, { max: 255 });
    if (blockId !== undefined && blockIds.has(blockId)) {
      found.add(`${at}/block_id`, `\`block_id\` ${spell(blockId)} already exists`);
    }
    blockIds.add(blockId);
  }
  checkSums(blocks, found);
  if (found.count > 0) throw SlackRefusal.invalidBlocks(found.messages());
  if (ofType(blocks, "table").length > 1) {
    throw new SlackRefusal("invalid_attachments", { messages: ["[ERROR] only_one_table_allowed"] });
  }
  if (options.sized && measureBlocks(blocks) > MESSAGE_BUDGET) throw new SlackRefusal("msg_blocks_too_long");
  return blocks;
}

function checkSums(blocks: readonly JsonObject[], found: Findings): void {
  const cells = [...ofType(blocks, "table"), ...ofType(blocks, "data_table")].flatMap(listCells);
  if (countText(cells) > MOST_CELL_CHARACTERS) {
    found.add("/blocks", `table cells must be less than ${MOST_CELL_CHARACTERS + 1} characters in total`);
  }
  if (countText(ofType(blocks, "markdown")) > MOST_MARKDOWN_CHARACTERS) {
    found.add("/blocks", `markdown must be less than ${MOST_MARKDOWN_CHARACTERS + 1} characters in total`);
  }
  if (ofType(blocks, "data_visualization").length > MOST_CHARTS) {
    found.add("/blocks", `no more than ${MOST_CHARTS} data_visualization blocks allowed`);
  }
}

function ofType(blocks: readonly JsonObject[], type: string): JsonObject[] {
  return blocks.filter((block) => block["type"] === type);
}

/** What a message's blocks weigh against the undocumented limit, in code points. */
export function measureBlocks(blocks: readonly JsonObject[]): number {
  return countText(blocks) + BLOCK_COST * blocks.length;
}

/** Sum of all `text` strings in a tree. */
function countText(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countText(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === "text" && typeof item === "string" ? countCodePoints(item) : countText(item)),
    0,
  );
}
