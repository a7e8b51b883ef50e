/** What a seeded world consists of; plain data, the same in the main thread and in the worker. */
import type { AccountSpec } from "./accounts.ts";
import type { EntityKind } from "./ids.ts";

export type EntityStatus = "ACTIVE" | "PAUSED" | "ARCHIVED" | "DELETED";

interface EntityBase {
  id: string;
  name: string;
  status: EntityStatus;
  effectiveStatus: string;
  createdMs: number;
  updatedMs: number;
}

export interface CampaignModel extends EntityBase {
  objective: string;
  objectiveKind: ObjectiveKind;
  buyingType: string;
  bidStrategy: string;
  /** Minor units; undefined when the ad sets hold the budget. */
  dailyBudgetMinor: number | undefined;
}

export interface AdSetModel extends EntityBase {
  /** Index of the campaign in the account. */
  campaign: number;
  optimizationGoal: string;
  billingEvent: string;
  attributionSetting: string;
  dailyBudgetMinor: number | undefined;
}

export interface AdModel extends EntityBase {
  /** Position in the account, and the same of its parents and creative. */
  index: number;
  campaign: number;
  adSet: number;
  creative: number;
  /** Salt of all figures of this ad. */
  hash: number;
  /** Day numbers between which it may deliver, both included. */
  firstDay: number;
  lastDay: number;
  deliveryPerMille: number;
  dailyImpressions: number;
  cpmMinor: number;
  orderValueMinor: number;
  clicksPerTenThousand: number;
  objectiveKind: ObjectiveKind;
}

export interface CreativeModel {
  id: string;
  name: string;
  title: string;
  body: string;
  linkUrl: string;
  objectType: string;
  callToAction: string;
}

export interface AccountModel {
  index: number;
  spec: AccountSpec;
  createdMs: number;
  campaigns: CampaignModel[];
  adSets: AdSetModel[];
  ads: AdModel[];
  creatives: CreativeModel[];
}

/** What an objective makes people do: decides which actions an ad reports. */
export type ObjectiveKind = "awareness" | "traffic" | "engagement" | "leads" | "app" | "sales";

export interface NodeRef {
  kind: EntityKind | "account";
  account: AccountModel;
  /** Position in the account's list of that kind; 0 for the account itself. */
  index: number;
}

export interface World {
  seed: number;
  /** Day number on which the world was made: ages of entities count from it. */
  bornDay: number;
  /** Accounts beyond the five that are always there. */
  extraAccounts: readonly AccountSpec[];
  accounts: AccountModel[];
  /** Grows with every change of an entity: what was worked out before is then out of date. */
  revision: number;
  /** By entity id, and by `act_…` for accounts. */
  nodes: Map<string, NodeRef>;
}
