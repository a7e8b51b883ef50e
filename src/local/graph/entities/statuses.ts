/** The effective statuses that each kind may be asked for. */
import type { FilterKind } from "../filtering.ts";

const CAMPAIGN = ["ACTIVE", "ARCHIVED", "DELETED", "IN_PROCESS", "PAUSED", "WITH_ISSUES"];
const AD_SET = [...CAMPAIGN, "CAMPAIGN_PAUSED"];
const AD = [...AD_SET, "ADSET_PAUSED", "DISAPPROVED", "PENDING_BILLING_INFO", "PENDING_REVIEW", "PREAPPROVED"];

export const EFFECTIVE_STATUSES: Record<FilterKind, readonly string[]> = { campaign: CAMPAIGN, adset: AD_SET, ad: AD };
