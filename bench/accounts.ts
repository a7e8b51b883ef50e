/** The ad accounts of the scenarios, by what they are for. */
import { BULK_ACCOUNT, type AccountSpec } from "../src/local/graph/seed/accounts.ts";

/** 200 ads, each older than the 37 months that Meta keeps. */
const HISTORY_ACCOUNT: AccountSpec = {
  ...BULK_ACCOUNT,
  accountId: "2026110098",
  name: "Long Memory",
  campaigns: 10,
  adSets: 40,
  ads: 200,
  minAdAgeDays: 1_180,
};

export const accountIds = {
  /** "Bolt Outdoor" of the seeded five: 1,000 ads, 8 deleted on top. */
  thousandAds: "2026110004",
  history: HISTORY_ACCOUNT.accountId,
  bulk: BULK_ACCOUNT.accountId,
} as const;

export const extraAccounts: readonly AccountSpec[] = [BULK_ACCOUNT, HISTORY_ACCOUNT];
