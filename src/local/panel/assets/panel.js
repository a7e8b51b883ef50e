/** The panel in the browser: looks at the world every second, shows it, and sends what a person presses. */
import { showClock, tickClock } from "./clock.js";
import { byId } from "./elements.js";
import { readFaultForm, showFaults } from "./faults.js";
import { showQueue } from "./queue.js";
import { readFilter, showReceived, watchFilter } from "./received.js";
import { showStory } from "./stories.js";
import { setWorldOffset, tickDistances } from "./times.js";

const EVERY_MS = 1000;
const PATIENCE_MS = 10_000;
const path = document.body.dataset.panel;
let lastText = "";
let timer;
let looking = 0;

function show(text) {
  if (text === lastText) return;
  lastText = text;
  const state = JSON.parse(text);
  setWorldOffset(state.clock.offsetMs);
  showFaults(state.faults);
  showStory(state.stories);
  showClock(state.clock);
  showQueue(state.queue);
  showReceived(state.received);
}

/** One look. What comes after a newer look began is not shown. A world that is away is asked again, for ever. */
async function look() {
  clearTimeout(timer);
  looking += 1;
  const mine = looking;
  try {
    const answer = await fetch(`${path}/state?${readFilter()}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(`The panel answered ${answer.status}.`);
    const text = await answer.text();
    if (mine !== looking) return;
    show(text);
    byId("lost").hidden = true;
  } catch {
    if (mine !== looking) return;
    byId("lost").textContent = "The world doesn't answer. Trying again every second…";
    byId("lost").hidden = false;
  }
  timer = setTimeout(look, EVERY_MS);
}

async function send(button, post, body) {
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${path}${post}`, { method: "POST", headers, body: JSON.stringify(body) });
    const { said, error } = await answer.json();
    byId("said").textContent = said ?? error.message;
  } catch {
    byId("said").textContent = "That didn't reach the world; try again.";
  } finally {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
  await look();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-post]");
  if (button === null || button.getAttribute("aria-disabled") === "true") return;
  void send(button, button.dataset.post, JSON.parse(button.dataset.body));
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-fault]");
  if (form === null) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled") !== "true") void send(button, "/faults/on", readFaultForm(form));
});

// A page that nobody sees doesn't ask; it looks at once when it is seen again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else void look();
});

watchFilter(() => void look());
setInterval(() => {
  tickClock();
  tickDistances();
}, EVERY_MS);
void look();
