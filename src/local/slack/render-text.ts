/** Draws a message's blocks as plain text that reads well in a terminal. Pure. */
import { plainText, renderRichText } from "./render-inline.ts";
import { renderRows } from "./render-rows.ts";
import type { JsonObject } from "./shapes.ts";
import { countCodePoints, isObject, listObjects, spell } from "./values.ts";

/** What is drawn: the blocks when there are any, else the text. */
export interface Drawable {
  text?: string | undefined;
  blocks?: readonly JsonObject[] | undefined;
}

/** Lines joined by "\n", without one at the end. Buttons stand in square brackets, states are words. */
export function renderText(message: Drawable): string {
  const blocks = message.blocks ?? [];
  if (blocks.length === 0) return plainText(message.text ?? "");
  return blocks.flatMap(renderBlock).join("\n");
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
      return [`(a ${spell(block["type"])} block)`];
  }
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
