/** Arithmetic on days written as text. Days have no zone here: they are counted in UTC, where each has 24 hours. */
import type { Window } from "./job.ts";

/** A day as people and Meta write it, YYYY-MM-DD; `daySchema` in part.ts checks it at the boundary. */
export type Day = string;

const dayMs = 86_400_000;
const pattern = /^\d{4}-\d{2}-\d{2}$/;

function toMs(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function toDay(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 10);
}

/** True for a day that the calendar has: false for 2026-02-31, for 2026-2-3 and for anything else. */
export function isDay(text: string): boolean {
  if (!pattern.test(text)) return false;
  const ms = toMs(text);
  // Date.parse reads 31 February as 3 March, so only a day that comes back as it was exists.
  return !Number.isNaN(ms) && toDay(ms) === text;
}

/** The day `count` days later; earlier when negative. */
export function addDays(day: Day, count: number): Day {
  return toDay(toMs(day) + count * dayMs);
}

/** The same day of the month `count` months later; the last day of a month that is too short for it. */
export function addMonths(day: Day, count: number): Day {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + count);
  const last = new Date(first);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  const date = Math.min(Number(day.slice(8)), last.getUTCDate());
  return addDays(toDay(first.getTime()), date - 1);
}

/** Monday is 0, Sunday is 6. */
export function weekdayOf(day: Day): number {
  return (new Date(toMs(day)).getUTCDay() + 6) % 7;
}

/** How many days a window has, both ends counted. */
export function countDays(window: Window): number {
  return Math.round((toMs(window.until) - toMs(window.since)) / dayMs) + 1;
}
