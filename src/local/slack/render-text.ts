/** Draws a message's blocks as plain text that reads well in a terminal. Pure. */
import { plainText, renderRichText } from "./render-inline.ts";
import { renderRows } from "./render-rows.ts";
import type { JsonObject } from "./shapes.ts";
import { countCodePoints, isObject, listObjects, spell } from "./values.ts";

/** What is drawn: the blocks when there are any, else the text. */
export interface Drawable {
  text?: string | undefined;
  blocks?: readonly JsonObject[] | undefined;
  files?: readonly JsonObject[] | undefined;
}

/** Lines joined by "\n", without one at the end. Buttons stand in square brackets, states are words. */
export function renderText(message: Drawable): string {
  const { blocks = [], files = [] } = message;
  const said = blocks.length === 0 ? [plainText(message.text ?? "")] : blocks.flatMap(renderBlock);
  const shared = files.map((file) => `(file: ${spell(file["title"] ?? file["name"])})`);
  return [...(files.length > 0 && said.join("") === "" ? [] : said), ...shared].join("\n");
}

const statusWords: Record<string, string> = {
  pending: "waiting",
  in_progress: "running",
  complete: "done",
  error: "failed",
};

function renderBlock(block: JsonObject): string[] {
  switch (block["type"]) {
    case "header": {
      const title = textOf(block["text"]);
      return [title, "=".repeat(countCodePoints(title))];
    }
    case "section":
      return renderSection(block);
    case "context":
      return [listObjects(block["elements"]).map(renderElement).join(" · ")];
    case "actions":
      return [listObjects(block["elements"]).map(renderElement).join(" ")];
    case "divider":
      return ["-".repeat(40)];
    case "image":
      return [renderElement(block)];
    case "markdown":
      return [spell(block["text"] ?? "")];
    case "rich_text":
      return renderRichText(block);
    case "table":
      return renderRows(block["rows"], { headerRow: false });
    case "data_table":
      return [spell(block["caption"] ?? ""), ...renderRows(block["rows"], { headerRow: true })];
    case "data_visualization":
      return renderChart(block);
    case "plan":
      return [spell(block["title"] ?? ""), ...listObjects(block["tasks"]).flatMap(renderTask)];
    case "task_card":
      return renderTask(block);
    case "input":
      return [`${textOf(block["label"])}: ____`];
    default:
      return renderNewerBlock(block);
  }
}

function renderNewerBlock(block: JsonObject): string[] {
  switch (block["type"]) {
    case "alert":
      return [`! ${textOf(block["text"])}`];
    case "card": {
      const lines = [block["title"], block["subtitle"], block["body"]].map(textOf).filter((line) => line !== "");
      const buttons = listObjects(block["actions"]).map(renderElement).join(" ");
      return [...lines, ...(buttons === "" ? [] : [buttons])];
    }
    case "carousel":
      return listObjects(block["elements"]).flatMap(renderBlock);
    case "container": {
      const rich = isObject(block["rich_text_title"]) ? renderRichText(block["rich_text_title"]) : [];
      const inner = listObjects(block["child_blocks"]).flatMap(renderBlock);
      return [...(rich.length > 0 ? rich : [textOf(block["title"])]), ...inner.map((line) => `  ${line}`)];
    }
    case "context_actions":
      return [listObjects(block["elements"]).flatMap(renderSmallActions).join(" ")];
    case "video":
      return [`(video: ${textOf(block["title"])})`];
    default:
      return [`(a ${spell(block["type"])} block)`];
  }
}

function renderSmallActions(element: JsonObject): string[] {
  if (element["type"] !== "feedback_buttons") return [`[${textOf(element["text"])}]`];
  const sides = [element["positive_button"], element["negative_button"]].filter(isObject);
  return sides.map((side) => `[${textOf(side["text"])}]`);
}

function renderSection(block: JsonObject): string[] {
  const accessory = isObject(block["accessory"]) ? ` ${renderElement(block["accessory"])}` : "";
  const text = `${textOf(block["text"])}${accessory}`.trim();
  const fields = listObjects(block["fields"]).map((field) => textOf(field).replaceAll("\n", ": "));
  return [...(text === "" ? [] : [text]), ...fields.map((field) => `  ${field}`)];
}

function renderElement(element: JsonObject): string {
  switch (element["type"]) {
    case "plain_text":
    case "mrkdwn":
      return textOf(element);
    case "image":
      return `(image: ${spell(element["alt_text"] ?? "")})`;
    case "button":
      return `[${textOf(element["text"])}]`;
    default:
      return `[${textOf(element["placeholder"]) || spell(element["type"])}]`;
  }
}

function renderTask(task: JsonObject): string[] {
  const status = spell(task["status"]);
  const details = [task["details"], task["output"]].filter(isObject).flatMap(renderRichText);
  return [
    `  ${(statusWords[status] ?? status).padEnd(8)}${spell(task["title"] ?? "")}`,
    ...details.map((line) => `          ${line}`),
  ];
}

function renderChart(block: JsonObject): string[] {
  const chart = isObject(block["chart"]) ? block["chart"] : {};
  const points = (value: unknown) =>
    listObjects(value)
      .map((point) => `${spell(point["label"])} ${spell(point["value"])}`)
      .join(", ");
  const lines =
    chart["segments"] === undefined ? listObjects(chart["series"]) : [{ name: "", data: chart["segments"] }];
  return [
    `${spell(block["title"] ?? "")} (${spell(chart["type"])} chart)`,
    ...lines.map((one) => `  ${[one["name"], points(one["data"])].filter(Boolean).join(": ")}`),
  ];
}

function textOf(value: unknown): string {
  if (!isObject(value) || typeof value["text"] !== "string") return "";
  return value["type"] === "plain_text" ? value["text"] : plainText(value["text"]);
}
