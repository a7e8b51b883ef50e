/** Goes from place to place without loading the page again, so that the connection and drafts stay. */
import { post } from "./acts.js";
import { place, setPlace } from "./place.js";
import { afterRefresh, refresh } from "./refresh.js";

/** On a narrow screen one pane is shown at a time. */
export function showPane(pane) {
  document.body.dataset.pane = pane;
}

function paneOfPlace() {
  return place().thread === "" ? "main" : "thread";
}

/** Where writing goes on: the thread's box when one is open, else the conversation's. */
export function focusComposer() {
  const scope = document.querySelector(place().thread === "" ? "main" : "aside.thread") ?? document;
  (scope.querySelector("[data-composer] textarea") ?? document.querySelector("main"))?.focus();
}

async function go(search) {
  setPlace(search);
  showPane(paneOfPlace());
  document.getElementById("acting").open = false;
  await refresh();
  focusComposer();
}

export async function navigate(href, { opensHome = false } = {}) {
  const { pathname, search } = new URL(href, location.href);
  history.pushState(null, "", `${pathname}${search}`);
  await go(search);
  if (opensHome) await post({ act: "open_home", as: place().as });
}

export function followHistory() {
  showPane(paneOfPlace());
  addEventListener("popstate", () => void go(location.search));
  afterRefresh((isNewPlace) => {
    if (!isNewPlace) return;
    const title = document.querySelector("main h1")?.textContent ?? "";
    document.title = `${title} · local Slack`;
  });
}
