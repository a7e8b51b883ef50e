/** Which day it is in an ad account's time zone. Meta reckons all its days there. */
import type { Day } from "./day.ts";

/** Thrown for a zone that this runtime's zone data doesn't know. */
export class UnknownZoneError extends Error {
  override name = "UnknownZoneError";
  readonly zone: string;

  constructor(zone: string, cause: unknown) {
    super(
      `The time zone "${zone}" is not known here. Zones are IANA names such as Europe/Berlin; a new one needs a newer Node.`,
      { cause },
    );
    this.zone = zone;
  }
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", calendar: "gregory" } as const;
  try {
    return new Intl.DateTimeFormat("en-US-u-nu-latn", { ...options, timeZone: zone });
  } catch (error) {
    throw new UnknownZoneError(zone, error);
  }
}

/**
 * The day that `zone` (IANA name, as Meta's `timezone_name`) has at the instant `nowMs` (milliseconds since 1970).
 * @throws UnknownZoneError
 */
export function dayIn(zone: string, nowMs: number): Day {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(nowMs)
      .map((part) => [part.type, part.value]),
  );
  const year = (parts.get("year") ?? "").padStart(4, "0");
  return `${year}-${parts.get("month") ?? ""}-${parts.get("day") ?? ""}`;
}
