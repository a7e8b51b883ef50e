/** Graph API versions: what is alive, what is upgraded or refused (changelog as of 2026-11). */
import type { CallKind } from "./describe-call.ts";
import { GraphError } from "./graph-error.ts";

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

/** Calls that no change of the Marketing API touches: they are upgraded in any case. */
const UNAFFECTED: ReadonlySet<CallKind> = new Set<CallKind>(["me", "token", "business", "batch", "other"]);

/** Throws Meta's 2635 for an expired version if the app turned automatic upgrades off ("refuse"). */
export function refuseExpired(setting: "upgrade" | "refuse", version: string, kind: CallKind): void {
  if (setting === "refuse" && !ALIVE.has(version) && !UNAFFECTED.has(kind)) throw new GraphError({ code: 2635 });
}
