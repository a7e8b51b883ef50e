/** Seeded chance for what happens on the wire: each purpose has its own row of draws, the same ones for the same seed. */
import { hashOf } from "./hash.ts";

/** A number in (0, 1). */
export function draw(seed: number, ...salt: number[]): number {
  return (hashOf(seed, ...salt) + 0.5) / 2 ** 32;
}

const PURPOSES = ["rule", "no headers", "batch member", "empty page", "short page", "cursor", "reading"] as const;
type Purpose = (typeof PURPOSES)[number];

export class Chance {
  #seed: number;
  #counts = new Map<Purpose, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The number of this draw for that purpose, from 1. */
  next(purpose: Purpose): number {
    const count = (this.#counts.get(purpose) ?? 0) + 1;
    this.#counts.set(purpose, count);
    return count;
  }

  /** True in `percent` of a hundred draws for that purpose. */
  hits(purpose: Purpose, percent: number): boolean {
    return draw(this.#seed, PURPOSES.indexOf(purpose), this.next(purpose)) * 100 < percent;
  }
}
