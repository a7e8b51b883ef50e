/** Every block type, what each must look like, and on which surface it may stand. Anything else is refused. */
import { checkChart } from "./chart.ts";
import { checkElement, checkElements, elementsOf, image } from "./elements.ts";
import { addMissing, checkBoolean, checkKeys, checkList, checkString } from "./findings.ts";
import { checkPlan, checkTaskCard } from "./progress.ts";
import { checkAlert, checkCard, checkCarousel, checkContextActions, checkVideo, containerOf } from "./rich-blocks.ts";
import type { BlockCheck, Surface } from "./rich-blocks.ts";
import { checkRichText } from "./rich-text.ts";
import { checkDataTable, checkTable } from "./tables.ts";
import { checkText } from "./text.ts";
import { isObject } from "../values.ts";

const section: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { optional: ["block_id", "text", "fields", "accessory", "expand"] });
  if (block["text"] === undefined && block["fields"] === undefined) addMissing(at, "text", found);
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
  checkElements(block["elements"], `${at}/elements`, found, { max: 25, allowed: elementsOf.actions });
};

const input: BlockCheck = (block, at, found, surface) => {
  checkKeys(block, at, found, {
    required: ["label", "element"],
    optional: ["block_id", "hint", "optional", "dispatch_action"],
  });
  checkText(block["label"], `${at}/label`, found, { max: 2000, plainOnly: true });
  checkText(block["hint"], `${at}/hint`, found, { max: 2000, plainOnly: true });
  checkBoolean(block["optional"], `${at}/optional`, found);
  checkBoolean(block["dispatch_action"], `${at}/dispatch_action`, found);
  const allowed = surface === "modal" ? elementsOf.inputInModal : elementsOf.input;
  checkElement(block["element"], `${at}/element`, found, allowed);
};

const imageBlock: BlockCheck = (block, at, found) => {
  image(block, at, found);
  checkText(block["title"], `${at}/title`, found, { max: 2000, plainOnly: true });
};

const markdown: BlockCheck = (block, at, found) => {
  checkKeys(block, at, found, { required: ["text"], optional: ["block_id"] });
  checkString(block["text"], `${at}/text`, found, { max: 12_000 });
};

const divider: BlockCheck = (block, at, found) => checkKeys(block, at, found, { optional: ["block_id"] });

const everywhere = {
  section,
  header,
  divider,
  context,
  actions,
  image: imageBlock,
  input,
  rich_text: checkRichText,
  video: checkVideo,
} satisfies Record<string, BlockCheck>;

/** What a message may hold. The newer blocks have their place in messages only, as far as is known. */
export const messageBlocks: Readonly<Record<string, BlockCheck>> = {
  ...everywhere,
  markdown,
  table: checkTable,
  data_table: checkDataTable,
  data_visualization: checkChart,
  task_card: checkTaskCard,
  plan: checkPlan,
  card: checkCard,
  carousel: checkCarousel,
  container: containerOf({ ...everywhere, table: checkTable }),
  context_actions: checkContextActions,
};

/** What each surface may hold; an alert has its place in modals only. */
export const blocksOf: Readonly<Record<Surface, Readonly<Record<string, BlockCheck>>>> = {
  message: messageBlocks,
  modal: { ...everywhere, alert: checkAlert },
  home: everywhere,
};
