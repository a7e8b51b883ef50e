/** The faults that are on, each with its way off, and the forms that switch one on. */
import { actButton, byId, make } from "./elements.js";
import { fillList } from "./keyed-list.js";

const partTitles = { slack: "Slack", queue: "Queue", meta: "Meta", database: "Database" };

function sayHits(hits) {
  if (hits === null || hits === 0) return "";
  return hits === 1 ? ", struck once" : `, struck ${hits} times`;
}

function drawActive({ faultKey, part, title, howOften, hits }) {
  return make(
    "li",
    { class: "refused" },
    make("span", { class: "part" }, partTitles[part]),
    " ",
    make("strong", { class: "what" }, title),
    " ",
    make("span", { class: "answer" }, `${howOften}${sayHits(hits)}`),
    " ",
    actButton("Switch off", "/faults/off", { part, key: faultKey }, `Switch off: ${title}`),
  );
}

export function showFaults({ active }) {
  const lines = active.map(({ key, ...fault }) => ({ key: `${fault.part} ${key}`, faultKey: key, ...fault }));
  fillList(byId("active-list"), lines, drawActive, "None: everything works.");
}

/** What the form of one fault orders. */
export function readFaultForm(form) {
  const data = new FormData(form);
  const times = data.get("times") ?? "";
  const seconds = data.get("seconds");
  return {
    fault: form.dataset.fault,
    times: times === "" ? null : Number(times),
    ...(seconds === null ? {} : { seconds: Number(seconds) }),
  };
}
