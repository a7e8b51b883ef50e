/** Values that differ at each read although nothing happened: signed image addresses, what is left of a budget. */
import { mix } from "../seed/hash.ts";

/** One reading of a node. */
export interface Reading {
  nowMs: number;
  /** Scopes of the caller's token. */
  scopes: readonly string[];
  /** Number of the reading in this world; 0 when such values are to stand still. */
  number: number;
}

const WEEK_SECONDS = 7 * 86_400;

/** An address of the image server, signed for this reading and good for a week. */
export function signedImage(creativeId: string, size: number, { nowMs, number }: Reading): string {
  const path = `https://img.example/v/${creativeId}_${size}.jpg`;
  if (number === 0) return path;
  const signature = mix(number ^ Number(creativeId.slice(-9)))
    .toString(16)
    .padStart(8, "0");
  const expiry = (Math.floor(nowMs / 1_000) + WEEK_SECONDS).toString(16).toUpperCase();
  return `${path}?stp=dst-jpg&_nc_ht=img.example&oh=00_${signature}&oe=${expiry}`;
}

/** A third of the budget, less what this reading finds spent; in minor units, as text. */
export function budgetRemaining(dailyBudgetMinor: number | undefined, { number }: Reading): string {
  if (dailyBudgetMinor === undefined) return "0";
  return String(Math.max(0, Math.floor(dailyBudgetMinor / 3) - number));
}

/** A counter of money that only grows, in minor units. */
export function growing(minor: number, { number }: Reading): string {
  return String(minor + number);
}
