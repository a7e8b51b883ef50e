/** Makes one account's campaigns, ad sets, ads and creatives, deterministically. */
import type { AccountSpec } from "./accounts.ts";
import { hashOf, pickBetween, pickFrom } from "./hash.ts";
import { entityId } from "./ids.ts";
import type { AccountModel, AdModel, AdSetModel, CampaignModel, CreativeModel, EntityStatus } from "./model.ts";
import { adName, adSetName, campaignName } from "./names.ts";
import { OBJECTIVES } from "./objectives.ts";

const DAY_MS = 86_400_000;
const FOREVER = 1_000_000;
/** Campaigns from this many on include one archived (the last) and one paused (the one before it). */
const CAMPAIGNS_WITH_ENDED_ONES = 6;
const CALLS_TO_ACTION = ["SHOP_NOW", "LEARN_MORE", "SIGN_UP", "DOWNLOAD"] as const;

interface Making {
  spec: AccountSpec;
  accountIndex: number;
  seed: number;
  bornDay: number;
}

export function buildAccount(spec: AccountSpec, accountIndex: number, seed: number, bornDay: number): AccountModel {
  const making: Making = { spec, accountIndex, seed: hashOf(seed, accountIndex), bornDay };
  const { deletedCampaigns = 0, deletedAdSets = 0 } = spec;
  const campaigns = Array.from({ length: spec.campaigns + deletedCampaigns }, (_, index) =>
    makeCampaign(making, index),
  );
  const adSets = Array.from({ length: spec.adSets + deletedAdSets }, (_, index) => makeAdSet(making, index, campaigns));
  const total = spec.ads + spec.deletedAds;
  const ads = Array.from({ length: total }, (_, index) => makeAd(making, index, campaigns, adSets));
  const creatives = Array.from({ length: Math.ceil((spec.ads * 4) / 5) }, (_, index) => makeCreative(making, index));
  return { index: accountIndex, spec, createdMs: (bornDay - 1_500) * DAY_MS, campaigns, adSets, ads, creatives };
}

function makeCampaign(making: Making, index: number): CampaignModel {
  const { spec, accountIndex, seed, bornDay } = making;
  const hash = hashOf(seed, 1, index);
  const objective = OBJECTIVES[index % OBJECTIVES.length] ?? OBJECTIVES[0];
  const status = statusOfCampaign(spec.campaigns - 1 - index, spec);
  const createdMs = (bornDay - pickBetween(hash, 900, 1_300)) * DAY_MS + (hash % DAY_MS);
  return {
    id: entityId(accountIndex, "campaign", index),
    name: campaignName(hash, index, objective.word),
    status,
    effectiveStatus: status === "ACTIVE" && index % 11 === 4 ? "WITH_ISSUES" : status,
    createdMs,
    updatedMs: updatedAt(making, hash, createdMs),
    objective: objective.objective,
    objectiveKind: objective.kind,
    buyingType: "AUCTION",
    bidStrategy: index % 3 === 0 ? "COST_CAP" : "LOWEST_COST_WITHOUT_CAP",
    dailyBudgetMinor: index % 2 === 0 ? dailyBudget(spec, hash) : undefined,
  };
}

/** `fromEnd` counts back from the last campaign that isn't deleted, which is 0. */
function statusOfCampaign(fromEnd: number, spec: AccountSpec): EntityStatus {
  if (fromEnd < 0) return "DELETED";
  if (spec.campaigns < CAMPAIGNS_WITH_ENDED_ONES) return "ACTIVE";
  return fromEnd === 0 ? "ARCHIVED" : fromEnd === 1 ? "PAUSED" : "ACTIVE";
}

function makeAdSet(making: Making, index: number, campaigns: CampaignModel[]): AdSetModel {
  const { spec, accountIndex, seed } = making;
  const hash = hashOf(seed, 2, index);
  const campaignIndex = campaignOfAdSet(spec, index);
  const campaign = must(campaigns[campaignIndex]);
  const objective = OBJECTIVES[campaignIndex % OBJECTIVES.length] ?? OBJECTIVES[0];
  const own: EntityStatus = spec.adSets > 10 && index % 19 === 7 ? "PAUSED" : "ACTIVE";
  const inherited = campaign.status === "ARCHIVED" ? "ARCHIVED" : own;
  const status = index >= spec.adSets ? "DELETED" : inherited;
  const createdMs = campaign.createdMs + (hash % DAY_MS);
  return {
    id: entityId(accountIndex, "adset", index),
    name: adSetName(hash, spec.country),
    status,
    effectiveStatus: status === "ACTIVE" && campaign.status === "PAUSED" ? "CAMPAIGN_PAUSED" : status,
    createdMs,
    updatedMs: updatedAt(making, hash, createdMs),
    campaign: campaignIndex,
    optimizationGoal: objective.optimizationGoal,
    billingEvent: objective.billingEvent,
    attributionSetting: index % 4 === 1 ? "1d_click" : "7d_click_1d_view",
    dailyBudgetMinor: campaign.dailyBudgetMinor === undefined ? dailyBudget(spec, hash) : undefined,
  };
}

