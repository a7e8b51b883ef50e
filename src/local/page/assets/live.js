/** Listens for changes. After each new connection, a restart of the program too, everything visible is fetched anew. */
import { place } from "./place.js";
import { refresh } from "./refresh.js";

const reconnectMs = 1000;
const banner = () => document.getElementById("connection");
/** The newest message known of each conversation: an edit of an older one makes nothing unread. */
const newest = new Map();
const unread = new Set();
const startTs = document.getElementById("app").dataset.since;

function showConnection(isUp) {
  banner().textContent = isUp ? "" : "Connection lost. Trying again…";
  document.body.toggleAttribute("data-offline", !isUp);
}

function noteUnread({ kind, channel, ts }) {
  if (kind !== "message" || ts === undefined || ts <= (newest.get(channel) ?? startTs)) return;
  newest.set(channel, ts);
  if (channel !== place().at) unread.add(channel);
}

/** Bold in the list, and said to a screen reader. */
export function markUnread() {
  unread.delete(place().at);
  for (const link of document.querySelectorAll("[data-place]")) {
    const isUnread = unread.has(link.dataset.place);
    link.classList.toggle("unread", isUnread);
    link.querySelector(".new").hidden = !isUnread;
  }
}

export function listen() {
  const source = new EventSource("/_world/page/live");
  source.addEventListener("hello", () => {
    void refresh().then(showConnection);
  });
  source.addEventListener("change", (event) => {
    noteUnread(JSON.parse(event.data));
    void refresh();
  });
  source.addEventListener("error", () => {
    showConnection(false);
    // The browser tries again by itself, unless something answered that is no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, reconnectMs);
  });
}
