/** The world's clock in UTC and in each sample account's zone, going on by itself between two looks. */
import { byId, make } from "./elements.js";
import { fillList } from "./keyed-list.js";
import { distance, sayLength, sayUtc, worldNow } from "./times.js";

const formats = new Map();

function sayLocal(zone, nowMs) {
  if (!formats.has(zone)) {
    const options = {
      timeZone: zone,
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    };
    formats.set(zone, new Intl.DateTimeFormat("en-GB", options));
  }
  return formats.get(zone).format(nowMs);
}

export function showClock({ offsetMs, zones, nextDueAtMs }) {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const side = offsetMs > 0 ? "ahead of" : "behind";
  byId("clock-offset").textContent = seconds === 0 ? "real time" : `${sayLength(seconds)} ${side} real time`;
  const next =
    nextDueAtMs === null
      ? ["No message waits for a later time."]
      : ["The next message is due ", distance(nextDueAtMs), "."];
  byId("clock-next").replaceChildren(...next);
  fillList(
    byId("clock-zones"),
    zones.map((zone) => ({ key: zone.account, ...zone })),
    ({ name, zone }) =>
      make("li", {}, make("span", { "data-zone": zone }, sayLocal(zone, worldNow())), ` ${name} (${zone})`),
    "No sample account.",
  );
  tickClock();
}

export function tickClock() {
  const nowMs = worldNow();
  byId("clock-now").textContent = `${sayUtc(nowMs)} UTC`;
  for (const element of document.querySelectorAll("[data-zone]"))
    element.textContent = sayLocal(element.dataset.zone, nowMs);
}
