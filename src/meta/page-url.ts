/** What is asked of Graph for one page: path and parameters, always built anew from the cursor. */
import type { Level } from "../sync/request.ts";
import { listedStatuses, type Stream, type StreamName, streams } from "../sync/streams.ts";

export interface PageRequest {
  /** Digits, without act_. */
  accountId: string;
  stream: StreamName;
  /** For insights; null means the stream's own level. */
  level: Level | null;
  /** Days in the account's zone, both inclusive; null for entities. */
  since: string | null;
  until: string | null;
  pageSize: number;
  /** `cursors.after` of the page before; null for the first page. */
  cursor: string | null;
}

export interface GraphCall {
  /** Below the version, without a slash in front. */
  path: string;
  params: Record<string, string>;
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

function fieldsAt(stream: Stream, level: Level): readonly string[] {
  return stream.fields.filter((field) => depth[level] >= depth[fieldLevels[field] ?? "account"]);
}

/** The level of the rows that a request brings; null for what isn't insights. */
export function levelOf(request: PageRequest): Level | null {
  const stream = streams[request.stream];
  if (stream.kind !== "insights") return null;
  const level = stream.level ?? request.level;
  if (level === null)
    throw new RangeError(`level of a ${request.stream} page is null: expected one of account, campaign, adset, ad`);
  return level;
}

function insightsParams(request: PageRequest, stream: Stream, level: Level): Record<string, string> {
  const { since, until } = request;
  if (since === null || until === null) {
    throw new RangeError(`window of a ${request.stream} page is ${since} to ${until}: expected two days, YYYY-MM-DD`);
  }
  return {
    fields: fieldsAt(stream, level).join(","),
    level,
    time_range: JSON.stringify({ since, until }),
    time_increment: stream.timeIncrement ?? "1",
  };
}

function entityParams(stream: Stream): Record<string, string> {
  const fields = stream.fields.join(",");
  const { edge } = stream;
  if (edge !== "campaigns" && edge !== "adsets" && edge !== "ads") return { fields };
  return { fields, effective_status: JSON.stringify(listedStatuses[edge]) };
}

/** Path and parameters of a page. Throws RangeError when an insights page lacks its level or window. */
export function callForPage(request: PageRequest): GraphCall {
  const stream = streams[request.stream];
  const node = `act_${request.accountId}`;
  if (stream.kind === "node") return { path: node, params: { fields: stream.fields.join(",") } };
  const level = levelOf(request);
  const params = level === null ? entityParams(stream) : insightsParams(request, stream, level);
  params["limit"] = String(request.pageSize);
  if (request.cursor !== null) params["after"] = request.cursor;
  return { path: `${node}/${stream.edge}`, params };
}
