/** What is asked of Graph for one page: path and parameters, always built anew from the cursor. */
import { breakdownNames } from "../sync/breakdowns.ts";
import type { PartFilter } from "../sync/part.ts";
import type { Level } from "../sync/request.ts";
import { listedStatuses } from "../sync/listed-statuses.ts";
import { type Stream, type StreamName, streams, uniqueFields } from "../sync/streams.ts";

/** What a part reads, without the page. */
export interface PartRequest {
  /** Digits, without act_. */
  accountId: string;
  stream: StreamName;
  /** For insights; null means the stream's own level. */
  level: Level | null;
  /** Days in the account's zone, both inclusive; null for entities. */
  since: string | null;
  until: string | null;
  /** Names with commas; empty for none. */
  breakdown: string;
  filter: PartFilter | null;
  fields: "all" | "lean";
}

export interface PageRequest extends PartRequest {
  /** Set when the page is one of a report that Meta has made. */
  reportId: string | null;
  pageSize: number;
  /** `cursors.after` of the page before; null for the first page. */
  cursor: string | null;
}

export interface GraphCall {
  /** GET unless said. */
  method?: "GET" | "POST";
  /** Below the version, without a slash in front. */
  path: string;
  params: Record<string, string>;
  /** Digits of the ad account whose quota the call counts towards, where the path doesn't say it. */
  accountId?: string;
}

const depth: Record<Level, number> = { account: 0, campaign: 1, adset: 2, ad: 3 };

/** The highest level whose rows have the field; fields that aren't listed are on every row. */
const fieldLevels: Readonly<Record<string, Level>> = {
  campaign_id: "campaign",
  campaign_name: "campaign",
  objective: "campaign",
  // The account's days are read by totals and proof too, which don't ask for it: one row, one set of fields.
  attribution_setting: "campaign",
  adset_id: "adset",
  adset_name: "adset",
  optimization_goal: "adset",
  ad_id: "ad",
  ad_name: "ad",
};

function fieldsAt(stream: Stream, level: Level, fields: PartRequest["fields"]): readonly string[] {
  const wanted = fields === "all" ? stream.fields : stream.fields.filter((field) => !uniqueFields.has(field));
  return wanted.filter((field) => depth[level] >= depth[fieldLevels[field] ?? "account"]);
}

/** The level of the rows that a request brings; null for what isn't insights. */
export function levelOf(request: PartRequest): Level | null {
  const stream = streams[request.stream];
  if (stream.kind !== "insights") return null;
  const level = stream.level ?? request.level;
  if (level === null)
    throw new RangeError(`level of a ${request.stream} page is null: expected one of account, campaign, adset, ad`);
  return level;
}

function oneFilter(field: string, operator: string, value: unknown): Record<string, string> {
  return { filtering: JSON.stringify([{ field, operator, value }]) };
}

/** Graph's name of the thing that a filter speaks about: "ad", "adset", "campaign". */
function filterParams(filter: PartFilter | null, thing: string): Record<string, string> {
  if (filter === null) return {};
  if ("updatedAfter" in filter) {
    const seconds = Math.floor(Date.parse(filter.updatedAfter) / 1000);
    return oneFilter(`${thing}.updated_time`, "GREATER_THAN", seconds);
  }
  if ("deleted" in filter) return oneFilter(`${thing}.effective_status`, "IN", ["DELETED"]);
  if ("campaigns" in filter) return oneFilter("campaign.id", "IN", filter.campaigns);
  return oneFilter("campaign.id", "NOT_IN", filter.campaignsExcept);
}

function insightsParams(request: PartRequest, stream: Stream, level: Level): Record<string, string> {
  const { since, until, breakdown } = request;
  if (since === null || until === null) {
    throw new RangeError(`window of a ${request.stream} page is ${since} to ${until}: expected two days, YYYY-MM-DD`);
  }
  return {
    fields: fieldsAt(stream, level, request.fields).join(","),
    level,
    time_range: JSON.stringify({ since, until }),
    time_increment: stream.timeIncrement ?? "1",
    ...(breakdown === "" ? {} : { breakdowns: breakdownNames(breakdown).join(",") }),
    ...filterParams(request.filter, level),
  };
}

const things = { campaigns: "campaign", adsets: "adset", ads: "ad" } as const;

/** Path below the account and parameters of an entity list. */
function entityCall(request: PartRequest, stream: Stream): { edge: string; params: Record<string, string> } {
  const { edge } = stream;
  if (edge === "campaigns" || edge === "adsets" || edge === "ads") {
    const effective_status = JSON.stringify(listedStatuses[edge]);
    const filtering = filterParams(request.filter, things[edge]);
    return { edge, params: { fields: stream.fields.join(","), effective_status, ...filtering } };
  }
  if (request.filter === null) return { edge, params: { fields: stream.fields.join(",") } };
  // Creatives can't be listed by change, but the ads that changed bring theirs along.
  const effective_status = JSON.stringify(listedStatuses.ads);
  const fields = `creative{${stream.fields.join(",")}}`;
  return { edge: "ads", params: { fields, effective_status, ...filterParams(request.filter, "ad") } };
}

/** Asks Meta to make a report of the part. Throws RangeError when its level or window is missing. */
export function callForReport(request: PartRequest): GraphCall {
  const level = levelOf(request);
  if (level === null) throw new RangeError(`a report of ${request.stream} was ordered: only insights have reports`);
  const params = insightsParams(request, streams[request.stream], level);
  return { method: "POST", path: `act_${request.accountId}/insights`, params };
}

/** Path and parameters of a page. Throws RangeError when an insights page lacks its level or window. */
export function callForPage(request: PageRequest): GraphCall {
  const stream = streams[request.stream];
  const node = `act_${request.accountId}`;
  const page: Record<string, string> = { limit: String(request.pageSize) };
  if (request.cursor !== null) page["after"] = request.cursor;
  if (request.reportId !== null)
    return { path: `${request.reportId}/insights`, params: page, accountId: request.accountId };
  if (stream.kind === "node") return { path: node, params: { fields: stream.fields.join(",") } };
  const level = levelOf(request);
  if (level !== null)
    return { path: `${node}/insights`, params: { ...insightsParams(request, stream, level), ...page } };
  const { edge, params } = entityCall(request, stream);
  return { path: `${node}/${edge}`, params: { ...params, ...page } };
}
