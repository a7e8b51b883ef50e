/** How long answers take. The figures of `real` are estimates: Meta documents none. */
import { z } from "zod";
import type { CallKind } from "../describe-call.ts";
import { draw } from "../seed/draw.ts";

export const LATENCY_PROFILES = ["instant", "real"] as const;
export const latencyProfile = z.enum(LATENCY_PROFILES);
export type LatencyProfile = (typeof LATENCY_PROFILES)[number];

interface Pace {
  /** Half of all empty answers are there by then. */
  medianMs: number;
  perRowMs: number;
}

const EDGE: Pace = { medianMs: 250, perRowMs: 0.35 };
const INSIGHTS: Pace = { medianMs: 700, perRowMs: 0.8 };
const SHORT: Pace = { medianMs: 150, perRowMs: 0 };
const RESULTS: Pace = { medianMs: 300, perRowMs: 0.5 };

const PACES: Record<CallKind, Pace> = {
  me: SHORT,
  token: SHORT,
  business: EDGE,
  accounts: EDGE,
  node: EDGE,
  edge: EDGE,
  insights: INSIGHTS,
  report: EDGE,
  poll: SHORT,
  results: RESULTS,
  // Its members take their own time, side by side.
  batch: { medianMs: 0, perRowMs: 0 },
  other: SHORT,
};
/** Spread of the logarithm: one answer in twenty takes more than 1.8 times the median, one in a hundred 2.3 times. */
const SIGMA = 0.36;
const LONGEST_TIMES = 8;

export interface LatencyQuestion {
  kind: CallKind;
  rows: number;
  /** A refusal costs Meta no rows, and comes as quickly as a poll. */
  isError: boolean;
}

/** Milliseconds for the n-th answer of a world; the same every time for the same seed and number. */
export function latencyMs(profile: LatencyProfile, question: LatencyQuestion, seed: number, number: number): number {
  if (profile === "instant") return 0;
  const { medianMs, perRowMs } = question.isError ? SHORT : PACES[question.kind];
  const stretch = Math.min(LONGEST_TIMES, Math.exp(SIGMA * normal(seed, number)));
  return Math.round((medianMs + perRowMs * question.rows) * stretch);
}

/** A standard normal number (Box-Muller). */
function normal(seed: number, number: number): number {
  const radius = Math.sqrt(-2 * Math.log(draw(seed, number, 1)));
  return radius * Math.cos(2 * Math.PI * draw(seed, number, 2));
}
