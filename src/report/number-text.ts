/** Numbers as people read them: grouped counts, rates, signed changes. */
import { type Decimal, decimalText, roundDecimal, signOf } from "./decimal.ts";

/** What stands where there is nothing to show, for example a ratio over zero. */
export const noValue = "–";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 20 });

/** Grouped digits of exact decimal text, however long: 1234567.5 → "1,234,567.5". */
function groupDigits(text: string): string {
  return grouped.format(text as `${number}`);
}

/** 8420 → "8,420". */
export function countText(count: number): string {
  return grouped.format(count);
}

/** "1 row", "8,420 rows". The plural is the singular with s, or given. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${countText(count)} ${count === 1 ? singular : plural}`;
}

/** A count that may be a fraction, as data-driven attribution gives: at most 2 decimals, none when whole. */
export function decimalCountText(value: Decimal): string {
  return groupDigits(decimalText(roundDecimal(value, 2)));
}

/** With exactly `scale` decimals, grouped. */
export function fixedText(value: Decimal, scale: number): string {
  const [whole = "0", fraction] = decimalText(roundDecimal(value, scale)).split(".");
  const negative = whole.startsWith("-");
  const digits = groupDigits(negative ? whole.slice(1) : whole);
  return `${negative ? "−" : ""}${digits}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** "+4.2", "−0.20", and "±0" where nothing is left after rounding. */
export function signedText(value: Decimal, scale: number): string {
  const rounded = roundDecimal(value, scale);
  if (signOf(rounded) === 0) return "±0";
  return `${signOf(rounded) > 0 ? "+" : ""}${fixedText(rounded, scale)}`;
}
