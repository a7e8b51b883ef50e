/** Which ad accounts a token sees: those it was given, and those that its businesses own or work for. */
import { z } from "zod";
import type { CallGraph } from "./call.ts";
import { MetaError } from "./errors.ts";
import { nextCursorOf, parseAnswer } from "./parse-answer.ts";
import { adAccountBriefSchema, listSchema } from "./schemas.ts";

export interface AdAccountBrief {
  accountId: string;
  name: string | null;
  currency: string | null;
  timezone: string | null;
}

export const briefFields = "account_id,name,currency,timezone_name";

export function briefOf({ account_id: accountId, ...rest }: z.infer<typeof adAccountBriefSchema>): AdAccountBrief {
  return { accountId, name: rest.name, currency: rest.currency, timezone: rest.timezone_name };
}

const rowsPerPage = 100;
const mostPages = 5;
/** An agency's token may be in many businesses; each costs two calls. */
const mostBusinesses = 10;
const businessSchema = z.object({ id: z.string() });

interface Listed<Item> {
  items: Item[];
  complete: boolean;
}

/** Items that can't be read are left out: a name less is no reason to start without the others. */
async function listAll<Item>(
  callGraph: CallGraph,
  ask: { path: string; fields: string; schema: z.ZodType<Item> },
  signal: AbortSignal,
): Promise<Listed<Item>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const params: Record<string, string> = { fields: ask.fields, limit: String(rowsPerPage) };
    if (cursor !== null) params["after"] = cursor;
    const answer = await callGraph({ path: ask.path, params }, signal);
    const list = parseAnswer(answer, listSchema);
    for (const object of list.data) {
      const item = ask.schema.safeParse(object).data;
      if (item !== undefined) items.push(item);
    }
    cursor = nextCursorOf(list, cursor, answer);
    if (cursor === null) return { items, complete: true };
  }
  return { items, complete: false };
}

/** The same, or nothing where the token may not ask: businesses need the scope business_management. */
async function listIfAllowed<Item>(...args: Parameters<typeof listAll<Item>>): Promise<Listed<Item>> {
  try {
    return await listAll(...args);
  } catch (error) {
    if (!(error instanceof MetaError) || error.kind === "token_expired") throw error;
    return { items: [], complete: true };
  }
}

/** Throws MetaError when the token's own accounts can't be listed. */
export async function listAdAccounts(
  callGraph: CallGraph,
  signal: AbortSignal,
): Promise<{ accounts: AdAccountBrief[]; complete: boolean }> {
  const accountsAt = (path: string) => ({ path, fields: briefFields, schema: adAccountBriefSchema });
  const own = await listAll(callGraph, accountsAt("me/adaccounts"), signal);
  const ask = { path: "me/businesses", fields: "id", schema: businessSchema };
  const businesses = await listIfAllowed(callGraph, ask, signal);
  const lists = [own];
  for (const { id } of businesses.items.slice(0, mostBusinesses)) {
    for (const edge of ["owned_ad_accounts", "client_ad_accounts"]) {
      lists.push(await listIfAllowed(callGraph, accountsAt(`${id}/${edge}`), signal));
    }
  }
  const byId = new Map<string, AdAccountBrief>();
  for (const account of lists.flatMap(({ items }) => items)) {
    if (!byId.has(account.account_id)) byId.set(account.account_id, briefOf(account));
  }
  const complete = lists.every((list) => list.complete) && businesses.items.length <= mostBusinesses;
  return { accounts: [...byId.values()], complete };
}
