/** One cell of a table or a data_table. */
import { isObject, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { html, type Markup } from "../markup.ts";
import { drawPlain } from "../text/draw-text.ts";
import { drawRichText } from "./rich-text.ts";

export interface Cell {
  markup: Markup;
  isNumber: boolean;
  /** What the cell is sorted by. */
  sort: string;
}

export function drawCell(value: unknown, context: DrawContext): Cell {
  if (!isObject(value)) return { markup: html``, isNumber: false, sort: "" };
  if (value["type"] === "rich_text") return { markup: drawRichText(value, context), isNumber: false, sort: "" };
  const text = spell(value["text"] ?? value["value"] ?? "");
  const isNumber = value["type"] === "raw_number";
  return { markup: html`<bdi>${drawPlain(text)}</bdi>`, isNumber, sort: isNumber ? spell(value["value"]) : text };
}

/** The rows of a block; nothing of what is no row. */
export function listRows(rows: unknown): unknown[][] {
  return Array.isArray(rows) ? rows.filter((row) => Array.isArray(row)) : [];
}
