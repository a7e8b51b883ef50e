/** How far back figures reach: 37 months in all; 13 for breakdowns of people and for hours (reference: retention). */
import { addMonths } from "../days.ts";
import { GraphError } from "../graph-error.ts";
import { isHourly } from "./breakdown-rules.ts";
import type { InsightsQuery } from "./query.ts";

const BROKEN_MONTHS = 13;
const PEOPLE_FIELD = /^(reach|frequency|cpp|unique_\w+|cost_per_unique_\w+)$/;

/** True if the question wants reach or other counts of people, by breakdown, from before Meta's 13 months. */
export function asksOldReach(query: Pick<InsightsQuery, "fields" | "breakdowns" | "periods" | "now">): boolean {
  if (query.breakdowns.length === 0 || !query.fields.some((field) => PEOPLE_FIELD.test(field))) return false;
  return startsBefore(query);
}

export function withoutPeople(fields: readonly string[]): string[] {
  return fields.filter((field) => !PEOPLE_FIELD.test(field));
}

/** Throws code 3018 for hours of more than 13 months ago; that Meta uses this code here is our guess. */
export function refuseOldHours(query: Pick<InsightsQuery, "breakdowns" | "periods" | "now">): void {
  if (!isHourly(query.breakdowns) || !startsBefore(query)) return;
  const message = `(#3018) The start date of the time range cannot be beyond ${BROKEN_MONTHS} months from the current date`;
  throw new GraphError({ code: 3018, message });
}

function startsBefore({ periods, now }: Pick<InsightsQuery, "periods" | "now">): boolean {
  const earliest = addMonths(now.today, -BROKEN_MONTHS);
  return periods.some((period) => period.since < earliest);
}
