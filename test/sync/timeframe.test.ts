import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, countDays } from "#src/sync/day.ts";
import { oldestDay, timeframeWords } from "#src/sync/timeframe-words.ts";
import { TimeframeOutOfReachError, parseTimeframe, previousWindow, resolveTimeframe } from "#src/sync/timeframe.ts";

const monday = "2026-11-23";

describe("what people write", () => {
  it.each([
    ["24h", "24h"],
    ["24 hours", "24h"],
    ["7d", "7d"],
    ["7D", "7d"],
    [" 7 days ", "7d"],
    ["1 day", "1d"],
    ["007d", "7d"],
    ["1126d", "1126d"],
    ["today", "today"],
    ["Yesterday", "yesterday"],
    ["this week", "this_week"],
    ["Last Month", "last_month"],
    ["last-month", "last_month"],
    ["last_quarter", "last_quarter"],
    ["LAST_WEEK_SUN_SAT", "last_week_sun_sat"],
    ["last 7 days", "last_7d"],
    ["last 5 days", "5d"],
    ["past 30 days", "last_30d"],
    ["maximum", "maximum"],
    ["2026-11-01", "2026-11-01"],
    ["2026-11-01..2026-11-15", "2026-11-01..2026-11-15"],
    ["2026-11-01..2026-11-01", "2026-11-01"],
    ["2026-11-01…2026-11-15", "2026-11-01..2026-11-15"],
    ["2026-11-01 ... 2026-11-15", "2026-11-01..2026-11-15"],
    ["2026-11-01–2026-11-15", "2026-11-01..2026-11-15"],
    ["2026-11-01 - 2026-11-15", "2026-11-01..2026-11-15"],
    ["2026-11-01 to 2026-11-15", "2026-11-01..2026-11-15"],
    ["2024-02-29", "2024-02-29"],
  ])("%j is %s", (text, written) => {
    expect(parseTimeframe(text)).toEqual({ ok: true, written });
  });

  it.each([
    ["", "is empty", "7d"],
    ["0d", "from 1d to 1126d", "1d"],
    ["1127d", "from 1d to 1126d", "1126d"],
    ["99999d", "from 1d to 1126d", "1126d"],
    ["48h", "the only hours are 24h", "24h"],
    ["7dd", "is not a timeframe", "7d"],
    ["yesturday", "is not a timeframe", "yesterday"],
    ["last_mnoth", "for example last_month", "last_month"],
    ["lifetime", "for example maximum", "maximum"],
    ["2026-02-31", '"2026-02-31" is not a day of the calendar', null],
    ["2026-11-01..2026-11-31", '"2026-11-31" is not a day of the calendar', null],
    ["2026-11-15..2026-11-01", "ends before it begins", "2026-11-01..2026-11-15"],
    ["2026-11-01..", "is not a range of days", null],
    ["01/11/2026", "Days are written YYYY-MM-DD", null],
    ["1.11.2026", "Days are written YYYY-MM-DD", null],
    ["a while", "for example 7d", null],
    ["7d; drop table", "is not a timeframe", null],
    ["x".repeat(500), "is not a timeframe", null],
  ])("%j is refused: %s", (text, words, nearest) => {
    const reading = parseTimeframe(text);
    expect(reading).toMatchObject({ ok: false, nearest });
    const problem = reading.ok ? "" : reading.problem;
    expect(problem).toContain(words);
    expect(problem).toMatch(/for example|YYYY-MM-DD|For example/u);
    expect(problem.length).toBeLessThan(220);
  });

  it.each([
    ["2027-01-01..2027-01-31", "lies in the future"],
    ["2020-01-01..2020-12-31", "older than Meta keeps: it gives 37 months, now from 2023-10-24 on"],
  ])("%s is refused when today is known: %s", (text, words) => {
    expect(parseTimeframe(text).ok).toBe(true);
    const reading = parseTimeframe(text, monday);
    expect(reading.ok ? "" : reading.problem).toContain(words);
  });

  it("lets a day more or less pass, because the account's zone isn't known yet", () => {
    expect(parseTimeframe("2026-11-24", monday).ok).toBe(true);
    expect(parseTimeframe("2026-11-25", monday).ok).toBe(false);
    expect(parseTimeframe("2023-10-23", monday).ok).toBe(true);
    expect(parseTimeframe("2023-10-22", monday).ok).toBe(false);
  });
});

