/** The table and data_table blocks: rows, columns, cells. Limits: Slack's table block references. */
import type { JsonObject } from "../shapes.ts";
import { checkBoolean, checkKeys, checkList, checkOneOf, checkString, checkWhole, expectObject } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { checkRichText } from "./rich-text.ts";
import { isObject } from "../values.ts";

const MOST_ROWS = 100;
const MOST_COLUMNS = 20;

function checkCell(value: unknown, at: string, found: Findings, header: boolean): void {
  const cell = expectObject(value, at, found);
  if (cell === undefined) return;
  const type = cell["type"];
  if (type === "raw_text") {
    checkKeys(cell, at, found, { required: ["text"] });
    return checkString(cell["text"], `${at}/text`, found, {});
  }
  if (type === "raw_number") {
    checkKeys(cell, at, found, { required: ["value", "text"] });
    checkString(cell["text"], `${at}/text`, found, {});
    if (typeof cell["value"] !== "number") found.add(`${at}/value`, "must be a number");
    return;
  }
  if (type === "rich_text" && !header) return checkRichText(cell, at, found);
  found.addUnsupported(at, type, header ? ["raw_text", "raw_number"] : ["raw_text", "raw_number", "rich_text"]);
}

function checkRows(block: JsonObject, at: string, found: Findings, rule: { max: number; headerRow: boolean }): void {
  const rows = checkList(block["rows"], `${at}/rows`, found, { min: rule.headerRow ? 2 : 1, max: rule.max });
  for (const [index, row] of rows.entries()) {
    const here = `${at}/rows/${index}`;
    for (const [column, cell] of checkList(row, here, found, { max: MOST_COLUMNS }).entries()) {
      checkCell(cell, `${here}/${column}`, found, rule.headerRow && index === 0);
    }
  }
}

export function checkTable(block: JsonObject, at: string, found: Findings): void {
  checkKeys(block, at, found, { required: ["rows"], optional: ["block_id", "column_settings"] });
  checkRows(block, at, found, { max: MOST_ROWS, headerRow: false });
  const settingsAt = `${at}/column_settings`;
  const settings = checkList(block["column_settings"], settingsAt, found, { min: 0, max: MOST_COLUMNS });
  for (const [index, setting] of settings.entries()) {
    // Slack lets null stand for "as it is by default".
    if (setting === null) continue;
    const here = `${settingsAt}/${index}`;
    const column = expectObject(setting, here, found);
    if (column === undefined) continue;
    checkKeys(column, here, found, { optional: ["align", "is_wrapped"] });
    checkOneOf(column["align"], `${here}/align`, found, ["left", "center", "right"]);
    checkBoolean(column["is_wrapped"], `${here}/is_wrapped`, found);
  }
}

export function checkDataTable(block: JsonObject, at: string, found: Findings): void {
  checkKeys(block, at, found, {
    required: ["rows", "caption"],
    optional: ["block_id", "page_size", "row_header_column_index"],
  });
  checkString(block["caption"], `${at}/caption`, found, {});
  checkRows(block, at, found, { max: MOST_ROWS + 1, headerRow: true });
  checkWhole(block["page_size"], `${at}/page_size`, found, 1, 100);
  checkWhole(block["row_header_column_index"], `${at}/row_header_column_index`, found, 0, MOST_COLUMNS - 1);
}

/** The cells of all tables of one message may hold 10,000 characters together. */
export function listCells(block: JsonObject): JsonObject[] {
  const rows = Array.isArray(block["rows"]) ? block["rows"] : [];
  return rows.flatMap((row: unknown) => (Array.isArray(row) ? row.filter(isObject) : []));
}
