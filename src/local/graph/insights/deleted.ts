/** Which rows vanish with a deletion: lists of entities leave deleted ones out, totals of what is above keep them. */
import type { AccountModel, AdModel } from "../seed/model.ts";
import { entityIdOf } from "./read-back.ts";
import type { Level } from "./query.ts";

/** True if the entity of that level which the ad belongs to (or the ad itself) is deleted. */
export function isDeletedAt(account: AccountModel, level: Level, ad: AdModel): boolean {
  if (level === "account") return false;
  if (level === "campaign") return account.campaigns[ad.campaign]?.status === "DELETED";
  return (level === "adset" ? account.adSets[ad.adSet]?.status : ad.status) === "DELETED";
}

/** Ids of the deleted entities of a level. */
export function deletedIds(account: AccountModel, level: Level): string[] {
  if (level === "account") return [];
  const list = level === "campaign" ? account.campaigns : level === "adset" ? account.adSets : account.ads;
  return list.flatMap((entity, index) => (entity.status === "DELETED" ? [entityIdOf(account, level, index)] : []));
}
