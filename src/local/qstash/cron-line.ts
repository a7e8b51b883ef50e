/** Five-field cron lines, in UTC unless a `CRON_TZ=<zone> ` prefix says otherwise. */
import { Cron } from "croner";

/** Robfig's syntax, which the service uses: no seconds, no L, W or #; names for months and weekdays only. */
const FIELD = /^(?:[\d*?,/-]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+$/i;

/**
 * The first time after `afterMs` (exclusive) at which the line fires, in epoch milliseconds; null if never.
 * @throws SyntaxError that names the line and what is wrong with it.
 */
export function computeNextFireMs(line: string, afterMs: number): number | null {
  const prefixed = /^CRON_TZ=(\S+)\s+(.*)$/.exec(line.trim());
  const fields = (prefixed?.[2] ?? line).trim();
  const parts = fields.split(/\s+/);
  if (parts.length !== 5 || !parts.every((part) => FIELD.test(part))) {
    throw new SyntaxError(`invalid cron "${line}": five fields are needed (minute hour day month weekday)`);
  }
  try {
    const cron = new Cron(fields, { mode: "5-part", timezone: prefixed?.[1] ?? "UTC" });
    return cron.nextRun(new Date(afterMs))?.getTime() ?? null;
  } catch (error) {
    throw new SyntaxError(`invalid cron "${line}": ${error instanceof Error ? error.message : "unreadable"}`, {
      cause: error,
    });
  }
}
