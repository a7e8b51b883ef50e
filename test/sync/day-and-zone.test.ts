import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, addMonths, countDays, isDay, weekdayOf } from "#src/sync/day.ts";
import { UnknownZoneError, dayIn } from "#src/sync/zone.ts";

const at = (instant: string): number => Date.parse(instant);
const anyDay = fc.integer({ min: 0, max: 40_000 }).map((count) => addDays("1990-01-01", count));

describe("days as text", () => {
  it.each([
    ["2026-11-23", true],
    ["2024-02-29", true],
    ["2026-02-29", false],
    ["2026-02-31", false],
    ["2026-11-31", false],
    ["2026-13-01", false],
    ["2026-00-10", false],
    ["2026-1-01", false],
    ["26-11-23", false],
    ["2026-11-23T00:00:00Z", false],
    ["", false],
  ])("%s is a day: %s", (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });

  it.each([
    ["2026-11-30", 1, "2026-12-01"],
    ["2026-12-31", 1, "2027-01-01"],
    ["2024-02-28", 1, "2024-02-29"],
    ["2026-03-01", -1, "2026-02-28"],
    // The day when clocks go forward has 23 hours in Berlin, the other one 25: here all have 24.
    ["2026-03-29", 1, "2026-03-30"],
    ["2026-10-25", 1, "2026-10-26"],
    ["2026-11-23", 0, "2026-11-23"],
  ])("%s plus %i days is %s", (day, count, expected) => {
    expect(addDays(day, count)).toBe(expected);
  });

  it.each([
    ["2026-11-23", -37, "2023-10-23"],
    ["2026-03-31", -1, "2026-02-28"],
    ["2024-03-31", -1, "2024-02-29"],
    ["2026-03-31", -37, "2023-02-28"],
    ["2026-01-31", 1, "2026-02-28"],
    ["2026-12-01", 1, "2027-01-01"],
    ["2026-01-15", -1, "2025-12-15"],
  ])("%s plus %i months is %s", (day, count, expected) => {
    expect(addMonths(day, count)).toBe(expected);
  });

  it("knows weekdays, Monday first", () => {
    expect(["2026-11-23", "2026-11-28", "2026-11-29", "2024-02-29"].map(weekdayOf)).toEqual([0, 5, 6, 3]);
  });

  it("counts both ends", () => {
    expect(countDays({ since: "2026-11-23", until: "2026-11-23" })).toBe(1);
    expect(countDays({ since: "2024-01-01", until: "2024-12-31" })).toBe(366);
  });

  it("goes there and back, whatever the day", () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 2000 }), (day, count) => {
        const later = addDays(day, count);
        expect(addDays(later, -count)).toBe(day);
        expect(countDays({ since: day, until: later })).toBe(count + 1);
        expect(weekdayOf(later)).toBe((weekdayOf(day) + count) % 7);
      }),
    );
  });
});

describe("the day in a zone", () => {
  it.each([
    // Berlin: winter +01, summer +02; the clock jumps at 01:00 UTC.
    ["Europe/Berlin", "2026-11-22T22:59:59Z", "2026-11-22"],
    ["Europe/Berlin", "2026-11-22T23:00:00Z", "2026-11-23"],
    ["Europe/Berlin", "2026-07-01T21:59:59Z", "2026-07-01"],
    ["Europe/Berlin", "2026-07-01T22:00:00Z", "2026-07-02"],
    ["Europe/Berlin", "2026-03-28T22:59:59Z", "2026-03-28"],
    ["Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29"],
    ["Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30"],
    ["Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-25"],
    ["Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26"],
    // Los Angeles: -08, in summer -07; clocks go back on 1 November 2026.
    ["America/Los_Angeles", "2026-11-23T07:59:59Z", "2026-11-22"],
    ["America/Los_Angeles", "2026-11-23T08:00:00Z", "2026-11-23"],
    ["America/Los_Angeles", "2026-11-01T06:59:59Z", "2026-10-31"],
    ["America/Los_Angeles", "2026-11-01T07:00:00Z", "2026-11-01"],
    ["America/Los_Angeles", "2026-11-02T07:59:59Z", "2026-11-01"],
    ["America/Los_Angeles", "2026-11-02T08:00:00Z", "2026-11-02"],
    // Kolkata: +05:30 all year. Tokyo: +09.
    ["Asia/Kolkata", "2026-11-22T18:29:59Z", "2026-11-22"],
    ["Asia/Kolkata", "2026-11-22T18:30:00Z", "2026-11-23"],
    ["Asia/Tokyo", "2026-12-31T14:59:59Z", "2026-12-31"],
    ["Asia/Tokyo", "2026-12-31T15:00:00Z", "2027-01-01"],
    // Lord Howe moves by half an hour: +10:30 in winter, +11 in summer (from 4 October 2026).
    ["Australia/Lord_Howe", "2026-07-01T13:29:59Z", "2026-07-01"],
    ["Australia/Lord_Howe", "2026-07-01T13:30:00Z", "2026-07-02"],
    ["Australia/Lord_Howe", "2026-11-22T12:59:59Z", "2026-11-22"],
    ["Australia/Lord_Howe", "2026-11-22T13:00:00Z", "2026-11-23"],
    ["Pacific/Kiritimati", "2026-11-22T10:00:00Z", "2026-11-23"],
    ["UTC", "2024-02-29T23:59:59.999Z", "2024-02-29"],
  ])("%s at %s: %s", (zone, instant, expected) => {
    expect(dayIn(zone, at(instant))).toBe(expected);
  });

  it.each(["Mars/Olympus", "", "Europe/Berlim", "CEST!"])("refuses the zone %j by name", (zone) => {
    expect(() => dayIn(zone, 0)).toThrow(UnknownZoneError);
    expect(() => dayIn(zone, 0)).toThrow(`"${zone}"`);
  });
});
