/** Slack's rate limits, off unless switched on: per method and workspace a minute, for posting per channel a second. */

/** Calls a minute for one method, app and workspace, by Slack's tiers. */
const perMinute = { tier2: 20, tier3: 50, tier4: 100 } as const;
export type Tier = keyof typeof perMinute | "posting" | "unlimited";

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

export class RateLimits {
  enabled = false;
  #now: () => number;
  #served = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts this call; gives the whole seconds to wait when it is one too many. `who` is app and workspace. */
  count(tier: Tier, who: string, method: string, channel: string): number | undefined {
    if (!this.enabled || tier === "unlimited") return undefined;
    const rule =
      tier === "posting"
        ? { key: `${who} posting ${channel}`, most: 1, windowMs: SECOND_MS }
        : { key: `${who} ${method}`, most: perMinute[tier], windowMs: MINUTE_MS };
    const nowMs = this.#now();
    // A clock moved back must not leave calls of the future in the window.
    const recent = (this.#served.get(rule.key) ?? []).filter((at) => at <= nowMs && nowMs - at < rule.windowMs);
    this.#served.set(rule.key, recent);
    const oldest = recent[0];
    if (recent.length >= rule.most && oldest !== undefined) {
      return Math.max(1, Math.ceil((oldest + rule.windowMs - nowMs) / 1000));
    }
    recent.push(nowMs);
    return undefined;
  }
}
