/** Wall-clock time in an account's IANA zone: Meta's days and timestamps follow it. */
import { formatDay } from "./days.ts";

export interface LocalTime {
  /** Day number of the local date. */
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Local time minus UTC, daylight saving included. */
  offsetMinutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function localTime(ms: number, zone: string): LocalTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(ms)
      .map((part) => [part.type, Number(part.value)]),
  );
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const dayMs = Date.UTC(read("year"), read("month") - 1, read("day"));
  const localMs = dayMs + ((read("hour") * 60 + read("minute")) * 60 + read("second")) * 1000;
  return {
    day: dayMs / 86_400_000,
    hour: read("hour"),
    minute: read("minute"),
    second: read("second"),
    offsetMinutes: Math.round((localMs - ms) / 60_000),
  };
}

/** Meta's timestamp: "2026-10-01T12:34:56+0200", an offset without colon (reference: JSON shape traps). */
export function formatGraphTime(ms: number, zone: string): string {
  const local = localTime(ms, zone);
  const clock = [local.hour, local.minute, local.second].map(twoDigits).join(":");
  const offset = Math.abs(local.offsetMinutes);
  const sign = local.offsetMinutes < 0 ? "-" : "+";
  return `${formatDay(local.day)}T${clock}${sign}${twoDigits(Math.floor(offset / 60))}${twoDigits(offset % 60)}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const numeric = "2-digit";
    format = new Intl.DateTimeFormat("en-US-u-ca-gregory", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    formats.set(zone, format);
  }
  return format;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
