/** The data_table block: caption, a head that sorts, rows a page at a time. */
import type { JsonObject } from "../../slack/shapes.ts";
import { spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { flag, html, nothing, type Markup } from "../markup.ts";
import { drawCell, listRows } from "./cell.ts";

const defaultPageSize = 5;

export function drawDataTable(block: JsonObject, context: DrawContext): Markup {
  const [head = [], ...body] = listRows(block["rows"]);
  const size = Number.isInteger(block["page_size"]) ? Number(block["page_size"]) : defaultPageSize;
  const headColumn = Number.isInteger(block["row_header_column_index"]) ? Number(block["row_header_column_index"]) : -1;
  const drawRow = (row: unknown[], index: number): Markup => {
    const cells = row.map((value, column) => {
      const { markup, isNumber, sort } = drawCell(value, context);
      const align = isNumber ? "right" : "left";
      return column === headColumn
        ? html`<th scope="row" class="${align}" data-sort="${sort}">${markup}</th>`
        : html`<td class="${align}" data-sort="${sort}">${markup}</td>`;
    });
    return html`<tr ${flag("hidden", index >= size)}>
      ${cells}
    </tr>`;
  };
  const heads = head.map((value, column) => {
    const isNumber = drawCell(body[0]?.[column], context).isNumber;
    return html`<th scope="col" class="${isNumber ? "right" : "left"}" aria-sort="none">
      <button type="button" data-sort-column="${column}" ${flag("data-number", isNumber)}>
        ${drawCell(value, context).markup}<span class="sort-mark" aria-hidden="true"></span>
      </button>
    </th>`;
  });
  const caption = spell(block["caption"] ?? "") || "Table";
  return html`<div class="b-table data">
    <div class="table-scroll" role="region" aria-label="${caption}" tabindex="0">
      <table data-page-size="${size}">
        <caption>
          <bdi>${caption}</bdi>
        </caption>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${body.map(drawRow)}
        </tbody>
      </table>
    </div>
    ${body.length > size ? html`<button type="button" class="link-button" data-more-rows>Show all ${body.length} rows</button>` : nothing}
  </div>`;
}
