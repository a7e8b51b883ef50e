/** One call on its way through the stand-in: what is known of it, and what the quotas said. */
import { businessOf } from "./entities/businesses.ts";
import type { CallInfo } from "./call-log.ts";
import type { StoredRule } from "./faults/rule-book.ts";
import type { GraphCall } from "./graph-call.ts";
import { GraphError } from "./graph-error.ts";
import type { GraphParts } from "./graph-parts.ts";
import { isInsightsKind, pointsOf } from "./describe-call.ts";
import type { Charge, Refusal } from "./limits/limits.ts";
import type { Quota, Tier } from "./limits/quotas.ts";
import { accountOf } from "./account-of.ts";

export interface Visit {
  call: GraphCall;
  info: CallInfo;
  rule: StoredRule | undefined;
  tier: Tier;
  activeAds: number;
  /** The business that holds the account. */
  business: string | null;
  /** 0 until the quotas were charged. */
  points: number;
  refusal: Refusal | undefined;
  /** A block that was on when the call began. */
  metBlock: Refusal | undefined;
}

const SUBCODE = 2_446_079;

export function beginVisit(parts: GraphParts, call: GraphCall, info: CallInfo, rule: StoredRule | undefined): Visit {
  const account = accountOf(parts, call.segments[0] ?? "");
  const token = call.token === undefined ? undefined : parts.tokens.find(call.token);
  const visit: Visit = {
    call,
    info,
    rule,
    tier: token?.tier ?? "standard_access",
    activeAds: account?.ads.filter((ad) => ad.effectiveStatus === "ACTIVE").length ?? 0,
    business: account === undefined ? null : businessOf(account).id,
    points: 0,
    refusal: undefined,
    metBlock: undefined,
  };
  if (pointsOf(info.kind) > 0 && info.kind !== "token") visit.metBlock = parts.limits.findBlock(chargeOf(visit));
  return visit;
}

/** Charges the call; throws Meta's error of a spent quota. */
export function payFor(parts: GraphParts, visit: Visit): void {
  visit.points = pointsOf(visit.info.kind);
  if (visit.points === 0) return;
  visit.refusal = parts.limits.charge(chargeOf(visit));
  if (visit.refusal !== undefined) throw throttle(visit.refusal.quota, parts.limits.settings.scoreCode);
}

export function chargeOf({ info, tier, activeAds, points }: Visit): Charge {
  return { account: info.account, activeAds, isInsights: isInsightsKind(info.kind), tier, points, atMs: info.atMs };
}

function throttle(quota: Quota, scoreCode: 17 | 613): GraphError {
  if (quota === "insights") return new GraphError({ code: 80_000, subcode: SUBCODE });
  if (quota === "management") return new GraphError({ code: 80_004, subcode: SUBCODE });
  if (quota === "app_insights") return new GraphError({ code: 4, subcode: 1_504_022 });
  if (quota === "app") return new GraphError({ code: 4 });
  return new GraphError(scoreCode === 17 ? { code: 17, subcode: SUBCODE } : { code: 613, subcode: 1_487_742 });
}
