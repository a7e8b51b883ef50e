/** What is known about people, channels and accounts of a workspace, and whom a Supabase token belongs to. */
import { createClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { CallFunction } from "./client.ts";
import { toDbError } from "./errors.ts";
import { knownAccountSchema } from "./jobs.ts";

export interface PersonFact {
  userId: string;
  kind: "member" | "admin" | "guest" | "external" | "bot" | "unknown";
  timezone: string | null;
}
export interface ChannelFact {
  channelId: string;
  kind: "internal" | "shared" | "dm" | "archived" | "unknown";
  name: string | null;
}
export interface AccountFact {
  accountId: string;
  name: string;
  currency: string | null;
  timezone: string | null;
}

export function factFunctions(call: CallFunction) {
  return {
    putFacts(workspaceId: string, person: PersonFact | null, channel: ChannelFact | null) {
      return call(
        "meta_sync_put_facts",
        { p_workspace_id: workspaceId, p_person: person, p_channel: channel },
        z.unknown(),
      );
    },
    /** "member|internal", or null when a fact is missing or older than 10 minutes. */
    factsCell(workspaceId: string, userId: string, channelId: string): Promise<string | null> {
      return call(
        "meta_sync_facts_cell",
        { p_workspace_id: workspaceId, p_user_id: userId, p_channel_id: channelId },
        z.string().nullable(),
        { timeoutMs: 1500 },
      );
    },
    /** At most 200, by name. */
    listAccounts(workspaceId: string) {
      return call("meta_sync_list_accounts", { p_workspace_id: workspaceId }, z.array(knownAccountSchema), {
        timeoutMs: 1500,
      });
    },
    putAccounts(workspaceId: string, accounts: readonly AccountFact[]) {
      return call("meta_sync_put_accounts", { p_workspace_id: workspaceId, p_accounts: accounts }, z.unknown());
    },
  };
}

const whoamiSchema = z.object({ userId: z.uuid().nullable() });

/** The Supabase user of a bearer token, or null. Postgres itself checks the token: the function runs under it. */
export async function whoami(
  config: { url: string; anonKey: string; fetch?: typeof fetch },
  token: string,
): Promise<string | null> {
  const client = createClient(config.url, config.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      headers: { Authorization: `Bearer ${token}` },
      ...(config.fetch === undefined ? {} : { fetch: config.fetch }),
    },
  });
  const { data, error, status } = await client.rpc("meta_sync_whoami").abortSignal(AbortSignal.timeout(3000));
  if (status === 401 || status === 403) return null;
  // A database that is away must not look like a bad token: web clients would log their users out.
  if (error !== null) throw toDbError("meta_sync_whoami", status, error);
  const parsed = whoamiSchema.safeParse(data);
  return parsed.success ? parsed.data.userId : null;
}
