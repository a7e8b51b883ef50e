/** Meta's twenty date presets as spans of local days. */
import { addMonths, startOfMonths, weekdayOf } from "../days.ts";
import type { Period } from "./query.ts";

/** Meta keeps 37 months; the first day that may be asked is one day inside. */
const RETENTION_MONTHS = 37;

export function earliestDay(today: number): number {
  return addMonths(today, -RETENTION_MONTHS) + 1;
}

const PRESETS: Record<string, (today: number) => Period> = {
  today: (today) => ({ since: today, until: today }),
  yesterday: (today) => ({ since: today - 1, until: today - 1 }),
  this_month: (today) => ({ since: startOfMonths(today, 1), until: today }),
  last_month: (today) => lastMonths(today, 1),
  this_quarter: (today) => ({ since: startOfMonths(today, 3), until: today }),
  last_quarter: (today) => lastMonths(today, 3),
  this_year: (today) => ({ since: startOfMonths(today, 12), until: today }),
  last_year: (today) => lastMonths(today, 12),
  last_3d: (today) => lastDays(today, 3),
  last_7d: (today) => lastDays(today, 7),
  last_14d: (today) => lastDays(today, 14),
  last_28d: (today) => lastDays(today, 28),
  last_30d: (today) => lastDays(today, 30),
  last_90d: (today) => lastDays(today, 90),
  last_week_mon_sun: (today) => lastWeek(today, 1),
  last_week_sun_sat: (today) => lastWeek(today, 0),
  this_week_mon_today: (today) => ({ since: startOfWeek(today, 1), until: today }),
  this_week_sun_today: (today) => ({ since: startOfWeek(today, 0), until: today }),
  maximum: (today) => ({ since: earliestDay(today), until: today }),
  data_maximum: (today) => ({ since: earliestDay(today), until: today }),
};

export const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/** The span of a preset when `today` is the account's local day; undefined for an unknown name. */
export function spanOfPreset(name: string, today: number): Period | undefined {
  return PRESETS[name]?.(today);
}

/** The N full days before today: today itself is never among them. */
function lastDays(today: number, days: number): Period {
  return { since: today - days, until: today - 1 };
}

function lastMonths(today: number, months: 1 | 3 | 12): Period {
  const start = startOfMonths(today, months);
  return { since: addMonths(start, -months), until: start - 1 };
}

function startOfWeek(today: number, firstWeekday: 0 | 1): number {
  return today - ((weekdayOf(today) - firstWeekday + 7) % 7);
}

function lastWeek(today: number, firstWeekday: 0 | 1): Period {
  const start = startOfWeek(today, firstWeekday);
  return { since: start - 7, until: start - 1 };
}
