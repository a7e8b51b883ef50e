/** Days, windows and durations in words. Days are text (YYYY-MM-DD) in the account's zone; nothing here asks the time. */
import type { Window } from "../sync/job.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_MS = 86_400_000;

interface DayParts {
  year: string;
  month: string;
  day: number;
}

function partsOf(day: string): DayParts {
  const [year = "", month = "", date = ""] = day.split("-");
  return { year, month: months[Number(month) - 1] ?? month, day: Number(date) };
}

/** "22 Nov 2026". */
export function dayWords(day: string): string {
  const { year, month, day: date } = partsOf(day);
  return `${date} ${month} ${year}`;
}

/** "22 Nov 2026", "16–22 Nov 2026", "28 Oct – 3 Nov 2026", "30 Dec 2025 – 2 Jan 2026". */
export function windowWords(window: Window): string {
  if (window.since === window.until) return dayWords(window.since);
  const [from, to] = [partsOf(window.since), partsOf(window.until)];
  if (from.year !== to.year) return `${dayWords(window.since)} – ${dayWords(window.until)}`;
  if (from.month !== to.month) return `${from.day} ${from.month} – ${dayWords(window.until)}`;
  return `${from.day}–${dayWords(window.until)}`;
}

/** Days of the window, both ends counted. */
export function countDays(window: Window): number {
  return Math.round((Date.parse(window.until) - Date.parse(window.since)) / DAY_MS) + 1;
}

/** "42 s", "1 min 42 s", "2 h 5 min", "3 d 4 h"; never negative. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, size]) => whole >= size);
  if (first === -1) return "0 s";
  let left = whole;
  const words: string[] = [];
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) words.push(`${count} ${name}`);
  }
  return words.join(" ");
}

/** The day (YYYY-MM-DD) that it is at `atMs` in an IANA zone; UTC when the zone is not known to this runtime. */
export function dayInZone(atMs: number, zone: string): string {
  const options = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  try {
    return new Intl.DateTimeFormat("en-CA", { ...options, timeZone: zone }).format(atMs);
  } catch {
    return new Date(atMs).toISOString().slice(0, 10);
  }
}

/** "10:32 UTC" on the day of `nowMs`, else "24 Nov 2026, 10:32 UTC". Without `nowMs` the day is always said. */
export function clockWords(atMs: number, nowMs?: number): string {
  const iso = new Date(atMs).toISOString();
  const [day, time] = [iso.slice(0, 10), `${iso.slice(11, 16)} UTC`];
  const sameDay = nowMs !== undefined && new Date(nowMs).toISOString().slice(0, 10) === day;
  return sameDay ? time : `${dayWords(day)}, ${time}`;
}

/** "10:32 (Europe/Berlin)", with the day when it is another one there; in UTC when the zone isn't known to this runtime. */
export function zoneClockWords(atMs: number, nowMs: number, zone: string | null): string {
  if (zone === null) return clockWords(atMs, nowMs);
  try {
    const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
    const time = `${format.format(atMs)} (${zone})`;
    const day = dayInZone(atMs, zone);
    return day === dayInZone(nowMs, zone) ? time : `${dayWords(day)}, ${time}`;
  } catch {
    return clockWords(atMs, nowMs);
  }
}

/** Milliseconds of an ISO instant (Postgres's +00:00 too); null for null and for what is no instant. */
export function instantMs(instant: string | null): number | null {
  const atMs = instant === null ? Number.NaN : Date.parse(instant);
  return Number.isNaN(atMs) ? null : atMs;
}
