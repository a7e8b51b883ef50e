/** Listens for changes. After each new connection, a restart of the program too, everything visible is fetched anew. */
import { place } from "./place.js";
import { refresh } from "./refresh.js";

const reconnectMs = 1000;
const banner = () => document.getElementById("connection");
/** The newest message known of each conversation: an edit of an older one makes nothing unread. */
const newest = new Map();
const unread = new Set();
let nextTry;
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

/**
 * What is visible, as it is now. What couldn't be fetched is fetched again while the connection stands: nobody tells of the
 * same change twice, so one lost answer would else hide an edit until the next one. Without a connection `hello` follows.
 */
async function catchUp(source) {
  clearTimeout(nextTry);
  const isFresh = await refresh();
  const isConnected = source.readyState === EventSource.OPEN;
  showConnection(isFresh && isConnected);
  if (!isFresh && isConnected) nextTry = setTimeout(catchUp, reconnectMs, source);
}

export function listen() {
  const source = new EventSource("/_world/page/live");
  source.addEventListener("hello", () => void catchUp(source));
  source.addEventListener("change", (event) => {
    noteUnread(JSON.parse(event.data));
    void catchUp(source);
  });
  source.addEventListener("error", () => {
    showConnection(false);
    // The browser tries again by itself, unless something answered that is no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, reconnectMs);
  });
}
