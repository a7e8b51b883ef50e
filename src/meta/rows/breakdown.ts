/** The breakdown of a row of figures: its plain values, and the text that stands for them in the primary key. */
import { type Json, type RowContext, show } from "./draft.ts";

/** What separates names and values in the key, and what escapes it. */
function escape(value: string): string {
  return value.replaceAll("%", "%25").replaceAll("|", "%7C").replaceAll("=", "%3D");
}

/** Meta says "unknown" for what it doesn't know, so a row without one of the asked breakdowns is no row of that set. */
export function refuseMissingBreakdown(fields: Json, context: RowContext): string | null {
  for (const name of context.breakdowns ?? []) {
    const value = fields[name];
    if (typeof value === "string" || typeof value === "number") continue;
    return `${name} is ${show(value)}: a row broken down by ${context.breakdowns?.join(", ")} must name its ${name}`;
  }
  return null;
}

/** {name: value} of the breakdowns that were asked for, sorted by name; null when none were. */
export function plainBreakdowns(raw: Json, { breakdowns = [] }: RowContext): Record<string, string> | null {
  if (breakdowns.length === 0) return null;
  return Object.fromEntries(breakdowns.toSorted().map((name) => [name, String(raw[name])]));
}

/** "" or `age=25-34|gender=female`: sorted by name; "%", "|" and "=" in values are percent-encoded. */
export function keyOfBreakdown(breakdowns: Record<string, string> | null): string {
  return Object.entries(breakdowns ?? {})
    .map(([name, value]) => `${name}=${escape(value)}`)
    .join("|");
}
