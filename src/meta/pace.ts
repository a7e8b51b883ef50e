/** Keeps a least distance between the beginnings of calls, for those who set META_REQUEST_DELAY_MS. */
import { setTimeout as wait } from "node:timers/promises";

export interface PaceOptions {
  /** Least milliseconds from the beginning of one call to that of the next; 0 turns it off. */
  delayMs: number;
  /** Epoch milliseconds. */
  now?: () => number;
  /** Resolves at `atMs`, rejects when the signal is aborted; real time by default. */
  sleepUntil?: (atMs: number, signal: AbortSignal) => Promise<void>;
}

/** Makes a function to await before each call; calls made side by side queue up. Throws the signal's reason. */
export function createPace(options: PaceOptions): (signal: AbortSignal) => Promise<void> {
  const { delayMs, now = Date.now } = options;
  const sleepUntil = options.sleepUntil ?? ((atMs, signal) => wait(atMs - now(), undefined, { signal }));
  let nextStartMs = 0;
  return async (signal) => {
    if (delayMs <= 0) return;
    const startMs = Math.max(now(), nextStartMs);
    nextStartMs = startMs + delayMs;
    if (startMs <= now()) return;
    try {
      await sleepUntil(startMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  };
}
