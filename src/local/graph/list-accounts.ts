/** The seeded accounts in short, for the start-up table and the admin API. */
import type { World } from "./seed/model.ts";

export interface AccountSummary {
  id: string;
  name: string;
  currency: string;
  timezone: string;
  /** Ads that can be listed: archived ones too, deleted ones not. */
  ads: number;
}

export function listAccounts(world: World): AccountSummary[] {
  return world.accounts.map(({ spec, ads }) => ({
    id: `act_${spec.accountId}`,
    name: spec.name,
    currency: spec.currency,
    timezone: spec.timezone,
    ads: ads.filter((ad) => ad.status !== "DELETED").length,
  }));
}
