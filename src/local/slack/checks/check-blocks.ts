/** Checks a list of blocks as a whole; refuses those of a message as Slack would. */
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject } from "../shapes.ts";
import { blocksOf } from "./blocks.ts";
import { checkList, checkString, Findings } from "./findings.ts";
import type { Surface } from "./rich-blocks.ts";
import { listCells } from "./tables.ts";
import { isObject, spell, countCodePoints } from "../values.ts";

const mostBlocks = { message: 50, modal: 100, home: 100 } as const;
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
  checkBlockList(blocks, "/blocks", found, "message");
  if (found.count > 0) throw SlackRefusal.invalidBlocks(found.messages());
  if (ofType(blocks, "table").length > 1) {
    throw new SlackRefusal("invalid_attachments", { messages: ["[ERROR] only_one_table_allowed"] });
  }
  if (options.sized && measureBlocks(blocks) > MESSAGE_BUDGET) throw new SlackRefusal("msg_blocks_too_long");
  return blocks;
}

/** The blocks of one surface: how many, of which types, each by its own rules, and what counts over all of them. */
export function checkBlockList(blocks: readonly JsonObject[], at: string, found: Findings, surface: Surface): void {
  checkList(blocks, at, found, { min: 0, max: mostBlocks[surface] });
  const allowed = blocksOf[surface];
  const blockIds = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    const here = `${at}/${index}`;
    const { type, block_id: blockId } = block;
    const check = typeof type === "string" && Object.hasOwn(allowed, type) ? allowed[type] : undefined;
    if (check === undefined) {
      found.addUnsupported(here, type, Object.keys(allowed));
      continue;
    }
    check(block, here, found, surface);
    checkString(blockId, `${here}/block_id`, found, { max: 255 });
    if (blockId !== undefined && blockIds.has(blockId)) {
      found.add(`${here}/block_id`, `\`block_id\` ${spell(blockId)} already exists`);
    }
    blockIds.add(blockId);
  }
  checkSums(blocks, at, found);
}

function checkSums(blocks: readonly JsonObject[], at: string, found: Findings): void {
  const cells = [...ofType(blocks, "table"), ...ofType(blocks, "data_table")].flatMap(listCells);
  if (countText(cells) > MOST_CELL_CHARACTERS) {
    found.add(at, `table cells must be less than ${MOST_CELL_CHARACTERS + 1} characters in total`);
  }
  if (countText(ofType(blocks, "markdown")) > MOST_MARKDOWN_CHARACTERS) {
    found.add(at, `markdown must be less than ${MOST_MARKDOWN_CHARACTERS + 1} characters in total`);
  }
  if (ofType(blocks, "data_visualization").length > MOST_CHARTS) {
    found.add(at, `no more than ${MOST_CHARTS} data_visualization blocks allowed`);
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
