/** A message as a few lines of text, so that a snapshot reads like what people see. */
import type { KnownBlock, SlackMessage } from "#src/slack/message.ts";

function drawBlock(block: KnownBlock): string[] {
  switch (block.type) {
    case "header":
      return [`# ${block.text.text}`];
    case "section":
      return [block.text?.text ?? "", ...(block.fields ?? []).map((field) => field.text.replace("\n", " "))]
        .filter((line) => line !== "")
        .flatMap((text) => text.split("\n"));
    case "context":
      return block.elements.map((element) => `~ ${"text" in element ? element.text : "?"}`);
    case "actions":
      return block.elements.map((element) => {
        if (element.type !== "button") return `[${element.type}]`;
        return `[${element.text.text}] ${element.action_id} ${element.value} "${element.accessibility_label}"`;
      });
    default:
      return ["---"];
  }
}

/** The sentence, then each block's lines. */
export function draw(message: SlackMessage): string {
  return [`TEXT ${message.text}`, ...message.blocks.flatMap(drawBlock)].join("\n");
}
