/** Which statuses are asked for when entities are listed. Facts of the Marketing API; edges below act_<id>. */

/** The statuses asked for on entity edges: without them Meta hides archived objects; deleted ones are never listed. */
export const listedStatuses: Record<"campaigns" | "adsets" | "ads", readonly string[]> = {
  campaigns: ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"],
  adsets: ["ACTIVE", "PAUSED", "CAMPAIGN_PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"],
  ads: [
    "ACTIVE",
    "PAUSED",
    "CAMPAIGN_PAUSED",
    "ADSET_PAUSED",
    "ARCHIVED",
    "IN_PROCESS",
    "WITH_ISSUES",
    "DISAPPROVED",
    "PENDING_REVIEW",
    "PREAPPROVED",
    "PENDING_BILLING_INFO",
  ],
};
