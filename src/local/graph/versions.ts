/** Graph API versions: what is alive, what is upgraded (changelog as of 2026-11). */
export const CURRENT_VERSION = "v26.0";
/** Marketing versions that still answer as themselves; older ones are upgraded without a word but the header. */
const ALIVE = new Set(["v25.0", CURRENT_VERSION]);
const NEWEST_MAJOR = 26;

/** The version that answers, for the `facebook-api-version` header; undefined for one that doesn't exist yet. */
export function answeringVersion(asked: string): string | undefined {
  if (ALIVE.has(asked)) return asked;
  const major = Number(/^v(\d+)\.0$/.exec(asked)?.[1] ?? Number.NaN);
  return major >= 1 && major < NEWEST_MAJOR ? CURRENT_VERSION : undefined;
}
