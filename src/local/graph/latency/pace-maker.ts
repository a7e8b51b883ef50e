/** Makes answers wait by real time, in the profile that is set. */
import { setTimeout as waitRealTime } from "node:timers/promises";
import { latencyMs, latencyProfile, type LatencyProfile, type LatencyQuestion } from "./profiles.ts";

export class PaceMaker {
  #profile: LatencyProfile;
  #seed: number;
  #answers = 0;
  #onChange: (profile: LatencyProfile) => void;

  constructor(profile: LatencyProfile, seed: number, onChange: (profile: LatencyProfile) => void = () => {}) {
    this.#profile = profile;
    this.#seed = seed;
    this.#onChange = onChange;
  }

  get profile(): LatencyProfile {
    return this.#profile;
  }

  /** Throws a ZodError for a profile that doesn't exist. */
  set(profile: LatencyProfile): void {
    this.#profile = latencyProfile.parse(profile);
    this.#onChange(this.#profile);
  }

  /** How long the next answer should take in all. */
  next(question: LatencyQuestion): number {
    this.#answers += 1;
    return latencyMs(this.#profile, question, this.#seed, this.#answers);
  }
}

/** Resolves after `ms` of real time, or at once when the stand-in closes. */
export async function waitFor(ms: number, closing: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await waitRealTime(ms, undefined, { signal: closing }).catch(() => undefined);
}
