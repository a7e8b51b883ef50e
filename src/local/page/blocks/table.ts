/** The table block: rows as they are, its first as a head. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { html, type Markup } from "../markup.ts";
import { drawCell, listRows } from "./cell.ts";

const alignments: ReadonlySet<unknown> = new Set(["center", "right"]);

export function drawTable(block: JsonObject, context: DrawContext): Markup {
  const settings = Array.isArray(block["column_settings"]) ? block["column_settings"] : [];
  const alignOf = (column: number, isNumber: boolean): string => {
    const setting: unknown = settings[column];
    const align = isObject(setting) ? setting["align"] : undefined;
    return alignments.has(align) ? String(align) : isNumber && align === undefined ? "right" : "left";
  };
  return html`<div class="b-table" role="region" aria-label="Table" tabindex="0">
    <table>
      ${listRows(block["rows"]).map((row, index) => {
        const cells = row.map((value, column) => {
          const { markup, isNumber } = drawCell(value, context);
          const align = alignOf(column, isNumber);
          return index === 0
            ? html`<th scope="col" class="${align}">${markup}</th>`
            : html`<td class="${align}">${markup}</td>`;
        });
        return html`<tr>
          ${cells}
        </tr>`;
      })}
    </table>
  </div>`;
}