describe("the days that are meant", () => {
  it.each([
    // A Monday in the fourth quarter.
    ["24h", monday, "2026-11-22", "2026-11-23"],
    ["1d", monday, "2026-11-22", "2026-11-22"],
    ["7d", monday, "2026-11-16", "2026-11-22"],
    ["28d", monday, "2026-10-26", "2026-11-22"],
    ["today", monday, "2026-11-23", "2026-11-23"],
    ["yesterday", monday, "2026-11-22", "2026-11-22"],
    ["this_week", monday, "2026-11-23", "2026-11-23"],
    ["last_week", monday, "2026-11-16", "2026-11-22"],
    ["this_month", monday, "2026-11-01", "2026-11-23"],
    ["last_month", monday, "2026-10-01", "2026-10-31"],
    ["this_quarter", monday, "2026-10-01", "2026-11-23"],
    ["last_quarter", monday, "2026-07-01", "2026-09-30"],
    ["this_year", monday, "2026-01-01", "2026-11-23"],
    ["last_year", monday, "2025-01-01", "2025-12-31"],
    ["last_3d", monday, "2026-11-20", "2026-11-22"],
    ["last_7d", monday, "2026-11-16", "2026-11-22"],
    ["last_14d", monday, "2026-11-09", "2026-11-22"],
    ["last_28d", monday, "2026-10-26", "2026-11-22"],
    ["last_30d", monday, "2026-10-24", "2026-11-22"],
    ["last_90d", monday, "2026-08-25", "2026-11-22"],
    ["last_week_mon_sun", monday, "2026-11-16", "2026-11-22"],
    ["last_week_sun_sat", monday, "2026-11-15", "2026-11-21"],
    ["this_week_mon_today", monday, "2026-11-23", "2026-11-23"],
    ["this_week_sun_today", monday, "2026-11-22", "2026-11-23"],
    ["maximum", monday, "2023-10-24", "2026-11-22"],
    ["data_maximum", monday, "2023-10-24", "2026-11-22"],
    ["1126d", monday, "2023-10-24", "2026-11-22"],
    ["2026-11-01..2026-11-15", monday, "2026-11-01", "2026-11-15"],
    ["2026-11-23", monday, "2026-11-23", "2026-11-23"],
    // A Sunday: its week began six days ago, or today.
    ["this_week", "2026-11-29", "2026-11-23", "2026-11-29"],
    ["last_week", "2026-11-29", "2026-11-16", "2026-11-22"],
    ["this_week_sun_today", "2026-11-29", "2026-11-29", "2026-11-29"],
    ["last_week_sun_sat", "2026-11-29", "2026-11-22", "2026-11-28"],
    // Over the turn of the year, and in a leap year.
    ["last_month", "2027-01-31", "2026-12-01", "2026-12-31"],
    ["last_quarter", "2027-02-15", "2026-10-01", "2026-12-31"],
    ["this_quarter", "2027-03-31", "2027-01-01", "2027-03-31"],
    ["last_week", "2027-01-01", "2026-12-21", "2026-12-27"],
    ["last_month", "2024-03-31", "2024-02-01", "2024-02-29"],
    ["7d", "2024-03-03", "2024-02-25", "2024-03-02"],
  ])("%s on %s is %s..%s", (written, today, since, until) => {
    const resolved = resolveTimeframe(written, today);
    expect(resolved.window).toEqual({ since, until });
    expect(parseTimeframe(written)).toEqual({ ok: true, written });
  });

  it("knows the 20 presets of Meta and three words of its own", () => {
    const own = ["24h", "this_week", "last_week"];
    expect([...timeframeWords.keys()].filter((word) => !own.includes(word))).toHaveLength(20);
    expect(own.every((word) => timeframeWords.has(word))).toBe(true);
  });

  it.each([
    ["2023-01-01..2023-12-31", "2023-10-24", "2023-12-31", "read from 2023-10-24 on instead of 2023-01-01"],
    ["2026-11-20..2026-12-31", "2026-11-20", "2026-11-23", "2026-12-31 is in the future: read until today, 2026-11-23"],
    ["2023-10-24..2023-10-24", "2023-10-24", "2023-10-24", "No comparison: the equally long time before 2023-10-24"],
    ["maximum", "2023-10-24", "2026-11-22", "No comparison"],
  ])("%s is cut to %s..%s and says so", (written, since, until, note) => {
    const resolved = resolveTimeframe(written, monday);
    expect(resolved.window).toEqual({ since, until });
    expect(resolved.notes.join(" ")).toContain(note);
  });

  it("cuts 1126d where 37 months are shorter than that", () => {
    const resolved = resolveTimeframe("1126d", "2026-03-15");
    expect(resolved.window.since).toBe("2023-02-16");
    expect(resolved.notes[0]).toBe("Meta keeps 37 months: read from 2023-02-16 on instead of 2023-02-13.");
  });

  it.each([
    ["2026-11-24", "lies in the future: today is 2026-11-23"],
    ["2023-10-23", "older than Meta keeps"],
  ])("%s has no day that can be read", (written, words) => {
    expect(() => resolveTimeframe(written, monday)).toThrow(TimeframeOutOfReachError);
    expect(() => resolveTimeframe(written, monday)).toThrow(words);
  });

  it("compares with the days right before", () => {
    expect(previousWindow({ since: "2026-11-16", until: "2026-11-22" })).toEqual({
      since: "2026-11-09",
      until: "2026-11-15",
    });
    expect(previousWindow({ since: "2026-03-01", until: "2026-03-31" })).toEqual({
      since: "2026-01-29",
      until: "2026-02-28",
    });
    expect(resolveTimeframe("7d", monday)).toEqual({
      window: { since: "2026-11-16", until: "2026-11-22" },
      previousWindow: { since: "2026-11-09", until: "2026-11-15" },
      notes: [],
    });
  });

  it("holds for any word on any day: in reach, in order, compared with as many days right before", () => {
    const today = fc.integer({ min: 0, max: 9000 }).map((count) => addDays("2015-01-01", count));
    const count = fc.integer({ min: 1, max: 1126 }).map((days) => `${days}d`);
    fc.assert(
      fc.property(fc.oneof(count, fc.constantFrom(...timeframeWords.keys())), today, (written, day) => {
        const { window, previousWindow: before } = resolveTimeframe(written, day);
        expect(window.since <= window.until && window.until <= day && window.since >= oldestDay(day)).toBe(true);
        if (before === null) return;
        expect(addDays(before.until, 1)).toBe(window.since);
        expect(countDays(before)).toBe(countDays(window));
      }),
    );
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (text) => {
        const reading = parseTimeframe(text);
        expect(parseTimeframe(reading.ok ? reading.written : text)).toEqual(reading);
      }),
    );
  });
});
