/** The timeframes that are words, as a table: what each means on a given day. Names and meanings: Marketing API v26.0 `date_preset`. */
import { addDays, addMonths, weekdayOf, type Day } from "./day.ts";
import type { Window } from "./job.ts";

/** Meta answers error 3018 for days before these. */
export const monthsKept = 37;

/** The oldest day that Meta still gives on `today`. */
export function oldestDay(today: Day): Day {
  return addDays(addMonths(today, -monthsKept), 1);
}

type Meaning = (today: Day) => Window;

/** The `count` full days before today. */
export function daysBefore(today: Day, count: number): Window {
  return { since: addDays(today, -count), until: addDays(today, -1) };
}

const lastDays =
  (count: number): Meaning =>
  (today) =>
    daysBefore(today, count);

function monthStart(day: Day): Day {
  return `${day.slice(0, 7)}-01`;
}

function quarterStart(day: Day): Day {
  return addMonths(monthStart(day), -((Number(day.slice(5, 7)) - 1) % 3));
}

function yearStart(day: Day): Day {
  return `${day.slice(0, 4)}-01-01`;
}

/** From the start of the running period until today. */
const running =
  (start: (day: Day) => Day): Meaning =>
  (today) => ({ since: start(today), until: today });

/** The whole period of `months` months before the running one. */
const wholeBefore =
  (start: (day: Day) => Day, months: number): Meaning =>
  (today) => {
    const first = start(today);
    return { since: addMonths(first, -months), until: addDays(first, -1) };
  };

function monday(today: Day): Day {
  return addDays(today, -weekdayOf(today));
}

function sunday(today: Day): Day {
  return addDays(today, -((weekdayOf(today) + 1) % 7));
}

const weekBefore =
  (start: (day: Day) => Day): Meaning =>
  (today) => ({ since: addDays(start(today), -7), until: addDays(start(today), -1) });

const everything: Meaning = (today) => ({ since: oldestDay(today), until: addDays(today, -1) });

/** What a person is offered while they type; the parser knows more. */
export const timeframeExamples: readonly { word: string; meaning: string }[] = [
  { word: "24h", meaning: "yesterday and today" },
  { word: "7d", meaning: "the 7 full days before today" },
  { word: "28d", meaning: "the 28 full days before today" },
  { word: "90d", meaning: "the 90 full days before today" },
  { word: "yesterday", meaning: "the day before today" },
  { word: "this_month", meaning: "from the 1st until today" },
  { word: "last_month", meaning: "the whole month before this one" },
  { word: "2026-11-01..2026-11-15", meaning: "from one day to another" },
];

export const timeframeWords: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["24h", (today) => ({ since: addDays(today, -1), until: today })],
  ["today", running((today) => today)],
  ["yesterday", lastDays(1)],
  ["this_week", running(monday)],
  ["last_week", weekBefore(monday)],
  ["this_month", running(monthStart)],
  ["last_month", wholeBefore(monthStart, 1)],
  ["this_quarter", running(quarterStart)],
  ["last_quarter", wholeBefore(quarterStart, 3)],
  ["this_year", running(yearStart)],
  ["last_year", wholeBefore(yearStart, 12)],
  ["last_3d", lastDays(3)],
  ["last_7d", lastDays(7)],
  ["last_14d", lastDays(14)],
  ["last_28d", lastDays(28)],
  ["last_30d", lastDays(30)],
  ["last_90d", lastDays(90)],
  ["last_week_mon_sun", weekBefore(monday)],
  ["last_week_sun_sat", weekBefore(sunday)],
  ["this_week_mon_today", running(monday)],
  ["this_week_sun_today", running(sunday)],
  ["maximum", everything],
  ["data_maximum", everything],
]);
