/** Draws table rows in columns: text to the left, numbers to the right. Pure. */
import { renderRichText } from "./render-inline.ts";
import { isObject, spell, countCodePoints } from "./values.ts";

interface Cell {
  text: string;
  isNumber: boolean;
}

/** One line for each row; a header row is underlined. */
export function renderRows(value: unknown, options: { headerRow: boolean }): string[] {
  const rows = (Array.isArray(value) ? value : []).map((row: unknown) => (Array.isArray(row) ? row : []).map(readCell));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_none, column) =>
    Math.max(...rows.map((row) => countCodePoints(row[column]?.text ?? ""))),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => fit(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const [first, ...others] = lines;
  if (!options.headerRow || first === undefined) return lines;
  return [first, widths.map((width) => "-".repeat(width)).join("  "), ...others];
}

function readCell(cell: unknown): Cell {
  if (!isObject(cell)) return { text: "", isNumber: false };
  if (cell["type"] === "rich_text") return { text: renderRichText(cell).join(" "), isNumber: false };
  return { text: spell(cell["text"] ?? ""), isNumber: cell["type"] === "raw_number" };
}

function fit(cell: Cell, width: number): string {
  const gap = " ".repeat(Math.max(0, width - countCodePoints(cell.text)));
  return cell.isNumber ? `${gap}${cell.text}` : `${cell.text}${gap}`;
}