function makeAd(making: Making, index: number, campaigns: CampaignModel[], adSets: AdSetModel[]): AdModel {
  const { spec, accountIndex, seed, bornDay } = making;
  const hash = hashOf(seed, 3, index);
  const adSetIndex = adSetOfAd(spec, index);
  const adSet = must(adSets[adSetIndex]);
  const campaign = must(campaigns[adSet.campaign]);
  const objective = OBJECTIVES[adSet.campaign % OBJECTIVES.length] ?? OBJECTIVES[0];
  const { status, effectiveStatus } = statusOfAd(spec, index, campaign, adSet);
  const lastDay = lastDayOf(effectiveStatus, bornDay, hash);
  const neverRan = effectiveStatus === "DISAPPROVED";
  // Seven in ten are older than a year, so that a backfill of years finds rows as well.
  const usual = index % 10 < 7 ? pickBetween(hash, 400, 890) : pickBetween(hash, 45, 400);
  const age = spec.minAdAgeDays === undefined ? usual : spec.minAdAgeDays + (hash % 60);
  const createdMs = (bornDay - age) * DAY_MS + (hash % DAY_MS);
  return {
    id: entityId(accountIndex, "ad", index),
    name: adName(hash, index),
    status,
    effectiveStatus,
    createdMs,
    updatedMs: lastDay === FOREVER ? updatedAt(making, hash, createdMs) : lastDay * DAY_MS + (hash % DAY_MS),
    index,
    campaign: adSet.campaign,
    adSet: adSetIndex,
    creative: index % Math.ceil((spec.ads * 4) / 5),
    hash: hashOf(seed, 4, index),
    firstDay: neverRan ? FOREVER : bornDay - age + 1,
    lastDay,
    deliveryPerMille: 985,
    dailyImpressions: Math.round((spec.dailyImpressions * pickBetween(hash, 40, 220)) / 100),
    cpmMinor: Math.round((spec.cpmMinor * objective.cpmPercent) / 100),
    orderValueMinor: spec.orderValueMinor,
    clicksPerTenThousand: objective.clicksPerTenThousand,
    objectiveKind: objective.kind,
  };
}

function campaignOfAdSet({ campaigns, adSets, deletedCampaigns = 0 }: AccountSpec, index: number): number {
  const deleted = index - adSets;
  return deleted >= 0 && deleted < deletedCampaigns ? campaigns + deleted : index % campaigns;
}

/** The last of the deleted ads belong to the deleted ad sets. */
function adSetOfAd({ ads, deletedAds, adSets, deletedAdSets = 0 }: AccountSpec, index: number): number {
  const last = index - (ads + deletedAds - deletedAdSets);
  return last >= 0 ? adSets + last : index % adSets;
}

function statusOfAd(
  spec: AccountSpec,
  index: number,
  campaign: CampaignModel,
  adSet: AdSetModel,
): { status: EntityStatus; effectiveStatus: string } {
  if (index >= spec.ads) return { status: "DELETED", effectiveStatus: "DELETED" };
  if (adSet.status === "ARCHIVED" || (spec.ads > 20 && index % 97 === 20)) {
    return { status: "ARCHIVED", effectiveStatus: "ARCHIVED" };
  }
  if (index % 113 === 21) return { status: "PAUSED", effectiveStatus: "PAUSED" };
  if (campaign.status === "PAUSED") return { status: "ACTIVE", effectiveStatus: "CAMPAIGN_PAUSED" };
  if (adSet.status === "PAUSED") return { status: "ACTIVE", effectiveStatus: "ADSET_PAUSED" };
  if (index % 251 === 22) return { status: "ACTIVE", effectiveStatus: "DISAPPROVED" };
  return { status: "ACTIVE", effectiveStatus: index % 61 === 23 ? "WITH_ISSUES" : "ACTIVE" };
}

/** What is stopped stopped shortly before the world was made, so that recent windows still hold some of it. */
function lastDayOf(effectiveStatus: string, bornDay: number, hash: number): number {
  if (effectiveStatus === "ACTIVE" || effectiveStatus === "WITH_ISSUES") return FOREVER;
  return bornDay - (effectiveStatus === "DELETED" ? pickBetween(hash, 1, 4) : pickBetween(hash, 3, 14));
}

function makeCreative(making: Making, index: number): CreativeModel {
  const hash = hashOf(making.seed, 5, index);
  const name = adName(hash, index + 7);
  return {
    id: entityId(making.accountIndex, "creative", index),
    name: `${name} ${index + 1}`,
    title: name,
    body: `${making.spec.name}: ${name}. See more on our site.`,
    linkUrl: `https://shop.example/${making.spec.country.toLowerCase()}/p/${hash % 10_000}`,
    objectType: hash % 2 === 0 ? "VIDEO" : "SHARE",
    callToAction: pickFrom(hash, CALLS_TO_ACTION),
  };
}

function dailyBudget(spec: AccountSpec, hash: number): number {
  const unit = 10 ** spec.minorDigits;
  return Math.round((spec.cpmMinor * pickBetween(hash, 40, 160)) / unit) * unit;
}

/** Between creation and five days before the world was made: stable, and never in the future. */
function updatedAt(making: Making, hash: number, createdMs: number): number {
  const latestMs = (making.bornDay - 5) * DAY_MS;
  const spanSeconds = Math.max(1, Math.floor((latestMs - createdMs) / 1000));
  return createdMs + (hashOf(hash, 9) % spanSeconds) * 1000;
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The seed names a parent that was not made: check the account's counts.");
  return value;
}
