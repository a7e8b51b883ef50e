/** Who calls the HTTP interface: an API key, a Supabase user, or (local mode without keys) this very machine. */
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { findApiKey } from "../access/api-keys.ts";
import type { Services } from "../services.ts";
import type { JobView } from "../sync/job.ts";

export interface Caller {
  name: string;
  workspaceId: string;
  /** Digits of the accounts it may ask for; null = all. */
  accountIds: readonly string[] | null;
  /** Set for a Supabase user: then only its own jobs exist for it. */
  userId: string | null;
}

const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * A browser page of another origin must not start work through someone's own machine: not by fetch (Origin), not by an
 * image (Sec-Fetch-Site; it sends no Origin), not by a name of its own that points to 127.0.0.1 (the Host).
 */
function isTrustedLoopback(c: Context): boolean {
  const { origin, hostname } = new URL(c.req.url);
  if ((c.req.header("origin") ?? origin) !== origin || !loopbackNames.has(hostname)) return false;
  if (!["same-origin", "none"].includes(c.req.header("sec-fetch-site") ?? "none")) return false;
  // A tunnel's other end isn't this machine, even when it rewrites the Host.
  if (c.req.header("x-forwarded-for") !== undefined) return false;
  try {
    const { address } = getConnInfo(c).remote;
    return address === "127.0.0.1" || address === "::1" || address === "::ffff:127.0.0.1";
  } catch {
    // Not behind a socket of ours: nobody can say where it came from.
    return false;
  }
}

/** Null = 401. */
export async function findCaller(c: Context, services: Services): Promise<Caller | null> {
  const { config } = services;
  const bearer = /^Bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer === undefined) {
    if (!config.trustLoopback || !isTrustedLoopback(c)) return null;
    return { name: "local", workspaceId: config.workspaceId, accountIds: null, userId: null };
  }
  const key = findApiKey(config.apiKeys, bearer);
  if (key !== null) return { name: key.name, workspaceId: key.workspaceId, accountIds: key.accountIds, userId: null };
  const userId = bearer.split(".").length === 3 ? await services.whoami(bearer) : null;
  return userId === null ? null : { name: `user:${userId}`, workspaceId: config.workspaceId, accountIds: null, userId };
}

/** Whether the job exists for this caller: another owner's answers 404, as if it weren't there. */
export function maySee(caller: Caller, job: JobView): boolean {
  if (caller.userId !== null && job.userId !== caller.userId) return false;
  return caller.accountIds === null || caller.accountIds.includes(job.request.accountId);
}
