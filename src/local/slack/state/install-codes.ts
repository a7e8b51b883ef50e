/** The codes that the authorize page hands out: ten minutes of world time, one use. */
import { randomBytes } from "node:crypto";

const LIFETIME_MS = 10 * 60_000;

/** What a person allowed. */
export interface Consent {
  user: string;
  scopes: string[];
  /** As the app asked; undefined when it named none. */
  redirectUri: string | undefined;
  organisation: boolean;
}

/** Kept in memory: a code that outlives a restart is worth nothing to a person, who is still at the door. */
export class InstallCodes {
  #now: () => number;
  #codes = new Map<string, Consent & { madeMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  make(consent: Consent): string {
    const code = `${this.#now()}.${randomBytes(24).toString("hex")}`;
    this.#codes.set(code, { ...consent, madeMs: this.#now() });
    return code;
  }

  /** The consent behind a code that is still good; `take` ends it. */
  find(code: string): Consent | undefined {
    const found = this.#codes.get(code);
    return found === undefined || this.#now() - found.madeMs > LIFETIME_MS ? undefined : found;
  }

  take(code: string): void {
    this.#codes.delete(code);
  }
}
