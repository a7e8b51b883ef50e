/** The figures of one ad on one local day: a pure function of (ad, day), so any row is made on the fly. */
import { weekdayOf } from "../days.ts";
import { mix } from "./hash.ts";
import type { AdModel } from "./model.ts";

/** Positions in a fact array. Counts are whole numbers, money is in minor units: sums are exact. */
export const FACT = {
  impressions: 0,
  clicks: 1,
  linkClicks: 2,
  spendMinor: 3,
  landingPageViews: 4,
  videoViews: 5,
  engagements: 6,
  addToCarts: 7,
  purchases: 8,
  purchaseValueMinor: 9,
  leads: 10,
  appInstalls: 11,
} as const;
export const FACT_COUNT = 12;

/** Meta's figures of a day stop changing after 28 days (reference: why trailing days are read again). */
const ATTRIBUTION_DAYS = 28;
/** Per mille of a day's final conversions that are known N days later: about half at once, all after 28 days. */
const KNOWN_PER_MILLE = Array.from({ length: ATTRIBUTION_DAYS + 1 }, (_, age) => {
  const rest = Math.exp(-ATTRIBUTION_DAYS / 6);
  return Math.round(1_000 - (450 * (Math.exp(-age / 6) - rest)) / (1 - rest));
});

/** Which day is "today" in the account's zone, and how many of its hours are over (0 to 23). */
export interface LocalNow {
  today: number;
  hour: number;
}

/** A log-normal spread (sigma 0.35) in 256 equally likely steps: most days are near 1, a few far above. */
const SPREAD = Array.from({ length: 256 }, (_, step) => Math.exp(0.35 * quantile((step + 0.5) / 256)));
/** Sunday to Saturday. */
const WEEKDAY = [1.08, 0.94, 0.95, 0.97, 1, 1.06, 1.12];
/** January to December, with the run-up to the holidays. */
const SEASON = [0.82, 0.85, 0.9, 0.94, 0.98, 1, 0.96, 0.93, 1, 1.06, 1.3, 1.22];

/** True if the ad has a row for that day: it ran, and of today at least one hour is over. */
export function adDelivers(ad: AdModel, day: number, now: LocalNow): boolean {
  if (day < ad.firstDay || day > ad.lastDay || day > now.today) return false;
  if (day === now.today && now.hour === 0) return false;
  return dayHash(ad, day) % 1_000 < ad.deliveryPerMille;
}

/** Adds the ad's figures of that day to `sums`; false (and nothing added) if it has none. */
export function addAdDay(ad: AdModel, day: number, now: LocalNow, sums: Float64Array): boolean {
  if (!adDelivers(ad, day, now)) return false;
  const first = mix(dayHash(ad, day) + 1);
  const second = mix(first + 2);
  const share = day === now.today ? now.hour / 24 : 1;
  const impressions = Math.max(1, Math.floor(fullDayImpressions(ad, day, first) * share));
  const clicks = Math.floor((impressions * ad.clicksPerTenThousand * (70 + ((first >>> 8) % 61))) / 1_000_000);
  const linkClicks = Math.floor((clicks * (60 + ((first >>> 16) % 31))) / 100);
  const spend = Math.max(1, Math.floor((impressions * ad.cpmMinor * (85 + (second % 31))) / 100_000));
  add(sums, FACT.impressions, impressions);
  add(sums, FACT.clicks, clicks);
  add(sums, FACT.linkClicks, linkClicks);
  add(sums, FACT.spendMinor, spend);
  add(sums, FACT.landingPageViews, Math.floor((linkClicks * (65 + ((second >>> 8) % 26))) / 100));
  add(sums, FACT.videoViews, Math.floor((impressions * (8 + ((second >>> 16) % 20))) / 100));
  add(sums, FACT.engagements, clicks + Math.floor(impressions / 400));
  addResults(ad, linkClicks, mix(second + 3), now.today - day, sums);
  return true;
}

/** Conversions outside Meta: counted on the day of the ad, reported late. `age` is in local days. */
function addResults(ad: AdModel, linkClicks: number, hash: number, age: number, sums: Float64Array): void {
  if (linkClicks === 0) return;
  const known = (final: number) => knownAfter(age, final, hash);
  if (ad.objectiveKind === "sales") {
    const final = share(linkClicks, 24, hash);
    const purchases = known(final);
    const orderMinor = Math.floor((ad.orderValueMinor * (70 + ((hash >>> 8) % 91))) / 100);
    add(sums, FACT.addToCarts, known(final + share(linkClicks, 70, hash >>> 4)));
    add(sums, FACT.purchases, purchases);
    add(sums, FACT.purchaseValueMinor, purchases * orderMinor);
  } else if (ad.objectiveKind === "leads") {
    add(sums, FACT.leads, known(share(linkClicks, 80, hash)));
  } else if (ad.objectiveKind === "app") {
    add(sums, FACT.appInstalls, known(share(linkClicks, 120, hash)));
  } else if (ad.objectiveKind === "traffic") {
    const purchases = known(share(linkClicks, 3, hash));
    add(sums, FACT.purchases, purchases);
    add(sums, FACT.purchaseValueMinor, purchases * ad.orderValueMinor);
  }
}

/** How many of the `final` conversions are reported by now; never falls as days go by. */
function knownAfter(age: number, final: number, hash: number): number {
  const perMille = KNOWN_PER_MILLE[Math.min(Math.max(age, 0), ATTRIBUTION_DAYS)] ?? 1_000;
  return Math.floor((final * perMille + ((hash >>> 12) % 1_000)) / 1_000);
}

/** `perMille` of a count, the remainder drawn by the hash, never above the count. */
function share(count: number, perMille: number, hash: number): number {
  return Math.min(count, Math.floor((count * perMille + (hash % 1_000)) / 1_000));
}

function fullDayImpressions(ad: AdModel, day: number, hash: number): number {
  const month = Math.floor((day % 365.25) / 30.4375);
  const shape = (SPREAD[hash & 255] ?? 1) * (WEEKDAY[weekdayOf(day)] ?? 1) * (SEASON[month] ?? 1);
  // 24 or more, so that each hour of today brings at least one.
  return Math.max(24, Math.floor(ad.dailyImpressions * shape));
}

function dayHash(ad: AdModel, day: number): number {
  return mix(ad.hash ^ Math.imul(day, 0x9e3779b1));
}

function add(sums: Float64Array, fact: number, amount: number): void {
  sums[fact] = (sums[fact] ?? 0) + amount;
}

/** The standard normal quantile by its logistic approximation, good to 0.02 in the middle. */
function quantile(probability: number): number {
  return Math.log(probability / (1 - probability)) / 1.702;
}
