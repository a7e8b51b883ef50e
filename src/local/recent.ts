/** The newest entries of a log in memory, for people who look at it; the oldest are forgotten. */
export class Recent<Entry extends object> {
  #entries: (Entry & { seq: number })[] = [];
  #kept: number;
  #seq = 0;

  /** `kept`: how many entries stay. */
  constructor(kept: number) {
    this.#kept = kept;
  }

  add(entry: Entry): void {
    this.#seq += 1;
    this.#entries.push({ ...entry, seq: this.#seq });
    if (this.#entries.length > this.#kept) this.#entries.shift();
  }

  /** Newest first; `seq` counts all that were ever added, from 1. */
  list(): (Entry & { seq: number })[] {
    return this.#entries.toReversed();
  }
}
