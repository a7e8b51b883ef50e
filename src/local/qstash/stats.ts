/** Counts of what the queue served, refused and delivered since it started. */
export class Stats {
  #counts = new Map<string, number>();

  count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** By name, in alphabetical order: `calls.200`, `messages.accepted`, `deliveries.retry`, `faults.duplicate` … */
  read(): Record<string, number> {
    return Object.fromEntries([...this.#counts].toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }
}
