/** Windows, durations and instants in words. */
import { expect, test } from "vitest";
import {
  clockWords,
  countDays,
  dayInZone,
  durationWords,
  instantMs,
  windowWords,
  zoneClockWords,
} from "#src/report/dates.ts";

test("a window says what its two ends don't share", () => {
  const words = (since: string, until: string) => windowWords({ since, until });
  expect(words("2026-11-22", "2026-11-22")).toBe("22 Nov 2026");
  expect(words("2026-11-16", "2026-11-22")).toBe("16–22 Nov 2026");
  expect(words("2026-10-28", "2026-11-03")).toBe("28 Oct – 3 Nov 2026");
  expect(words("2025-12-30", "2026-01-02")).toBe("30 Dec 2025 – 2 Jan 2026");
});

test("days are counted with both ends, over changes of the clock too", () => {
  expect(countDays({ since: "2026-10-24", until: "2026-10-26" })).toBe(3);
  expect(countDays({ since: "2024-02-28", until: "2024-03-01" })).toBe(3);
});

test("durations have at most two units", () => {
  expect([0, 0.4, 42, 60, 102, 7500, 86_400, 273_600, -3].map(durationWords)).toEqual([
    "0 s",
    "0 s",
    "42 s",
    "1 min",
    "1 min 42 s",
    "2 h 5 min",
    "1 d",
    "3 d 4 h",
    "0 s",
  ]);
});

test("a day is the account's, not UTC's", () => {
  const atMs = Date.parse("2026-11-22T20:00:00Z");
  expect(dayInZone(atMs, "Asia/Kolkata")).toBe("2026-11-23");
  expect(dayInZone(atMs, "America/Los_Angeles")).toBe("2026-11-22");
  expect(dayInZone(atMs, "Mars/Olympus")).toBe("2026-11-22");
});

test("a clock time names its day only when it is another one", () => {
  const nowMs = Date.parse("2026-11-23T08:00:00Z");
  expect(clockWords(Date.parse("2026-11-23T10:32:00Z"), nowMs)).toBe("10:32 UTC");
  expect(clockWords(Date.parse("2026-11-24T00:05:00Z"), nowMs)).toBe("24 Nov 2026, 00:05 UTC");
  const late = Date.parse("2026-11-23T23:30:00Z");
  expect(zoneClockWords(late, nowMs, "America/Los_Angeles")).toBe("15:30 (America/Los_Angeles)");
  expect(zoneClockWords(late, nowMs, "Europe/Berlin")).toBe("24 Nov 2026, 00:30 (Europe/Berlin)");
  expect(zoneClockWords(late, nowMs, null)).toBe("23:30 UTC");
  expect(zoneClockWords(late, nowMs, "Mars/Olympus")).toBe("23:30 UTC");
  expect(instantMs("2026-11-23T10:32:00.5+00:00")).toBe(Date.parse("2026-11-23T10:32:00.5Z"));
  expect(instantMs("soon")).toBeNull();
});
