/** Numbers as Meta writes them: decimal strings without trailing zeros. */

/** Minor units as a major-unit decimal: 533950 with 2 digits is "5339.5". */
export function formatMoney(minor: number, digits: number): string {
  if (digits === 0) return String(minor);
  const text = String(minor).padStart(digits + 1, "0");
  return trimZeros(`${text.slice(0, -digits)}.${text.slice(-digits)}`);
}

/** The exact way back: "5339.5" with 2 digits is 533950. */
export function parseMoney(text: string, digits: number): number {
  const [whole = "0", fraction = ""] = text.split(".");
  return Number(whole) * 10 ** digits + Number(fraction.padEnd(digits, "0").slice(0, digits) || "0");
}

/** A quotient with at most six decimals; undefined when there is nothing to divide, or nothing to divide by. */
export function formatRatio(numerator: number, denominator: number): string | undefined {
  if (numerator === 0 || denominator === 0) return undefined;
  return trimZeros((numerator / denominator).toFixed(6));
}

/** A count; undefined for 0, because Meta leaves empty metrics out. */
export function formatCount(count: number): string | undefined {
  return count === 0 ? undefined : String(count);
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
