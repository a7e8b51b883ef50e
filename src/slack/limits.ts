/** What Slack accepts in a message, as data, and the check that every outgoing message passes. Lengths are code points. */
import type { Button, KnownBlock, SlackMessage } from "./message.ts";
import { countCodePoints } from "./text.ts";

/** Block Kit reference of docs.slack.dev; the total is not documented there but is enforced. */
export const limits = {
  /** Longer texts are refused by chat.update as msg_too_long. */
  messageText: 4000,
  blocks: 50,
  /**
   * Text of all blocks plus `blockWeight` for each: slackapi/bolt-js 2509 and 2867 saw 13,297 characters in one block
   * pass and 11,341 in 45 blocks refused as msg_blocks_too_long.
   */
  totalWeight: 12_000,
  blockWeight: 60,
  blockId: 255,
  headerText: 150,
  sectionText: 3000,
  sectionFields: 10,
  fieldText: 2000,
  contextElements: 10,
  contextText: 3000,
  actionsElements: 25,
  actionId: 255,
  buttonText: 75,
  buttonValue: 2000,
  buttonUrl: 3000,
  accessibilityLabel: 75,
  metadataEventType: 255,
} as const;

/** Something Slack would refuse: where, what, how much. */
export interface LimitProblem {
  /** "blocks[3].text". */
  place: string;
  sentence: string;
}

type Report = (place: string, sentence: string) => void;

function checkLength(report: Report, place: string, text: string | undefined, max: number): void {
  const length = countCodePoints(text ?? "");
  if (length === 0) report(place, `${place} is empty: Slack takes 1 to ${max} characters`);
  if (length > max) report(place, `${place} has ${length} characters: Slack takes ${max}`);
}

function checkCount(report: Report, place: string, count: number, max: number): void {
  if (count === 0) report(place, `${place} is empty: Slack takes 1 to ${max} entries`);
  if (count > max) report(place, `${place} has ${count} entries: Slack takes ${max}`);
}

function checkButton(report: Report, place: string, button: Button): void {
  checkLength(report, `${place}.text`, button.text.text, limits.buttonText);
  checkLength(report, `${place}.action_id`, button.action_id, limits.actionId);
  if (button.value !== undefined) checkLength(report, `${place}.value`, button.value, limits.buttonValue);
  if (button.url !== undefined) checkLength(report, `${place}.url`, button.url, limits.buttonUrl);
  checkLength(report, `${place}.accessibility_label`, button.accessibility_label, limits.accessibilityLabel);
}

function checkBlock(report: Report, place: string, block: KnownBlock): void {
  if (block.block_id !== undefined) checkLength(report, `${place}.block_id`, block.block_id, limits.blockId);
  if (block.type === "header") checkLength(report, `${place}.text`, block.text.text, limits.headerText);
  if (block.type === "section") {
    if (block.text !== undefined) checkLength(report, `${place}.text`, block.text.text, limits.sectionText);
    if (block.text === undefined && block.fields === undefined) report(place, `${place} has neither text nor fields`);
    if (block.fields !== undefined) checkCount(report, `${place}.fields`, block.fields.length, limits.sectionFields);
    block.fields?.forEach((field, index) =>
      checkLength(report, `${place}.fields[${index}]`, field.text, limits.fieldText),
    );
  }
  if (block.type === "context") {
    checkCount(report, `${place}.elements`, block.elements.length, limits.contextElements);
    block.elements.forEach((element, index) => {
      if ("text" in element) checkLength(report, `${place}.elements[${index}]`, element.text, limits.contextText);
    });
  }
  if (block.type === "actions") {
    checkCount(report, `${place}.elements`, block.elements.length, limits.actionsElements);
    block.elements.forEach((element, index) => {
      if (element.type === "button") checkButton(report, `${place}.elements[${index}]`, element);
    });
  }
}

/** Every text of a block that counts towards the total, buttons included. */
function textsOf(block: KnownBlock): string[] {
  switch (block.type) {
    case "header":
      return [block.text.text];
    case "section":
      return [block.text?.text ?? "", ...(block.fields ?? []).map((field) => field.text)];
    case "context":
      return block.elements.map((element) => ("text" in element ? element.text : ""));
    case "actions":
      return block.elements.map((element) => (element.type === "button" ? element.text.text : ""));
    default:
      return [];
  }
}

/** What the blocks weigh against `totalWeight`. */
export function weighBlocks(blocks: readonly KnownBlock[]): number {
  return blocks.flatMap(textsOf).reduce((sum, text) => sum + countCodePoints(text), limits.blockWeight * blocks.length);
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** All that Slack would refuse in the message, in order of place; empty when it may be sent. */
export function checkBlocks(message: SlackMessage): LimitProblem[] {
  const problems: LimitProblem[] = [];
  const report: Report = (place, sentence) => problems.push({ place, sentence });
  checkLength(report, "text", message.text, limits.messageText);
  // A message without blocks is its text alone.
  if (message.blocks.length > 0) checkCount(report, "blocks", message.blocks.length, limits.blocks);
  message.blocks.forEach((block, index) => checkBlock(report, `blocks[${index}]`, block));
  const total = weighBlocks(message.blocks);
  if (total > limits.totalWeight) {
    report("blocks", `the blocks weigh ${total} characters in total: Slack takes about ${limits.totalWeight}`);
  }
  for (const id of repeated(message.blocks.flatMap((block) => block.block_id ?? []))) {
    report("blocks", `block_id "${id}" is used twice: Slack takes each once in a message`);
  }
  return problems;
}
