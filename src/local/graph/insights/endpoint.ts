/** GET /{account, campaign, ad set or ad}/insights. */
import insightsFields from "../data/insights-fields.json" with { type: "json" };
import type { Answer } from "../answer.ts";
import { findNode } from "../entities/find-node.ts";
import { parseFields } from "../fields.ts";
import { type Filter, passesFilters, readFilters } from "../filtering.ts";
import { type GraphCall, parseJson, readIntegerParam } from "../graph-call.ts";
import { invalidParameter, notServedHere, tooMuchData, unsupportedObject } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import { buildPaging, decodeIndexCursor, encodeIndexCursor } from "../paging.ts";
import type { LocalNow } from "../seed/ad-day.ts";
import type { AdModel, NodeRef } from "../seed/model.ts";
import { localTime } from "../zones.ts";
import { readPeriods } from "./periods.ts";
import { type InsightsPage, type InsightsQuery, type Level, LEVELS } from "./query.ts";
import { defaultFields } from "./row.ts";
import { groupUnits } from "./units.ts";

const DEFAULT_LIMIT = 25;
const REQUESTABLE = new Set(insightsFields.requestable);
/** Parameters that change the rows in a way not modelled here: refused, never ignored. */
const NOT_SERVED = ["breakdowns", "summary", "sort", "product_id_limit"];

export async function getInsights(input: EndpointInput): Promise<Answer> {
  const node = findNode(input);
  if (node.kind === "creative") throw unsupportedObject(input.call.method, input.call.segments[0] ?? "");
  const { call, parts } = input;
  refuseNotServed(call);
  const query = readQuery(input, node);
  const units = groupUnits(node.account, query.level, query.ads).length;
  if (query.limit > parts.knobs.maxInsightsLimit || units * query.periods.length > parts.knobs.maxInsightsRows) {
    throw tooMuchData();
  }
  const page = await parts.engine.page(query);
  const accountId = `act_${node.account.spec.accountId}`;
  const body = `{"data":${page.dataJson}${pagingText(call, query, page)}}`;
  return { body, rows: page.rows.length, served: { accountId, level: query.level, rows: page.rows } };
}

/** Async reports are the verb POST on the same path. */
export function refuseAsyncInsights(input: EndpointInput): never {
  findNode(input);
  throw notServedHere("An asynchronous insights report (POST)", "Read the insights with GET.");
}

/** The account's local day and hour: what "today" means for its rows. */
export function localNow(nowMs: number, zone: string): LocalNow {
  const { day, hour } = localTime(nowMs, zone);
  return { today: day, hour };
}

function readQuery({ call, parts }: EndpointInput, node: NodeRef): InsightsQuery {
  const { account } = node;
  const now = localNow(parts.clock.now(), account.spec.timezone);
  const level = readLevel(call, node);
  const filters = readFilters(call, "ad");
  return {
    accountIndex: account.index,
    level,
    ads: account.ads.filter((ad) => counts(ad, node, level, filters)).map((ad) => ad.index),
    periods: readPeriods(call, now.today),
    now,
    fields: readFields(call, level),
    ...readRange(call),
  };
}

/** Lists of ads leave deleted ones out unless they are asked for; totals of parents keep them. */
function counts(ad: AdModel, node: NodeRef, level: Level, filters: readonly Filter[]): boolean {
  if (node.kind === "campaign" && ad.campaign !== node.index) return false;
  if (node.kind === "adset" && ad.adSet !== node.index) return false;
  if (node.kind === "ad" && ad.index !== node.index) return false;
  const asksStatus = filters.some((filter) => filter.kind === "ad" && filter.attribute === "effective_status");
  const hidden = level === "ad" && node.kind !== "ad" && !asksStatus && ad.status === "DELETED";
  return !hidden && passesFilters(node.account, "ad", ad.index, filters);
}

function readLevel(call: GraphCall, node: NodeRef): Level {
  const own = LEVELS.find((level) => level === node.kind) ?? "account";
  const asked = call.params.get("level") ?? own;
  const level = LEVELS.find((known) => known === asked);
  if (level === undefined) throw invalidParameter(`level must be one of the following values: ${LEVELS.join(", ")}`);
  // An ad asked at account level still reports the ad: there is nothing above it in its own scope.
  return LEVELS.indexOf(level) < LEVELS.indexOf(own) ? own : level;
}

function readFields(call: GraphCall, level: Level): string[] {
  const fields = parseFields(call.params.get("fields")).map((field) => field.name);
  const unknown = fields.filter((field) => !REQUESTABLE.has(field));
  if (unknown.length > 0) {
    const verb = unknown.length === 1 ? "is" : "are";
    throw invalidParameter(
      `${unknown.join(", ")} ${verb} not valid for fields param. please check ` +
        "https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values",
    );
  }
  return fields.length === 0 ? defaultFields(level) : fields;
}

function readRange(call: GraphCall): { offset: number; limit: number } {
  const limit = readIntegerParam(call, "limit", 1) ?? DEFAULT_LIMIT;
  const after = call.params.get("after");
  if (after !== undefined && after !== "") return { offset: decodeIndexCursor(after) + 1, limit };
  const before = call.params.get("before");
  if (before === undefined || before === "") return { offset: 0, limit };
  const end = decodeIndexCursor(before);
  return { offset: Math.max(0, end - limit), limit: Math.min(limit, end) };
}

function pagingText(call: GraphCall, query: InsightsQuery, page: InsightsPage): string {
  if (page.rows.length === 0) return "";
  const last = query.offset + page.rows.length - 1;
  const paging = buildPaging(call, {
    before: encodeIndexCursor(query.offset),
    after: encodeIndexCursor(last),
    hasPrevious: query.offset > 0,
    hasNext: last + 1 < page.total,
    limit: query.limit,
  });
  return `,"paging":${JSON.stringify(paging)}`;
}

function refuseNotServed(call: GraphCall): void {
  for (const name of NOT_SERVED) {
    if (!isEmptyList(call.params.get(name))) throw notServedHere(`The insights parameter ${name}`, "Leave it out.");
  }
  requireOnly(call, "action_breakdowns", ["action_type"]);
  requireOnly(call, "action_attribution_windows", ["default"]);
}

function requireOnly(call: GraphCall, name: string, known: readonly string[]): void {
  const value = parseJson(call.params.get(name) ?? "[]");
  const list = (Array.isArray(value) ? value : String(value).split(",")).map(String).filter((one) => one !== "");
  if (list.every((one) => known.includes(one))) return;
  throw notServedHere(`${name} other than ${known.join(", ")}`, "Leave the parameter out.");
}

function isEmptyList(text: string | undefined): boolean {
  return text === undefined || text === "" || text === "[]";
}
