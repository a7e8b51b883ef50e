/** From the time parameters of an insights call to the periods of its rows. */
import { z } from "zod";
import { addMonths, parseDay, startOfMonths } from "../days.ts";
import { type GraphCall, readJsonParam } from "../graph-call.ts";
import { GraphError, invalidParameter } from "../graph-error.ts";
import { earliestDay, PRESET_NAMES, spanOfPreset } from "./presets.ts";
import type { Period } from "./query.ts";

const DEFAULT_PRESET = "last_30d";
const MAX_INCREMENT_DAYS = 90;
const isoDay = z.string().transform((text, context) => {
  const day = parseDay(text);
  if (day === undefined) {
    context.addIssue({ code: "custom", message: "not a day" });
    return z.NEVER;
  }
  return day;
});
const timeRange = z.object({ since: isoDay, until: isoDay });

/** The periods, none beyond `today`; empty when the whole range lies in the future. */
export function readPeriods(call: GraphCall, today: number): Period[] {
  const increment = readIncrement(call);
  return readSpans(call, today).flatMap((span) =>
    splitSpan({ ...span, until: Math.min(span.until, today) }, increment),
  );
}

/** `time_range` wins over `time_ranges`, both over `date_preset`. */
function readSpans(call: GraphCall, today: number): Period[] {
  const expected = "a date range like {'since':'YYYY-MM-DD','until':'YYYY-MM-DD'}";
  const range = readJsonParam(call, "time_range", timeRange, expected);
  const ranges =
    range === undefined ? readJsonParam(call, "time_ranges", z.array(timeRange), `a list of ${expected}`) : [range];
  if (ranges === undefined) return [readPreset(call, today)];
  for (const { since, until } of ranges) {
    if (since > until) throw invalidParameter("The start date of the time range must not be after its end date");
    if (since < earliestDay(today)) throw new GraphError({ code: 3018 });
  }
  return ranges;
}

function readPreset(call: GraphCall, today: number): Period {
  const name = call.params.get("date_preset") ?? DEFAULT_PRESET;
  const span = spanOfPreset(name, today);
  if (span === undefined) {
    throw invalidParameter(`date_preset must be one of the following values: ${PRESET_NAMES.join(", ")}`);
  }
  return span;
}

function readIncrement(call: GraphCall): number | "monthly" | "all_days" {
  const text = call.params.get("time_increment") ?? "all_days";
  if (text === "monthly" || text === "all_days") return text;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MAX_INCREMENT_DAYS) return days;
  throw invalidParameter("time_increment must be 'monthly', 'all_days' or an integer between 1 and 90");
}

function splitSpan({ since, until }: Period, increment: number | "monthly" | "all_days"): Period[] {
  if (since > until) return [];
  if (increment === "all_days") return [{ since, until }];
  const periods: Period[] = [];
  for (let start = since; start <= until;) {
    const next = increment === "monthly" ? addMonths(startOfMonths(start, 1), 1) : start + increment;
    periods.push({ since: start, until: Math.min(next - 1, until) });
    start = next;
  }
  return periods;
}
