/**
 * The world's one movable clock: real time plus an offset that tests and the admin door may change.
 * Days, delays, schedules, leases and budgets follow it; what a library signs or checks by itself uses real time.
 */
export interface Wake {
  cancel(): void;
}

interface PendingWake {
  atMs: number;
  run: () => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** setTimeout fires at once for anything above 2^31-1 ms, so longer waits are cut into pieces. */
const LONGEST_TIMER_MS = 2_000_000_000;

export class WorldClock {
  #offsetMs: number;
  #listeners = new Set<(offsetMs: number) => void | Promise<void>>();
  #wakes = new Set<PendingWake>();

  constructor(options: { offsetMs?: number } = {}) {
    this.#offsetMs = options.offsetMs ?? 0;
  }

  /** Epoch milliseconds, in world time. */
  now = (): number => Date.now() + this.#offsetMs;

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Moves the clock by `ms` (negative moves it back); resolves when every listener has followed. */
  async advance(ms: number): Promise<void> {
    await this.setOffset(this.#offsetMs + ms);
  }

  async setOffset(offsetMs: number): Promise<void> {
    this.#offsetMs = offsetMs;
    // Listeners first: the SQL offset must have moved before a wake lets the queue deliver.
    for (const listener of this.#listeners) await listener(offsetMs);
    for (const wake of this.#wakes) this.#arm(wake);
  }

  /** Called with the new offset after each move; returns the way to stop listening. */
  onMove(listener: (offsetMs: number) => void | Promise<void>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs `run` once, as soon as world time is at or after `atMs`. The timer doesn't keep the process alive. */
  wakeAt(atMs: number, run: () => void): Wake {
    const wake: PendingWake = { atMs, run, timer: undefined };
    this.#wakes.add(wake);
    this.#arm(wake);
    return { cancel: () => this.#drop(wake) };
  }

  /** Ends every pending wake: for a clean stop. */
  stop(): void {
    for (const wake of this.#wakes) this.#drop(wake);
  }

  #arm(wake: PendingWake): void {
    clearTimeout(wake.timer);
    const waitMs = Math.min(Math.max(wake.atMs - this.now(), 0), LONGEST_TIMER_MS);
    wake.timer = setTimeout(() => {
      if (this.now() < wake.atMs) return this.#arm(wake);
      this.#wakes.delete(wake);
      wake.run();
    }, waitMs);
    wake.timer.unref();
  }

  #drop(wake: PendingWake): void {
    clearTimeout(wake.timer);
    this.#wakes.delete(wake);
  }
}
