/** Keeps a distance between the beginnings of calls: META_REQUEST_DELAY_MS for all, and more for an account whose quota fills. */
import { setTimeout as wait } from "node:timers/promises";
import { spacingMs, type QuotaUse } from "../sync/pace.ts";

export interface PaceOptions {
  /** Least milliseconds from the beginning of one call to that of the next; 0 turns it off. */
  delayMs: number;
  /** Epoch milliseconds. */
  now?: () => number;
  /** Resolves at `atMs`, rejects when the signal is aborted; real time by default. */
  sleepUntil?: (atMs: number, signal: AbortSignal) => Promise<void>;
}

export interface Pace {
  /** When a call for the account could begin, epoch milliseconds; nothing is reserved. */
  turnOf(accountId: string): number;
  /** To be awaited before a call for the account; calls made side by side queue up. Throws the signal's reason. */
  take(accountId: string, signal: AbortSignal): Promise<void>;
  /** What the answer's headers said. */
  note(accountId: string, use: QuotaUse): void;
}

export function createPace(options: PaceOptions): Pace {
  const { delayMs, now = Date.now } = options;
  const sleepUntil = options.sleepUntil ?? ((atMs, signal) => wait(atMs - now(), undefined, { signal }));
  const spacings = new Map<string, number>();
  const lastStarts = new Map<string, number>();
  let nextStartMs = 0;
  const turnOf = (accountId: string) =>
    Math.max(now(), nextStartMs, (lastStarts.get(accountId) ?? 0) + (spacings.get(accountId) ?? 0));
  return {
    turnOf,
    async take(accountId, signal) {
      const startMs = turnOf(accountId);
      nextStartMs = startMs + delayMs;
      lastStarts.set(accountId, startMs);
      if (startMs <= now()) return;
      try {
        await sleepUntil(startMs, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
    note(accountId, use) {
      const spacing = spacingMs(use);
      if (spacing === 0) spacings.delete(accountId);
      else spacings.set(accountId, spacing);
    },
  };
}
