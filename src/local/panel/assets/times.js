/** World time in words, kept true every second without drawing anything anew. */
import { make } from "./elements.js";

let offsetMs = 0;

export function setWorldOffset(ms) {
  offsetMs = ms;
}

export const worldNow = () => Date.now() + offsetMs;

/** "in 5 min", "3 s ago", "now". */
export function sayDistance(atMs, nowMs) {
  const seconds = Math.round((atMs - nowMs) / 1000);
  const size = Math.abs(seconds);
  if (size < 1) return "now";
  return seconds > 0 ? `in ${sayLength(size)}` : `${sayLength(size)} ago`;
}

/** Seconds in the one or two units that matter. */
export function sayLength(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

export const sayUtc = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

/** A time as words that go on counting. */
export function distance(atMs) {
  return make(
    "time",
    { datetime: new Date(atMs).toISOString(), title: `${sayUtc(atMs)} UTC`, "data-at": String(atMs) },
    sayDistance(atMs, worldNow()),
  );
}

/** A time of day in UTC; the whole date is its title. */
export function timeOfDay(atMs) {
  const iso = new Date(atMs).toISOString();
  return make("time", { datetime: iso, title: `${sayUtc(atMs)} UTC` }, iso.slice(11, 19));
}

export function tickDistances() {
  for (const element of document.querySelectorAll("time[data-at]")) {
    const words = sayDistance(Number(element.dataset.at), worldNow());
    if (element.textContent !== words) element.textContent = words;
  }
}
