/** Calendar days as whole numbers (days since 1970-01-01), so that windows are plain arithmetic. */
const DAY_MS = 86_400_000;
const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** "2026-11-23" as a day number; undefined when it isn't a day of the calendar. */
export function parseDay(iso: string): number | undefined {
  const match = ISO_DAY.exec(iso);
  if (match === null) return undefined;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return new Date(ms).toISOString().slice(0, 10) === iso ? ms / DAY_MS : undefined;
}

export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The same day `months` later (or earlier), held back to the last day of a shorter month. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  return first / DAY_MS + Math.min(date.getUTCDate(), daysInMonth(first)) - 1;
}

/** The first day of the month (`months` 1), quarter (3) or year (12) that holds `day`. */
export function startOfMonths(day: number, months: 1 | 3 | 12): number {
  const date = new Date(day * DAY_MS);
  const month = Math.floor(date.getUTCMonth() / months) * months;
  return Date.UTC(date.getUTCFullYear(), month, 1) / DAY_MS;
}

function daysInMonth(firstMs: number): number {
  const first = new Date(firstMs);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
}
