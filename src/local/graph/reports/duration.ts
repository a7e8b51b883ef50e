/** How long Meta takes for a report: a fixed cost, then so many rows a second, with a long-tailed spread. An estimate. */
import { hashOf } from "../seed/hash.ts";

const BASE_MS = 2_000;
const ROWS_PER_MS = 20;
/** Sigma of the logarithm: nine in ten lie between 0.66 and 1.5 times the middle. */
const SPREAD = 0.25;

/** In ms of world time. `speed` 2 halves it; Infinity makes every report complete at once. */
export function durationOf(rows: number, speed: number, seed: number, sequence: number): number {
  const middleMs = (BASE_MS + rows / ROWS_PER_MS) / speed;
  const draw = (hashOf(seed, 77, sequence) + 0.5) / 2 ** 32;
  return middleMs * Math.exp((SPREAD * Math.log(draw / (1 - draw))) / 1.702);
}
