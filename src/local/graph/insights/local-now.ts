/** The account's local day and hour: what "today" means for its rows. */
import type { LocalNow } from "../seed/ad-day.ts";
import { localTime } from "../zones.ts";

export function localNow(nowMs: number, zone: string): LocalNow {
  const { day, hour } = localTime(nowMs, zone);
  return { today: day, hour };
}
