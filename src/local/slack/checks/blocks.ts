/** Every block type that a message may hold here, and what each must look like. Anything else is refused. */
import type { JsonObject } from "../shapes.ts";
import { checkChart } from "./chart.ts";
import { checkElement, elementsOf, image } from "./elements.ts";
import { checkBoolean, checkKeys, checkList, checkString } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { checkPlan, checkTaskCard } from "./progress.ts";
import { checkRichText } from "./rich-text.ts";
import { checkDataTable, checkTable } from "./tables.ts";
import { checkText } from "./text.ts";
import { isObject, spell } from "../values.ts";

type BlockCheck = (block: JsonObject, at: string, found: Findings) => void;

const section: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { optional: ["block_id", "text", "fields", "accessory", "expand"] });
  if (block["text"] === undefined && block["fields"] === undefined) found.add(at, "missing required field: text");
  checkText(block["text"], `${at}/text`, found, { max: 3000 });
  for (const [index, field] of checkList(block["fields"], `${at}/fields`, found, { max: 10 }).entries()) {
    checkText(field, `${at}/fields/${index}`, found, { max: 2000 });
  }
  if (block["accessory"] !== undefined) {
    checkElement(block["accessory"], `${at}/accessory`, found, elementsOf.accessory);
  }
  checkBoolean(block["expand"], `${at}/expand`, found);
};

const header: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { required: ["text"], optional: ["block_id"] });
  checkText(block["text"], `${at}/text`, found, { max: 150, plainOnly: true });
};

const context: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { required: ["elements"], optional: ["block_id"] });
  for (const [index, element] of checkList(block["elements"], `${at}/elements`, found, { max: 10 }).entries()) {
    const here = `${at}/elements/${index}`;
    if (isObject(element) && element["type"] === "image") image(element, here, found);
    else checkText(element, here, found, { max: 3000 });
  }
};

const actions: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { required: ["elements"], optional: ["block_id"] });
  const seen = new Set<unknown>();
  for (const [index, item] of checkList(block["elements"], `${at}/elements`, found, { max: 25 }).entries()) {
    const here = `${at}/elements/${index}`;
    const actionId = checkElement(item, here, found, elementsOf.actions)?.["action_id"];
    if (actionId === undefined) continue;
    if (seen.has(actionId)) found.add(`${here}/action_id`, `\`action_id\` ${spell(actionId)} already exists`);
    seen.add(actionId);
  }
};

const input: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, {
    required: ["label", "element"],
    optional: ["block_id", "hint", "optional", "dispatch_action"],
  });
  checkText(block["label"], `${at}/label`, found, { max: 2000, plainOnly: true });
  checkText(block["hint"], `${at}/hint`, found, { max: 2000, plainOnly: true });
  checkElement(block["element"], `${at}/element`, found, elementsOf.input);
};

const imageBlock: BlockCheck = (block, at, found) => {
  image(block, at, found);
  checkText(block["title"], `${at}/title`, found, { max: 2000, plainOnly: true });
};

const markdown: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { required: ["text"], optional: ["block_id"] });
  checkString(block["text"], `${at}/text`, found, { max: 12_000 });
};

/** What a message may hold. `alert` is for modals only, so that Slack too refuses it here. */
export const messageBlocks: Readonly<Record<string, BlockCheck>> = {
  section,
  header,
  divider: (block, at, found) => checkKeys(block, at, found, { optional: ["block_id"] }),
  context,
  actions,
  image: imageBlock,
  input,
  rich_text: checkRichText,
  markdown,
  table: checkTable,
  data_table: checkDataTable,
  data_visualization: checkChart,
  task_card: checkTaskCard,
  plan: checkPlan,
};
