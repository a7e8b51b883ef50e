/** The two ways in which Meta forgets calls: evenly over time, or all at once when the hour is over. */
import { HOUR_MS } from "./quotas.ts";

export interface Meter {
  add(nowMs: number, points: number): void;
  /** Points that still count. */
  used(nowMs: number): number;
  /** When no more than `left` points will count, if no call comes; `nowMs` if that is so already. */
  freeAtMs(nowMs: number, left: number): number;
  /** Puts forgetting off. */
  delay(ms: number): void;
}

/** One point is forgotten every `stepMs`, from the moment the first one was made. */
export class LeakingMeter implements Meter {
  #level = 0;
  #sinceMs = 0;
  #stepMs: number;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  add(nowMs: number, points: number): void {
    if (this.used(nowMs) === 0) this.#sinceMs = nowMs;
    this.#level += points;
  }

  used(nowMs: number): number {
    const steps = Math.max(0, Math.floor((nowMs - this.#sinceMs) / this.#stepMs));
    this.#level = Math.max(0, this.#level - steps);
    this.#sinceMs += steps * this.#stepMs;
    return this.#level;
  }

  freeAtMs(nowMs: number, left: number): number {
    const steps = Math.ceil(this.used(nowMs) - left);
    return steps <= 0 ? nowMs : this.#sinceMs + steps * this.#stepMs;
  }

  /** Nothing to do: points made while blocked leak as slowly as all others. */
  delay(): void {}
}

/** Begins with its first call and is empty again an hour later. */
export class HourMeter implements Meter {
  #count = 0;
  #endMs = 0;

  add(nowMs: number, points: number): void {
    if (nowMs >= this.#endMs) {
      this.#endMs = nowMs + HOUR_MS;
      this.#count = 0;
    }
    this.#count += points;
  }

  used(nowMs: number): number {
    return nowMs >= this.#endMs ? 0 : this.#count;
  }

  freeAtMs(nowMs: number, left: number): number {
    return this.used(nowMs) <= left ? nowMs : this.#endMs;
  }

  delay(ms: number): void {
    this.#endMs += ms;
  }
}
