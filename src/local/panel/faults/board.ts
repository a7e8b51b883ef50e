/** A board of faults: what can be switched on at one stand-in, what is on, and the way to switch it off. */
import type { PartName } from "../world-parts.ts";

export interface FaultChoice {
  /** Unique among all boards: `slack.ratelimited`. */
  id: string;
  part: PartName;
  title: string;
  /** What happens then, as a sentence. */
  means: string;
  /** Whether it can end by itself after a number of hits. */
  isCountable: boolean;
  /** A length of time that can be chosen, in seconds. */
  seconds?: { label: string; standard: number; most: number };
}

export interface FaultOrder {
  /** How many hits; null = until it is switched off. */
  times: number | null;
  seconds: number | undefined;
}

export interface ActiveFault {
  /** Names this one fault on its board. */
  key: string;
  part: PartName;
  title: string;
  /** "2 more times", "until switched off". */
  howOften: string;
  /** How often it struck; null when nobody counts. */
  hits: number | null;
}

export interface FaultBoard {
  part: PartName;
  choices: readonly FaultChoice[];
  /** `id` is one of the choices'. */
  plant(id: string, order: FaultOrder): void;
  /** Those that can still strike, also the ones planted by other means. */
  list(): ActiveFault[];
  /** False if there is no such fault. */
  lift(key: string): boolean;
}

export const untilSwitchedOff = "until switched off";

/** `left`: hits to come; null = until it is switched off. */
export function sayHowOften(left: number | null): string {
  // Planted so often that nobody will see the end of it.
  if (left === null || left > 1000) return untilSwitchedOff;
  return left === 1 ? "once more" : `${left} more times`;
}
