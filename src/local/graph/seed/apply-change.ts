/** What a person does to entities in Ads Manager, applied to a world: the same in the main thread and in the worker. */
import { z } from "zod";
import { localTime } from "../zones.ts";
import { hashOf } from "./hash.ts";
import type { AdModel, AdSetModel, CampaignModel, EntityStatus, NodeRef, World } from "./model.ts";

const id = z.string().regex(/^\d+$/);

const plannedChange = z.discriminatedUnion("kind", [
  /** Campaigns, ad sets, ads and creatives. */
  z.strictObject({ kind: z.literal("rename"), id, name: z.string().min(1) }),
  /** Children go along: their effective status, and with ARCHIVED and DELETED their own. */
  z.strictObject({
    kind: z.literal("status"),
    id,
    status: z.enum(["PAUSED", "ARCHIVED", "DELETED"]),
    /** Whether the updated_time of the children moves too; Meta's reference doesn't say, by default it doesn't. */
    touchChildren: z.boolean().default(false),
  }),
  /** Of a campaign or ad set that holds its budget, in minor units. */
  z.strictObject({ kind: z.literal("budget"), id, dailyBudgetMinor: z.int().positive() }),
  /** A new ad with a new creative; it delivers from the next local day. */
  z.strictObject({
    kind: z.literal("new-ad"),
    /** Given by the stand-in when the change is made. */
    id,
    creativeId: id,
    adSetId: id,
    name: z.string().min(1),
  }),
]);

/** A change with the world time at which it happens. */
export const entityChange = z.intersection(plannedChange, z.object({ atMs: z.int() }));
export type EntityChange = z.output<typeof entityChange>;

/** A change that the entity can't take. */
export class EntityChangeError extends Error {
  override readonly name = "EntityChangeError";
}

const FOREVER = 1_000_000;

/** Throws an EntityChangeError if the change makes no sense now. */
export function applyChange(world: World, change: EntityChange): void {
  if (change.kind === "new-ad") addAd(world, change);
  else {
    const node = nodeOf(world, change.id);
    if (change.kind === "rename") rename(node, change.name, change.atMs);
    else if (change.kind === "budget") setBudget(node, change.dailyBudgetMinor, change.atMs);
    else setStatus(node, change);
  }
  world.revision += 1;
}

type Entity = CampaignModel | AdSetModel | AdModel;

function rename(node: NodeRef, name: string, atMs: number): void {
  if (node.kind === "creative") {
    const creative = node.account.creatives[node.index];
    if (creative !== undefined) creative.name = name;
    return;
  }
  const entity = entityOf(node);
  entity.name = name;
  entity.updatedMs = atMs;
}

function setBudget(node: NodeRef, minor: number, atMs: number): void {
  const entity = node.kind === "ad" ? undefined : entityOf(node);
  if (entity === undefined || !("dailyBudgetMinor" in entity) || entity.dailyBudgetMinor === undefined) {
    throw new EntityChangeError(
      `This ${node.kind} holds no budget: name the campaign or ad set that has a daily_budget.`,
    );
  }
  entity.dailyBudgetMinor = minor;
  entity.updatedMs = atMs;
}

function setStatus(node: NodeRef, change: EntityChange & { kind: "status" }): void {
  const entity = entityOf(node);
  const { account } = node;
  const lastDay = localTime(change.atMs, account.spec.timezone).day;
  entity.updatedMs = change.atMs;
  entity.status = change.status;
  entity.effectiveStatus = change.status;
  if (node.kind === "ad") return stopAd(entity as AdModel, lastDay);
  const word = node.kind === "campaign" ? "CAMPAIGN_PAUSED" : "ADSET_PAUSED";
  const children: Entity[] = account.ads.filter(
    (ad) => (node.kind === "campaign" ? ad.campaign : ad.adSet) === node.index,
  );
  if (node.kind === "campaign") children.push(...account.adSets.filter((adSet) => adSet.campaign === node.index));
  for (const child of children) {
    if ("firstDay" in child) stopAd(child, lastDay);
    const changed = change.status === "PAUSED" ? pauseUnder(child, word) : endWith(child, change.status);
    if (changed && change.touchChildren) child.updatedMs = change.atMs;
  }
}

/** The day of the change is still delivered to its end. */
function stopAd(ad: AdModel, day: number): void {
  ad.lastDay = Math.min(ad.lastDay, day);
}

/** What is stopped by itself keeps saying why. */
function pauseUnder(child: Entity, word: string): boolean {
  if (!["ACTIVE", "WITH_ISSUES", "ADSET_PAUSED"].includes(child.effectiveStatus)) return false;
  if (child.effectiveStatus === word) return false;
  child.effectiveStatus = word;
  return true;
}

function endWith(child: Entity, status: EntityStatus): boolean {
  if (child.status === "DELETED" || child.status === status) return false;
  child.status = status;
  child.effectiveStatus = status;
  return true;
}

function addAd(world: World, change: EntityChange & { kind: "new-ad" }): void {
  const { account, index: adSetIndex, kind } = nodeOf(world, change.adSetId);
  const adSet = kind === "adset" ? account.adSets[adSetIndex] : undefined;
  if (adSet === undefined) throw new EntityChangeError(`"${change.adSetId}" is not an ad set: a new ad needs one.`);
  const index = account.ads.length;
  const creative = account.creatives.length;
  const like = account.ads.find((ad) => ad.adSet === adSetIndex) ?? account.ads[0];
  const likeCreative = account.creatives[like?.creative ?? 0];
  if (like === undefined || likeCreative === undefined) return;
  const runs = adSet.effectiveStatus === "ACTIVE";
  const today = localTime(change.atMs, account.spec.timezone).day;
  account.creatives.push({
    ...likeCreative,
    id: change.creativeId,
    name: `${change.name} ${creative + 1}`,
    title: change.name,
  });
  account.ads.push({
    ...like,
    id: change.id,
    name: change.name,
    status: "ACTIVE",
    effectiveStatus: runs ? "ACTIVE" : statusUnder(adSet),
    createdMs: change.atMs,
    updatedMs: change.atMs,
    index,
    campaign: adSet.campaign,
    adSet: adSetIndex,
    creative,
    hash: hashOf(world.seed, account.index, 6, index),
    firstDay: today + 1,
    lastDay: runs ? FOREVER : today,
  });
  world.nodes.set(change.id, { kind: "ad", account, index });
  world.nodes.set(change.creativeId, { kind: "creative", account, index: creative });
}

function statusUnder(adSet: AdSetModel): string {
  return adSet.effectiveStatus === "PAUSED" ? "ADSET_PAUSED" : adSet.effectiveStatus;
}

function nodeOf(world: World, entityId: string): NodeRef {
  const node = world.nodes.get(entityId);
  if (node !== undefined && node.kind !== "account") return node;
  throw new EntityChangeError(
    `"${entityId}" is no campaign, ad set, ad or creative of this world: list them by the edges.`,
  );
}

function entityOf({ account, kind, index }: NodeRef): Entity {
  const list: Entity[] =
    kind === "campaign" ? account.campaigns : kind === "adset" ? account.adSets : kind === "ad" ? account.ads : [];
  const entity = list[index];
  if (entity === undefined)
    throw new EntityChangeError(`A ${kind} has no status: name a campaign, an ad set or an ad.`);
  if (entity.status !== "DELETED") return entity;
  throw new EntityChangeError(`"${entity.id}" is deleted, and deleted entities don't change: name another one.`);
}
