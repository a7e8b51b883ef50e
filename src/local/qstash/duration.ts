/** Durations as QStash writes them: numbers with a unit, one after the other (`1d10h30m`, `6m5s`, `1.5s`). */
const SECONDS_PER_UNIT: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Seconds in a duration such as `30s` or `1d10h30m`.
 * @throws RangeError if the text is anything else; a bare number lacks its unit and is refused too.
 */
export function parseDurationSeconds(text: string): number {
  const trimmed = text.trim();
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(trimmed)) {
    throw new RangeError(`invalid duration "${text}": write numbers with a unit (s, m, h, d), for example 1d10h30m`);
  }
  let seconds = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    seconds += Number(amount) * (SECONDS_PER_UNIT[unit ?? ""] ?? 0);
  }
  return seconds;
}
