/** Quotas and latency as the data directory remembers them; what was used before a restart is counted again. */
import type { DatabaseSync } from "node:sqlite";
import type { WorldClock } from "../clock.ts";
import type { CallLog } from "./call-log.ts";
import { isInsightsKind } from "./describe-call.ts";
import { PaceMaker } from "./latency/pace-maker.ts";
import { latencyProfile, type LatencyProfile } from "./latency/profiles.ts";
import { Limits } from "./limits/limits.ts";
import { changeLimits, DEFAULT_LIMITS, HOUR_MS, type LimitChange, limitChange } from "./limits/quotas.ts";
import { rememberSetting } from "./settings.ts";

export function openLimits(store: DatabaseSync, calls: CallLog, clock: WorldClock, given: LimitChange = {}): Limits {
  const saved = limitChange.parse(JSON.parse(rememberSetting(store, "limits", () => "{}")));
  const settings = changeLimits(changeLimits(DEFAULT_LIMITS, saved), given);
  const limits = new Limits(settings, (now) => void rememberSetting(store, "limits", () => "{}", JSON.stringify(now)));
  for (const { kind, ...charge } of calls.charges(clock.now() - 2 * HOUR_MS)) {
    limits.charge({ ...charge, isInsights: isInsightsKind(kind) });
  }
  return limits;
}

export function openLatency(store: DatabaseSync, seed: number, given: LatencyProfile | undefined): PaceMaker {
  const profile = latencyProfile.parse(rememberSetting(store, "latency", () => "instant", given));
  return new PaceMaker(profile, seed, (now) => void rememberSetting(store, "latency", () => now, now));
}
