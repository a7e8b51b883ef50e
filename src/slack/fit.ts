/** Makes a message fit into Slack's limits, giving up what matters least first: campaign lines, from the last one. */
import { weighBlocks, limits } from "./limits.ts";
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  SectionBlock,
  SlackMessage,
} from "./message.ts";
import { countCodePoints, cutMrkdwn, cutText } from "./text.ts";

/** Sections (by block_id) whose lines below the title may be dropped, in the order in which they are given up. */
const droppable = ["campaigns", "warnings"] as const;

/** Room for "…and 1,126 more". */
const MORE_LINE = 24;

/** The title and as many lines as fit into `max`, then how many were left out. */
function dropLines(text: string, max: number): string {
  if (countCodePoints(text) <= max) return text;
  const [title = "", ...lines] = text.split("\n");
  const kept = [...lines];
  const render = (): string => [title, ...kept, `…and ${lines.length - kept.length} more`].join("\n");
  while (kept.length > 0 && countCodePoints(render()) > max) kept.pop();
  if (kept.length === lines.length) kept.pop();
  return cutMrkdwn(render(), Math.max(max, MORE_LINE));
}

function isDroppable(block: KnownBlock): boolean {
  return droppable.some((id) => id === block.block_id);
}

function fitSection(block: SectionBlock): SectionBlock | null {
  const fitted = { ...block };
  if (block.text !== undefined) {
    const fit = isDroppable(block) ? dropLines : cutMrkdwn;
    fitted.text = { ...block.text, text: fit(block.text.text, limits.sectionText) };
    if (fitted.text.text === "") delete fitted.text;
  }
  if (block.fields !== undefined) {
    fitted.fields = block.fields
      .filter((field) => field.text !== "")
      .slice(0, limits.sectionFields)
      .map((field) => ({ ...field, text: cutMrkdwn(field.text, limits.fieldText) }));
    if (fitted.fields.length === 0) delete fitted.fields;
  }
  return fitted.text === undefined && fitted.fields === undefined ? null : fitted;
}

function fitContext(block: ContextBlock): ContextBlock | null {
  const elements = block.elements
    .filter((element) => !("text" in element) || element.text !== "")
    .slice(0, limits.contextElements)
    .map((element) =>
      "text" in element ? { ...element, text: cutMrkdwn(element.text, limits.contextText) } : element,
    );
  return elements.length === 0 ? null : { ...block, elements };
}

function fitButton(button: Button): Button {
  const fitted = { ...button, text: { ...button.text, text: cutText(button.text.text, limits.buttonText) } };
  const label = button.accessibility_label;
  return label === undefined ? fitted : { ...fitted, accessibility_label: cutText(label, limits.accessibilityLabel) };
}

function fitActions(block: ActionsBlock): ActionsBlock | null {
  const elements = block.elements
    .slice(0, limits.actionsElements)
    .map((element) => (element.type === "button" ? fitButton(element) : element));
  return elements.length === 0 ? null : { ...block, elements };
}

function fitHeader(block: HeaderBlock): HeaderBlock | null {
  const text = cutText(block.text.text, limits.headerText);
  return text === "" ? null : { ...block, text: { ...block.text, text } };
}

function fitBlock(block: KnownBlock): KnownBlock | null {
  switch (block.type) {
    case "header":
      return fitHeader(block);
    case "section":
      return fitSection(block);
    case "context":
      return fitContext(block);
    case "actions":
      return fitActions(block);
    default:
      return block;
  }
}

/** Keeps the first blocks and the last ones, because the outcome stands at the top and the button at the bottom. */
function fitCount(blocks: readonly KnownBlock[]): KnownBlock[] {
  if (blocks.length <= limits.blocks) return [...blocks];
  const tail = 2;
  return [...blocks.slice(0, limits.blocks - tail), ...blocks.slice(-tail)];
}

function replaceText(blocks: readonly KnownBlock[], target: SectionBlock, text: string): KnownBlock[] {
  if (target.text === undefined) return [...blocks];
  const changed: SectionBlock = { ...target, text: { ...target.text, text } };
  return blocks.map((block) => (block === target ? changed : block));
}

/** Brings the total down: droppable sections first, then the longest section, until it fits or nothing is left to cut. */
function fitTotal(blocks: readonly KnownBlock[]): KnownBlock[] {
  let fitted = [...blocks];
  for (const id of droppable) {
    const over = weighBlocks(fitted) - limits.totalWeight;
    const block = fitted.find(
      (candidate): candidate is SectionBlock => candidate.block_id === id && candidate.type === "section",
    );
    if (over <= 0 || block?.text === undefined) continue;
    fitted = replaceText(fitted, block, dropLines(block.text.text, countCodePoints(block.text.text) - over));
  }
  for (let turn = 0; turn < limits.blocks; turn += 1) {
    const over = weighBlocks(fitted) - limits.totalWeight;
    const sections = fitted.filter(
      (block): block is SectionBlock => block.type === "section" && block.text !== undefined,
    );
    const lengthOf = (block: SectionBlock): number => countCodePoints(block.text?.text ?? "");
    const longest = sections.toSorted((left, right) => lengthOf(right) - lengthOf(left))[0];
    if (over <= 0 || longest?.text === undefined) break;
    fitted = replaceText(fitted, longest, cutMrkdwn(longest.text.text, Math.max(1, lengthOf(longest) - over)));
  }
  return fitted;
}

/**
 * Returns the message cut to what Slack takes; an equal message when it fits. What can't be cut without changing
 * its meaning (button values, ids) is left for `checkBlocks` to name.
 */
export function fitBlocks(message: SlackMessage): SlackMessage {
  const blocks = message.blocks.map(fitBlock).filter((block) => block !== null);
  return { text: cutMrkdwn(message.text, limits.messageText), blocks: fitTotal(fitCount(blocks)) };
}
