/** How usage headers slow us down before Meta has to: calls are spaced as a quota fills, and stop short of its end. Pure. */

/** What an answer's headers say; null where no header did. Percentages may be above 100. */
export interface QuotaUse {
  /** Quota that all accounts of the app share. */
  appPercent: number | null;
  /** Quota of this account, without the one header that is known to stick at 100 when the load is long over. */
  accountStopPercent: number | null;
  /** Seconds until quota is back, where Meta names them. */
  regainSeconds: number | null;
  /** `standard_access` is the full tier; anything else counts as the limited one. */
  tier: string | null;
}

export interface Pause {
  scope: "account" | "app";
  seconds: number;
  percent: number;
}

/** From this per cent on, the next call could be the one too many: Meta's blocks grow with calls made in them. */
const stopPercent = 95;
const longestPauseSeconds = 3600;
const accountPauseSeconds = { full: 60, limited: 300 };
const appPauseSeconds = 300;

/** Milliseconds between the beginnings of two calls, by the per cent from which they hold. */
const spacings = [
  { fromPercent: 85, spacingMs: 3000 },
  { fromPercent: 75, spacingMs: 1000 },
  { fromPercent: 60, spacingMs: 250 },
] as const;

export function spacingMs(use: QuotaUse): number {
  const percent = Math.max(use.appPercent ?? 0, use.accountStopPercent ?? 0);
  return spacings.find(({ fromPercent }) => percent >= fromPercent)?.spacingMs ?? 0;
}

/** The break to take by ourselves, or null: a warning in the headers is cheaper than Meta's own block. */
export function pauseFor(use: QuotaUse): Pause | null {
  const { appPercent, accountStopPercent, regainSeconds, tier } = use;
  const limit = (seconds: number) => Math.min(longestPauseSeconds, Math.max(1, Math.ceil(seconds)));
  if (appPercent !== null && appPercent >= stopPercent) {
    return { scope: "app", seconds: limit(regainSeconds ?? appPauseSeconds), percent: appPercent };
  }
  if (accountStopPercent === null || accountStopPercent < stopPercent) return null;
  const usual = tier === "standard_access" ? accountPauseSeconds.full : accountPauseSeconds.limited;
  return { scope: "account", seconds: limit(regainSeconds ?? usual), percent: accountStopPercent };
}
