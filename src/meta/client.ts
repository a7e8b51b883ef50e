/** The Meta client: one page per call, ready as rows of the warehouse; and what the start-up table asks. */
import type { z } from "zod";
import { streams, type TargetTable } from "../sync/streams.ts";
import { type Answer, type CallGraph, createCallGraph, type MetaConfig } from "./call.ts";
import { callForPage, levelOf, type PageRequest } from "./page-url.ts";
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

export interface AdAccountBrief {
  accountId: string;
  name: string | null;
  currency: string | null;
  timezone: string | null;
}

export interface MetaClient {
  fetchPage(request: PageRequest, signal: AbortSignal): Promise<Page>;
  /** What Meta knows about the client's own token. */
  debugToken(signal: AbortSignal): Promise<TokenFacts>;
  /** The ad accounts that the token sees, at most 500; `complete` is false when there are more. */
  listAdAccounts(signal: AbortSignal): Promise<{ accounts: AdAccountBrief[]; complete: boolean }>;
}

type List = z.infer<typeof listSchema>;

/** Parses an answer's JSON; one that has another shape counts as trouble on the way, not as a page. */
function parseAnswer<T>(answer: Answer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer.json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw answer.refuse(`JSON of another shape, at ${issue?.path.join(".") || "its root"}: ${issue?.message}`);
  }
  return parsed.data;
}

/** A list ends when `next` is missing, not when a page is short. A cursor that stands still would never end. */
function nextCursorOf(list: List, cursor: string | null, answer: Answer): string | null {
  if (list.paging?.next === undefined) return null;
  const after = list.paging.cursors?.after;
  if (after === undefined) throw answer.refuse("a next page without cursors.after");
  if (after === cursor) throw answer.refuse(`cursors.after is "${after}", the cursor that was sent`);
  return after;
}

function readPage(request: PageRequest, answer: Answer): Page {
  const { kind, table, volatile } = streams[request.stream];
  const list: List = kind === "node" ? { data: [parseAnswer(answer, nodeSchema)] } : parseAnswer(answer, listSchema);
  const { accountId, since, until, cursor } = request;
  const made = makeRows(table, list.data, { accountId, level: levelOf(request), since, until, volatile });
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

const accountsPerPage = 100;
const mostAccountPages = 5;

async function listAdAccounts(callGraph: CallGraph, signal: AbortSignal) {
  const accounts: AdAccountBrief[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostAccountPages; page += 1) {
    const params: Record<string, string> = {
      fields: "account_id,name,currency,timezone_name",
      limit: String(accountsPerPage),
    };
    if (cursor !== null) params["after"] = cursor;
    const answer = await callGraph({ path: "me/adaccounts", params }, signal);
    const list = parseAnswer(answer, listSchema);
    for (const item of list.data) {
      const account = adAccountBriefSchema.safeParse(item).data;
      if (!account) continue;
      const { account_id: accountId, name, currency, timezone_name: timezone } = account;
      accounts.push({ accountId, name, currency, timezone });
    }
    cursor = nextCursorOf(list, cursor, answer);
    if (cursor === null) return { accounts, complete: true };
  }
  return { accounts, complete: false };
}

/**
 * Makes a client for one token. Each call throws MetaError, or the signal's reason when the caller aborts;
 * RangeError when an insights page is asked without level or window. Calls may run side by side.
 */
export function createMetaClient(config: MetaConfig): MetaClient {
  const callGraph = createCallGraph(config);
  return {
    fetchPage: async (request, signal) => readPage(request, await callGraph(callForPage(request), signal)),
    debugToken: (signal) => debugToken(callGraph, config.accessToken, signal),
    listAdAccounts: (signal) => listAdAccounts(callGraph, signal),
  };
}
