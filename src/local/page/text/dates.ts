/** Times as Slack shows them, in the reader's zone. Pure. Formats: Slack's reference of date formatting in mrkdwn. */
import type { Reader } from "../reader.ts";

type When = Pick<Reader, "zone" | "locale" | "nowMs">;

const dayMs = 86_400_000;
/** Slack leaves the year out when the date is less than six months away. */
const yearShownAfterMs = 182 * dayMs;

function part(atMs: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }).format(atMs);
}

/** "2026-11-15": the calendar day in the zone. */
export function dayIn(zone: string, atMs: number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    atMs,
  );
}

/** "9:05 AM", or "09:05" where people count to 24. */
export function timeText(atMs: number, when: When, seconds = false): string {
  const hour12 = new Intl.DateTimeFormat(when.locale, { hour: "numeric" }).resolvedOptions().hour12 ?? true;
  return new Intl.DateTimeFormat(hour12 ? "en-US" : "en-GB", {
    timeZone: when.zone,
    hour: hour12 ? "numeric" : "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  })
    .format(atMs)
    .replaceAll("\u202f", " ");
}

function ordinal(day: number): string {
  const tens = day % 100;
  if (tens >= 11 && tens <= 13) return `${day}th`;
  return `${day}${["th", "st", "nd", "rd"][day % 10] ?? "th"}`;
}

function dateText(atMs: number, when: When, month: "long" | "short", weekday: boolean): string {
  const { zone } = when;
  const day = Number(part(atMs, zone, { day: "numeric" }));
  const year = Math.abs(when.nowMs - atMs) > yearShownAfterMs ? `, ${part(atMs, zone, { year: "numeric" })}` : "";
  const name = weekday ? `${part(atMs, zone, { weekday: "long" })}, ` : "";
  return `${name}${part(atMs, zone, { month })} ${month === "long" ? ordinal(day) : day}${year}`;
}

/** "today", "yesterday", "tomorrow", or undefined. */
function nearDay(atMs: number, when: When): string | undefined {
  const day = dayIn(when.zone, atMs);
  const names: [number, string][] = [
    [0, "today"],
    [-dayMs, "yesterday"],
    [dayMs, "tomorrow"],
  ];
  return names.find(([shift]) => dayIn(when.zone, when.nowMs + shift) === day)?.[1];
}

/** "just now", "5 minutes ago", "in 2 hours". */
function agoText(atMs: number, when: When): string {
  const seconds = Math.round((atMs - when.nowMs) / 1000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
  const size = Math.abs(seconds);
  if (size < 45) return "just now";
  if (size < 45 * 60) return words.format(Math.round(seconds / 60), "minute");
  if (size < 22 * 3600) return words.format(Math.round(seconds / 3600), "hour");
  return words.format(Math.round(seconds / 86_400), "day");
}

type Writer = (atMs: number, when: When) => string;

const pretty =
  (far: Writer): Writer =>
  (atMs, when) =>
    nearDay(atMs, when) ?? far(atMs, when);
const short: Writer = (atMs, when) => dateText(atMs, when, "short", false);
const middle: Writer = (atMs, when) => dateText(atMs, when, "long", false);
const long: Writer = (atMs, when) => dateText(atMs, when, "long", true);

const writers: Readonly<Record<string, Writer>> = {
  date_num: (atMs, when) => dayIn(when.zone, atMs),
  date: middle,
  date_short: short,
  date_long: long,
  date_pretty: pretty(middle),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  time: (atMs, when) => timeText(atMs, when),
  time_secs: (atMs, when) => timeText(atMs, when, true),
  ago: agoText,
};

/** Fills `{date_short_pretty} at {time}`; undefined when there is nothing to fill in, or no such time. */
export function fillDate(format: string, epochSeconds: number, when: When): string | undefined {
  const atMs = epochSeconds * 1000;
  if (!Number.isFinite(atMs) || Math.abs(atMs) > 8.64e15) return undefined;
  let filled = 0;
  const text = format.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => {
    const writer = Object.hasOwn(writers, name) ? writers[name] : undefined;
    if (writer === undefined) return whole;
    filled += 1;
    return writer(atMs, when);
  });
  return filled === 0 ? undefined : text;
}

/** The pill between two days of a conversation: "Today", "Yesterday", "Sunday, November 15th". */
export function dayTitle(atMs: number, when: When): string {
  const near = nearDay(atMs, when);
  return near === undefined ? long(atMs, when) : `${near.charAt(0).toUpperCase()}${near.slice(1)}`;
}

/** A message's ts ("1764158400.000100") as epoch milliseconds. */
export function tsToMs(ts: string): number {
  return Math.floor(Number(ts) * 1000);
}
