/** The Meta client: one page per call, ready as rows of the warehouse; and what the start-up table asks. */
import { breakdownNames } from "../sync/breakdowns.ts";
import type { Level } from "../sync/request.ts";
import { streams, type TargetTable } from "../sync/streams.ts";
import { type Answer, type CallGraph, createCallGraph, type MetaConfig } from "./call.ts";
import { type CountRequest, countListed, type RowSample, sampleInsights } from "./count-entities.ts";
import { callForPage, levelOf, type PageRequest, type PartRequest } from "./page-url.ts";
import { type AdAccountBrief, briefFields, briefOf, listAdAccounts } from "./list-accounts.ts";
import { type List, nextCursorOf, parseAnswer } from "./parse-answer.ts";
import { pollReport, startReport, type ReportProgress } from "./reports.ts";
import { makeRows, type Quarantined, type WarehouseRow } from "./rows.ts";
import { adAccountBriefSchema, debugTokenSchema, listSchema, nodeSchema } from "./schemas.ts";
import type { Usage } from "./usage.ts";

export interface Page {
  table: TargetTable;
  /** Unique by primary key and sorted by it. */
  rows: WarehouseRow[];
  /** Objects that can't be rows; the rest of the page isn't held up by them. */
  quarantined: Quarantined[];
  /** Null at the end of the list. A page may be empty and yet have one. */
  nextCursor: string | null;
  usage: Usage;
  /** The API version that answered. */
  version: string | null;
}

export interface TokenFacts {
  valid: boolean;
  appId: string | null;
  userId: string | null;
  /** SYSTEM_USER, USER, PAGE … */
  type: string | null;
  scopes: string[];
  /** ISO 8601; null means never. */
  expiresAt: string | null;
  dataAccessExpiresAt: string | null;
  /** Why the token isn't valid, in Meta's words. */
  problem: string | null;
}

export interface MetaClient {
  fetchPage(request: PageRequest, signal: AbortSignal, mayBegin?: () => boolean): Promise<Page>;
  /** Asks for a report of an insights part and gives its id. */
  startReport(
    request: PartRequest,
    signal: AbortSignal,
    mayBegin?: () => boolean,
  ): Promise<{ reportId: string; usage: Usage }>;
  /** How far the report is. Throws MetaError when Meta says that it failed. */
  pollReport(
    accountId: string,
    reportId: string,
    signal: AbortSignal,
    mayBegin?: () => boolean,
  ): Promise<ReportProgress>;
  /** What Meta knows about the client's own token. */
  debugToken(signal: AbortSignal): Promise<TokenFacts>;
  /**
   * The ad accounts that the token sees, its own and those of its businesses; at most 500 of each list, `complete` is false
   * when there are more.
   */
  listAdAccounts(signal: AbortSignal): Promise<{ accounts: AdAccountBrief[]; complete: boolean }>;
  /** One account's name, currency and zone. */
  readAdAccount(accountId: string, signal: AbortSignal): Promise<{ account: AdAccountBrief; usage: Usage }>;
  /** How many objects an entity part would list; null when Meta doesn't say. */
  countListed(request: CountRequest, signal: AbortSignal): Promise<{ total: number | null; usage: Usage }>;
  /** How many rows and objects an insights part has, by its first page. */
  sampleInsights(request: PartRequest & { level: Level }, signal: AbortSignal): Promise<RowSample>;
}

/** The creatives that a list of ads brought along; an ad without one is skipped. */
function creativesOf(ads: readonly unknown[]): unknown[] {
  return ads.flatMap((ad) => {
    const creative = typeof ad === "object" && ad !== null ? Reflect.get(ad, "creative") : undefined;
    return creative === undefined || creative === null ? [] : [creative];
  });
}

function readPage(request: PageRequest, answer: Answer): Page {
  const { kind, table, volatile } = streams[request.stream];
  const list: List = kind === "node" ? { data: [parseAnswer(answer, nodeSchema)] } : parseAnswer(answer, listSchema);
  const { accountId, since, until, cursor } = request;
  const breakdowns = breakdownNames(request.breakdown);
  const objects = request.stream === "creatives" && request.filter !== null ? creativesOf(list.data) : list.data;
  const made = makeRows(table, objects, { accountId, level: levelOf(request), since, until, breakdowns, volatile });
  return {
    table,
    ...made,
    nextCursor: nextCursorOf(list, cursor, answer),
    usage: answer.usage,
    version: answer.version,
  };
}

function isoOrNever(epochSeconds: number): string | null {
  return epochSeconds === 0 ? null : new Date(epochSeconds * 1000).toISOString();
}

async function debugToken(callGraph: CallGraph, accessToken: string, signal: AbortSignal): Promise<TokenFacts> {
  // The one call whose parameter is a token by definition; nothing keeps its address.
  const answer = await callGraph({ path: "debug_token", params: { input_token: accessToken } }, signal);
  const { data } = parseAnswer(answer, debugTokenSchema);
  return {
    valid: data.is_valid,
    appId: data.app_id,
    userId: data.user_id,
    type: data.type,
    scopes: data.scopes,
    expiresAt: isoOrNever(data.expires_at),
    dataAccessExpiresAt: isoOrNever(data.data_access_expires_at),
    problem: data.error?.message ?? null,
  };
}

async function readAdAccount(callGraph: CallGraph, accountId: string, signal: AbortSignal) {
  const answer = await callGraph({ path: `act_${accountId}`, params: { fields: briefFields } }, signal);
  return { account: briefOf(parseAnswer(answer, adAccountBriefSchema)), usage: answer.usage };
}

function withMayBegin(callGraph: CallGraph, mayBegin: (() => boolean) | undefined): CallGraph {
  return (call, signal) => callGraph(call, signal, mayBegin);
}

/**
 * Makes a client for one token. Each call throws MetaError, or the signal's reason when the caller aborts;
 * RangeError when an insights page is asked without level or window. Calls may run side by side.
 */
export function createMetaClient(config: MetaConfig): MetaClient {
  const callGraph = createCallGraph(config);
  return {
    fetchPage: async (request, signal, mayBegin) =>
      readPage(request, await callGraph(callForPage(request), signal, mayBegin)),
    startReport: (request, signal, mayBegin) => startReport(withMayBegin(callGraph, mayBegin), request, signal),
    pollReport: (accountId, reportId, signal, mayBegin) =>
      pollReport(withMayBegin(callGraph, mayBegin), accountId, reportId, signal),
    debugToken: (signal) => debugToken(callGraph, config.accessToken, signal),
    listAdAccounts: (signal) => listAdAccounts(callGraph, signal),
    readAdAccount: (accountId, signal) => readAdAccount(callGraph, accountId, signal),
    countListed: (request, signal) => countListed(callGraph, request, signal),
    sampleInsights: (request, signal) => sampleInsights(callGraph, request, signal),
  };
}
