/** Fetches what is visible anew and puts it in place; whatever else must follow a change is told in `afterRefresh`. */
import { morph, remember } from "./morph.js";
import { partAddress, place } from "./place.js";

const app = document.getElementById("app");
const followers = [];
const nearBottomPx = 80;
/** A workspace that takes longer is asked again: without an end one silent answer would hold back every later edit. */
const patienceMs = 10_000;
let running = null;
let again = false;

remember(app);

/** `follow(isNewPlace)` is called after each change of the page. */
export function afterRefresh(follow) {
  followers.push(follow);
}

function listScrolls() {
  const scrolls = new Map();
  for (const element of app.querySelectorAll("[data-scroll]")) {
    scrolls.set(element.id, element.scrollHeight - element.scrollTop - element.clientHeight < nearBottomPx);
  }
  return scrolls;
}

/** The end, or the beginning of the newest message when it is taller than the pane: a summary is read from its top. */
function showNewest(pane) {
  const newest = [...pane.querySelectorAll("[data-message]")].at(-1);
  const isTall = newest !== undefined && newest.offsetHeight > pane.clientHeight;
  const above = isTall ? newest.getBoundingClientRect().top - pane.getBoundingClientRect().top : pane.scrollHeight;
  pane.scrollTop += above;
}

/** Who reads the newest message goes on reading the newest; who scrolled up stays where they are. */
export function toBottom(before = new Map()) {
  for (const pane of app.querySelectorAll("[data-scroll]")) {
    if (before.get(pane.id) ?? true) showNewest(pane);
  }
}

/** A button that goes when it is used must not leave the keyboard nowhere. */
function keepFocus(messageId) {
  const isLost = document.activeElement === null || document.activeElement === document.body;
  if (isLost && messageId !== undefined) document.getElementById(messageId)?.focus({ preventScroll: true });
}

function put(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const next = template.content.firstElementChild;
  const isNewPlace = ["as", "at", "thread"].some((key) => app.dataset[key] !== next.dataset[key]);
  const scrolls = listScrolls();
  const messageId = document.activeElement?.closest("[data-message]")?.id;
  morph(app, next);
  toBottom(scrolls);
  for (const follow of followers) follow(isNewPlace);
  keepFocus(messageId);
}

async function fetchOnce() {
  const asked = place();
  const response = await fetch(partAddress(), { signal: AbortSignal.timeout(patienceMs) });
  if (!response.ok) throw new Error(`The workspace answered ${response.status}.`);
  const html = await response.text();
  // Somebody went elsewhere meanwhile: this is the answer to an old question.
  if (asked !== place()) again = true;
  else put(html);
}

async function run() {
  do {
    again = false;
    await fetchOnce();
  } while (again);
}

/** Never two at once: a change during a fetch is fetched right after it. Resolves false when nothing could be fetched. */
export function refresh() {
  again = true;
  running ??= run()
    .then(
      () => true,
      () => false,
    )
    .finally(() => {
      running = null;
    });
  return running;
}
