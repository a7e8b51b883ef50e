/** GET /act_{id}/activities: what was changed, by whom and when, newest first. */
import { z } from "zod";
import type { Answer } from "../answer.ts";
import { type GraphCall } from "../graph-call.ts";
import { invalidParameter, unsupportedObject } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import type { EntityChange } from "../seed/apply-change.ts";
import type { AccountModel, NodeRef } from "../seed/model.ts";
import { formatGraphTime } from "../zones.ts";
import { answerPage, type EdgeItem } from "./answer-page.ts";
import { findNode } from "./find-node.ts";

const WEEK_MS = 7 * 86_400_000;
const DEFAULT_FIELDS = "event_time,event_type,translated_event_type,object_id,object_name,actor_id,actor_name";
const KIND_WORDS = {
  account: "account",
  campaign: "campaign",
  adset: "ad_set",
  ad: "ad",
  creative: "ad_creative",
} as const;
const OBJECT_TYPES = { account: "ACCOUNT", campaign: "CAMPAIGN", adset: "AD_SET", ad: "AD", creative: "AD" } as const;

interface Activity {
  atMs: number;
  type: string;
  node: NodeRef;
  id: string;
}

/** Changes and creations between `since` and `until` (unix seconds or days); the last seven days without them. */
export function listActivities(input: EndpointInput): Answer {
  const { kind, account } = findNode(input);
  const { call, parts } = input;
  if (kind !== "account") throw unsupportedObject(call.method, call.segments[0] ?? "");
  const untilMs = readTime(call, "until") ?? parts.clock.now();
  const sinceMs = readTime(call, "since") ?? untilMs - WEEK_MS;
  const activities = [...created(account), ...changed(input, account)]
    .filter(({ atMs }) => atMs >= sinceMs && atMs <= untilMs)
    .sort((left, right) => right.atMs - left.atMs);
  return answerPage(input, {
    edge: "activities",
    type: "AdActivity",
    items: activities.map((activity, index) => itemOf(activity, activities.length - index)),
    defaultFields: DEFAULT_FIELDS,
  });
}

function itemOf({ atMs, type, node, id }: Activity, number: number): EdgeItem {
  const { timezone } = node.account.spec;
  const words = type.replaceAll("_", " ");
  return {
    // Activities have no id of their own; cursors need one.
    id: `${atMs}-${number}`,
    view: () => ({
      event_time: formatGraphTime(atMs, "UTC"),
      date_time_in_timezone: formatGraphTime(atMs, timezone),
      event_type: type,
      translated_event_type: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
      object_id: id,
      object_name: nameOf(node),
      object_type: OBJECT_TYPES[node.kind],
      actor_id: "122093847561029999",
      actor_name: "Sample Advertiser",
    }),
  };
}

function created(account: AccountModel): Activity[] {
  const of = (kind: "campaign" | "adset" | "ad", list: readonly { id: string; createdMs: number }[]) =>
    list.map(({ id, createdMs }, index): Activity => {
      return { atMs: createdMs, type: `create_${KIND_WORDS[kind]}`, node: { kind, account, index }, id };
    });
  return [...of("campaign", account.campaigns), ...of("adset", account.adSets), ...of("ad", account.ads)];
}

/** New ads are among the created ones already. */
function changed({ parts }: EndpointInput, account: AccountModel): Activity[] {
  return parts.changes.list().flatMap((change) => {
    const node = parts.world.nodes.get(change.id);
    if (change.kind === "new-ad" || node?.account !== account) return [];
    return [{ atMs: change.atMs, type: typeOf(change, KIND_WORDS[node.kind]), node, id: change.id }];
  });
}

function typeOf(change: EntityChange, word: string): string {
  if (change.kind === "rename") return `update_${word}_name`;
  return change.kind === "budget" ? `update_${word}_budget` : `update_${word}_run_status`;
}

function nameOf({ account, kind, index }: NodeRef): string {
  if (kind === "account") return account.spec.name;
  const list = { campaign: account.campaigns, adset: account.adSets, ad: account.ads, creative: account.creatives }[
    kind
  ];
  return list[index]?.name ?? "";
}

function readTime(call: GraphCall, name: string): number | undefined {
  const text = call.params.get(name);
  if (text === undefined || text === "") return undefined;
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1_000;
  const day = z.iso.date().safeParse(text);
  if (!day.success) throw invalidParameter(`Param ${name} must be a unix timestamp or a date like 2026-11-23`);
  return Date.parse(day.data);
}
