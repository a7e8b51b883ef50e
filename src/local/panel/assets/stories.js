/** The story that plays: its steps, told one by one as they happen. */
import { byId, make } from "./elements.js";
import { fillList } from "./keyed-list.js";

const runWords = {
  running: "playing",
  done: "played to its end",
  failed: "stopped at a failure",
  stopped: "stopped by hand",
};
const stepWords = { waiting: "to come", now: "now", done: "done", failed: "failed" };

function drawStep({ says, state, saw }) {
  return make(
    "li",
    { class: `step-${state}`, "aria-current": state === "now" ? "step" : null },
    make("span", { class: "part" }, stepWords[state]),
    ` ${says} `,
    make("span", { class: "means" }, saw),
  );
}

export function showStory({ run }) {
  const place = byId("story-run");
  if (place === null) return;
  place.hidden = run === null;
  if (run === null) return;
  byId("story-title").textContent = `${run.title}: ${runWords[run.state]}`;
  place.querySelector("button").hidden = run.state !== "running";
  fillList(
    byId("story-steps"),
    run.steps.map((step, at) => ({ key: at, ...step })),
    drawStep,
    "",
  );
}
