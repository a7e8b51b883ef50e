/** Change against the previous period of equal length: per cent for volumes, percentage points for rates. */
import type { Figures } from "./figures.ts";
import { countDays, dayWords, windowWords } from "./dates.ts";
import { type Decimal, divideDecimals, isZero, multiplyDecimal, subtractDecimals } from "./decimal.ts";
import { signedText } from "./number-text.ts";

export interface Comparison {
  /** Every day of the previous period is stored, so that changes may be shown. */
  complete: boolean;
  /** "9–15 Nov 2026". */
  window: string;
  /** "compared with 9–15 Nov 2026", or why there is nothing to compare with. */
  words: string;
}

/** Judges the previous period by its days. */
export function comparePeriods(figures: Figures): Comparison {
  if (figures.previousWindow === null) {
    return { complete: false, window: "", words: "no earlier data (Meta keeps 37 months)" };
  }
  const window = windowWords(figures.previousWindow);
  const expected = countDays(figures.previousWindow);
  const { days } = figures.previous;
  if (days >= expected) return { complete: true, window, words: `compared with ${window}` };
  if (days === 0) return { complete: false, window, words: `no earlier data (${window})` };
  return { complete: false, window, words: `no earlier data (${days} of ${expected} days of ${window} are stored)` };
}

export type ChangeKind = "volume" | "rate" | "factor";

/** Change text, or null when it would mislead: nothing before, or nothing now to set against it. */
export function changeText(kind: ChangeKind, current: Decimal | null, previous: Decimal | null): string | null {
  if (current === null || previous === null || isZero(previous)) return null;
  const difference = subtractDecimals(current, previous);
  if (kind === "rate") return `${signedText(multiplyDecimal(difference, 100n), 2)} pp`;
  if (kind === "factor") return signedText(difference, 2);
  const perCent = divideDecimals(multiplyDecimal(difference, 100n), previous, 1);
  if (perCent === null) return null;
  // Tenths say something about small changes only.
  const large = perCent.units >= 100n || perCent.units <= -100n;
  return `${signedText(perCent, large || perCent.units % 10n === 0n ? 0 : 1)}%`;
}

/** "22 Nov 2026 is not over yet …" when the window reaches the running day, else null. `today` in the account's zone. */
export function runningDayWords(until: string, today: string): string | null {
  return until >= today ? `${dayWords(today)} is not over: its figures still grow, so compare them with care` : null;
}
