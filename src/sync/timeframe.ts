/**
 * Timeframes: from what people write to days in the account's zone.
 *
 *   timeframe = "24h" | N "d" (1 to 1126) | word (timeframe-words.ts) | day | day ".." day
 *   day       = YYYY-MM-DD
 *
 * "Last month", "last 7 days", "7 days" and "2026-11-01 to 2026-11-15" are read too.
 */
import { addDays, countDays, isDay, type Day } from "./day.ts";
import type { Window } from "./job.ts";
import { findNearest } from "./nearest.ts";
import { daysBefore, monthsKept, oldestDay, timeframeWords } from "./timeframe-words.ts";

/** The longest `<N>d`: 37 months. */
const maxDays = 1126;

export type TimeframeReading =
  | { ok: true; /** Canonical, lower case, at most 40 characters. */ written: string }
  | { ok: false; /** What is wrong, the cure and one example. */ problem: string; nearest: string | null };

/** Thrown when no day of a timeframe can be read: all are in the future, or older than Meta keeps. */
export class TimeframeOutOfReachError extends Error {
  override name = "TimeframeOutOfReachError";

  constructor(written: string, today: Day, direction: "future" | "past") {
    super(
      direction === "future"
        ? `${written} lies in the future: today is ${today} there. Choose days until today, for example 7d.`
        : `${written} is older than Meta keeps: it gives ${monthsKept} months, now from ${oldestDay(today)} on. Choose later days, for example 90d.`,
    );
  }
}

const refuse = (problem: string, nearest: string | null = null): TimeframeReading => ({ ok: false, problem, nearest });

function canonical(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/\s*(?:\.{2,}|…|[–—]|\bto\b|\s-\s)\s*(?=\d{4}-)/gu, "..")
    .replaceAll(/[\s-]+(?!\d)/gu, "_")
    .replaceAll(/\s+/gu, "_")
    .replace(/^(?:last|past)_(\d+)_?d(?:ays?)?$/u, (_all, count: string) =>
      timeframeWords.has(`last_${count}d`) ? `last_${count}d` : `${count}d`,
    )
    .replace(/^(\d+)_?d(?:ays?)?$/u, "$1d")
    .replace(/^(\d+)_?h(?:ours?)?$/u, "$1h")
    .replace(/^0+(?=\d+[dh]$)/u, "");
}

function readRange(shown: string, since: string, until: string): TimeframeReading {
  const missing = [since, until].find((day) => !isDay(day));
  if (missing !== undefined) {
    return refuse(`"${missing}" is not a day of the calendar. Days are written YYYY-MM-DD, for example 2026-11-01.`);
  }
  if (since > until) {
    const turned = `${until}..${since}`;
    return refuse(`"${shown}" ends before it begins. The earlier day comes first, for example ${turned}.`, turned);
  }
  return { ok: true, written: since === until ? since : `${since}..${until}` };
}

function readCount(shown: string, count: number): TimeframeReading {
  if (count >= 1 && count <= maxDays) return { ok: true, written: `${count}d` };
  const problem = `"${shown}" is out of range: it goes from 1d to ${maxDays}d, because Meta keeps ${monthsKept} months. For example 90d.`;
  return refuse(problem, count < 1 ? "1d" : `${maxDays}d`);
}

function readText(text: string): TimeframeReading {
  const word = canonical(text);
  const shown = Array.from(text.trim()).slice(0, 40).join("");
  if (word === "") return refuse("The timeframe is empty. Write one, for example 7d.", "7d");
  if (timeframeWords.has(word)) return { ok: true, written: word };
  const count = /^(\d{1,6})d$/u.exec(word)?.[1];
  if (count !== undefined) return readCount(shown, Number(count));
  const range = /^(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$/u.exec(word);
  if (range?.[1] !== undefined) return readRange(shown, range[1], range[2] ?? range[1]);
  if (/^\d+h$/u.test(word)) {
    return refuse(
      `"${shown}" can't be read: the only hours are 24h (yesterday and today). For more, write days, for example 2d.`,
      "24h",
    );
  }
  if (/\d[./-]\d|\.\./u.test(word)) {
    const example = "2026-11-01..2026-11-15";
    return refuse(`"${shown}" is not a range of days. Days are written YYYY-MM-DD, for example ${example}.`);
  }
  const nearest = word === "lifetime" ? "maximum" : findNearest(word, ["7d", ...timeframeWords.keys()]);
  return refuse(
    `"${shown}" is not a timeframe. Write 24h, 7d, yesterday, last_month or days, for example ${nearest ?? "7d"}.`,
    nearest,
  );
}

/** The days a canonical timeframe means on `today`, before anything is cut off. */
function meant(written: string, today: Day): Window {
  const word = timeframeWords.get(written);
  if (word !== undefined) return word(today);
  const count = /^(\d+)d$/u.exec(written)?.[1];
  if (count !== undefined) return daysBefore(today, Number(count));
  const [since = written, until = since] = written.split("..");
  return { since, until };
}

/**
 * Reads a timeframe as people write it. With `today` (any zone's: a day more or less is let pass),
 * days that nobody can read any more, or yet, are refused too.
 */
export function parseTimeframe(text: string, today?: Day): TimeframeReading {
  const reading = readText(text);
  if (!reading.ok || today === undefined) return reading;
  const { since, until } = meant(reading.written, today);
  const direction = since > addDays(today, 1) ? "future" : until < addDays(oldestDay(today), -1) ? "past" : null;
  if (direction === null) return reading;
  return refuse(new TimeframeOutOfReachError(reading.written, today, direction).message);
}

/** The window of equal length right before. */
export function previousWindow(window: Window): Window {
  return { since: addDays(window.since, -countDays(window)), until: addDays(window.since, -1) };
}

export interface ResolvedTimeframe {
  window: Window;
  /** To compare with; null when Meta no longer keeps all of it. */
  previousWindow: Window | null;
  /** What was cut off and why, full sentences for people. */
  notes: string[];
}

/**
 * The days that `written` (canonical, from `parseTimeframe`) means when it is `today` in the account's zone,
 * cut to what Meta can give: nothing after today, nothing older than 37 months.
 * @throws TimeframeOutOfReachError when nothing is left.
 */
export function resolveTimeframe(written: string, today: Day): ResolvedTimeframe {
  const asked = meant(written, today);
  const oldest = oldestDay(today);
  if (asked.since > today) throw new TimeframeOutOfReachError(written, today, "future");
  if (asked.until < oldest) throw new TimeframeOutOfReachError(written, today, "past");
  const notes: string[] = [];
  const window = { ...asked };
  if (asked.since < oldest) {
    window.since = oldest;
    notes.push(`Meta keeps ${monthsKept} months: read from ${oldest} on instead of ${asked.since}.`);
  }
  if (asked.until > today) {
    window.until = today;
    notes.push(`${asked.until} is in the future: read until today, ${today}.`);
  }
  const before = previousWindow(window);
  if (before.since >= oldest) return { window, previousWindow: before, notes };
  notes.push(`No comparison: the equally long time before ${window.since} is older than Meta keeps.`);
  return { window, previousWindow: null, notes };
}
