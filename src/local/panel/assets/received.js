/** The list of what the stand-ins received, and its filter, which a reload keeps. */
import { byId, make } from "./elements.js";
import { fillList } from "./keyed-list.js";
import { timeOfDay } from "./times.js";

const partTitles = { slack: "Slack", queue: "Queue", meta: "Meta", database: "Database" };
const form = byId("received-filter");

/** The query of the state's address. */
export function readFilter() {
  const data = new FormData(form);
  return new URLSearchParams({ part: data.get("part") ?? "all", refused: data.has("refused") ? "1" : "0" });
}

/** Takes the filter from the address bar, and calls `onChange` when a person changes it. */
export function watchFilter(onChange) {
  const kept = new URLSearchParams(location.search);
  const radio = form.querySelector(`[name="part"][value="${CSS.escape(kept.get("part") ?? "all")}"]`);
  if (radio !== null) radio.checked = true;
  form.querySelector('[name="refused"]').checked = kept.get("refused") === "1";
  form.addEventListener("change", () => {
    history.replaceState(null, "", `?${readFilter()}${location.hash}`);
    onChange();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

function drawReceived({ part, atMs, what, about, status, answer, isRefused, ms }) {
  const code = status === 0 ? "" : `${status} `;
  return make(
    "li",
    { class: isRefused ? "refused" : null },
    timeOfDay(atMs),
    " ",
    make("span", { class: "part" }, partTitles[part]),
    " ",
    make("span", { class: "what" }, what),
    " ",
    make("span", { class: "about" }, about),
    " ",
    make("span", { class: "answer" }, isRefused ? make("strong", {}, "refused ") : null, `${code}${answer}`),
    " ",
    make("span", { class: "ms" }, ms === null ? "" : `${ms} ms`),
  );
}

export function showReceived(received) {
  byId("received-count").textContent = `${received.length} shown, newest first, times in UTC`;
  fillList(byId("received-list"), received, drawReceived, "Nothing yet.");
}
