/** data_table: sorted by a click on the head, all rows on demand. */

/** Shows the first page of rows, as the block asks. */
function showPage(table, all) {
  const size = all ? Infinity : Number(table.dataset.pageSize);
  [...table.tBodies[0].rows].forEach((row, index) => {
    row.hidden = index >= size;
  });
}

export function sortBy(button) {
  const table = button.closest("table");
  const head = button.closest("th");
  const column = Number(button.dataset.sortColumn);
  const isDown = head.ariaSort === "ascending";
  const isNumber = button.hasAttribute("data-number");
  const valueOf = (row) => row.cells[column]?.dataset.sort ?? "";
  const compare = (a, b) => (isNumber ? Number(valueOf(a)) - Number(valueOf(b)) : valueOf(a).localeCompare(valueOf(b)));
  const rows = [...table.tBodies[0].rows].sort((a, b) => (isDown ? compare(b, a) : compare(a, b)));
  for (const other of table.tHead.querySelectorAll("th")) other.ariaSort = "none";
  head.ariaSort = isDown ? "descending" : "ascending";
  table.tBodies[0].append(...rows);
  showPage(table, table.hasAttribute("data-all"));
}

export function showAllRows(button) {
  const table = button.closest(".b-table").querySelector("table");
  table.toggleAttribute("data-all", true);
  showPage(table, true);
  button.remove();
}
