/** Groups ads into the entities that a level reports on, and tells which of them delivered. */
import { adDelivers, type LocalNow } from "../seed/ad-day.ts";
import type { AccountModel, AdModel } from "../seed/model.ts";
import type { Level, Period } from "./query.ts";

/** One entity of the asked level with the ads it sums. */
export interface Unit {
  entityIndex: number;
  ads: AdModel[];
}

export function groupUnits(account: AccountModel, level: Level, ads: readonly number[]): Unit[] {
  const units = new Map<number, Unit>();
  for (const index of ads) {
    const ad = account.ads[index];
    if (ad === undefined) continue;
    const entityIndex = entityIndexOf(ad, level);
    const unit = units.get(entityIndex);
    if (unit === undefined) units.set(entityIndex, { entityIndex, ads: [ad] });
    else unit.ads.push(ad);
  }
  return [...units.values()].sort((left, right) => left.entityIndex - right.entityIndex);
}

/** True if the entity has a row for the period: no delivery, no row. */
export function unitDelivers(unit: Unit, period: Period, now: LocalNow): boolean {
  const until = Math.min(period.until, now.today);
  for (let day = period.since; day <= until; day += 1) {
    for (const ad of unit.ads) if (adDelivers(ad, day, now)) return true;
  }
  return false;
}

function entityIndexOf(ad: AdModel, level: Level): number {
  if (level === "account") return 0;
  if (level === "campaign") return ad.campaign;
  return level === "adset" ? ad.adSet : ad.index;
}
