/** One SQL function called by supabase-js `.rpc()`, with a time limit, and its answer parsed. The room's only way out. */
import { createClient } from "@supabase/supabase-js";
import { setTimeout as wait } from "node:timers/promises";
import type { z } from "zod";
import { DbError, toDbError } from "./errors.ts";

export interface DatabaseConfig {
  url: string;
  serviceRoleKey: string;
  /** Milliseconds before a call is given up. */
  timeoutMs: number;
  fetch?: typeof fetch;
}

export type CallFunction = <Answer extends z.ZodType>(
  name: string,
  args: Record<string, unknown>,
  answer: Answer,
  options?: { timeoutMs?: number },
) => Promise<z.infer<Answer>>;

/** Deadlocks and serialisation failures are the database's way to say "again": three times, a moment apart. */
const contendedTries = 3;

export function createCaller(config: DatabaseConfig): CallFunction {
  const client = createClient(config.url, config.serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...(config.fetch === undefined ? {} : { global: { fetch: config.fetch } }),
  });

  async function callOnce(name: string, args: Record<string, unknown>, timeoutMs: number): Promise<unknown> {
    try {
      const { data, error, status } = await client.rpc(name, args).abortSignal(AbortSignal.timeout(timeoutMs));
      if (error !== null) throw toDbError(name, status, error);
      return data;
    } catch (error) {
      if (error instanceof DbError) throw error;
      throw new DbError("unavailable", "", `Supabase didn't answer ${name} within ${timeoutMs} ms`, error);
    }
  }

  return async function callFunction(name, args, answer, options = {}) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const data = await callOnce(name, args, options.timeoutMs ?? config.timeoutMs);
        const parsed = answer.safeParse(data);
        if (parsed.success) return parsed.data;
        throw new DbError("unreadable", "", `${name} answered something else than agreed: ${parsed.error.message}`);
      } catch (error) {
        const again = error instanceof DbError && error.kind === "contended" && attempt < contendedTries;
        if (!again) throw error;
        await wait(20 * attempt);
      }
    }
  };
}
