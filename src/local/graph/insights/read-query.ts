/** From the parameters of an insights call, GET or POST, to a question for the engine. */
import insightsFields from "../data/insights-fields.json" with { type: "json" };
import { parseFields } from "../fields.ts";
import { type Filter, passesFilters, readFilters } from "../filtering.ts";
import { type GraphCall, parseJson, readIntegerParam } from "../graph-call.ts";
import { invalidParameter, notServedHere } from "../graph-error.ts";
import { decodeIndexCursor } from "../paging.ts";
import type { AdModel, NodeRef } from "../seed/model.ts";
import { readBreakdowns } from "./breakdown-rules.ts";
import { isDeletedAt } from "./deleted.ts";
import { localNow } from "./local-now.ts";
import { readPeriods } from "./periods.ts";
import { type InsightsQuery, type Level, LEVELS, type RowOrder } from "./query.ts";
import { defaultFields, isSortable } from "./row.ts";

const DEFAULT_LIMIT = 25;
const REQUESTABLE = new Set(insightsFields.requestable);

/** What was asked, page apart; throws code 100 for what Meta refuses or what isn't modelled here. */
export function readQuery(call: GraphCall, node: NodeRef, nowMs: number): Omit<InsightsQuery, "offset" | "limit"> {
  const { account } = node;
  refuseNotServed(call);
  const now = localNow(nowMs, account.spec.timezone);
  const level = readLevel(call, node);
  const filters = readFilters(call, "ad");
  const fields = readFields(call, level);
  return {
    accountIndex: account.index,
    level,
    ads: account.ads.filter((ad) => counts(ad, node, level, filters)).map((ad) => ad.index),
    periods: readPeriods(call, now.today),
    now,
    fields,
    breakdowns: readBreakdowns(call),
    summary: readSummary(call, fields),
    order: readOrder(call),
  };
}

/** Which rows of the answer: `limit` 25 by default, 0 for none. */
export function readRange(call: GraphCall): { offset: number; limit: number } {
  const limit = readIntegerParam(call, "limit", 0) ?? DEFAULT_LIMIT;
  const after = call.params.get("after");
  if (after !== undefined && after !== "") return { offset: decodeIndexCursor(after) + 1, limit };
  const before = call.params.get("before");
  if (before === undefined || before === "") return { offset: 0, limit };
  const end = decodeIndexCursor(before);
  return { offset: Math.max(0, end - limit), limit: Math.min(limit, end) };
}

/** The `summary` parameter: fields of the row of totals, all of them among the fields of the rows. */
export function readSummary(call: GraphCall, fields: readonly string[]): string[] {
  const asked = listOf(call.params.get("summary"));
  for (const name of asked) {
    if (fields.includes(name)) continue;
    const why = "because they weren't there while creating the report run.";
    throw invalidParameter(`Cannot include ${name} in summary param ${why}`);
  }
  return asked;
}

/** Lists leave deleted ones of their level out unless its status is asked for; totals of what is above keep them. */
function counts(ad: AdModel, node: NodeRef, level: Level, filters: readonly Filter[]): boolean {
  if (node.kind === "campaign" && ad.campaign !== node.index) return false;
  if (node.kind === "adset" && ad.adSet !== node.index) return false;
  if (node.kind === "ad" && ad.index !== node.index) return false;
  const asksStatus = filters.some((filter) => filter.kind === level && filter.attribute === "effective_status");
  const hidden = level !== node.kind && !asksStatus && isDeletedAt(node.account, level, ad);
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

/** `sort=spend_descending`, or the same as a list of one. */
function readOrder(call: GraphCall): RowOrder | null {
  const asked = listOf(call.params.get("sort"));
  if (asked.length === 0) return null;
  const match = /^(\w+)_(ascending|descending)$/.exec(asked[0] ?? "");
  const field = match?.[1] ?? "";
  if (match === null || !REQUESTABLE.has(field)) throw invalidParameter(`Invalid sort value: ${asked[0] ?? ""}`);
  if (asked.length > 1) throw notServedHere("Sorting by more than one field", "Sort by one.");
  if (!isSortable(field)) throw notServedHere(`Sorting by ${field}`, "Sort by a number or a name that is served.");
  return { field, descending: match[2] === "descending" };
}

function refuseNotServed(call: GraphCall): void {
  if (listOf(call.params.get("product_id_limit")).length > 0) {
    throw notServedHere("The insights parameter product_id_limit", "Leave it out.");
  }
  requireOnly(call, "action_breakdowns", ["action_type"]);
  requireOnly(call, "action_attribution_windows", ["default"]);
}

function requireOnly(call: GraphCall, name: string, known: readonly string[]): void {
  if (listOf(call.params.get(name)).every((one) => known.includes(one))) return;
  throw notServedHere(`${name} other than ${known.join(", ")}`, "Leave the parameter out.");
}

/** A JSON list or a comma list. */
function listOf(text: string | undefined): string[] {
  const value = parseJson(text ?? "[]");
  const list = Array.isArray(value) ? value : String(value).split(",");
  return list.map((one) => String(one).trim()).filter((one) => one !== "");
}
