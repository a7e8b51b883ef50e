/** A Meta client over a transport that a test answers by hand, and a list of what was asked. */
import type { MetaConfig } from "#src/meta/call.ts";
import { createMetaClient } from "#src/meta/client.ts";
import type { MetaError } from "#src/meta/errors.ts";
import type { PageRequest } from "#src/meta/page-url.ts";
import { accountId } from "./graph-objects.ts";

export const accessToken = "EAABtesttoken0123456789";
export const never = new AbortController().signal;

export interface Seen {
  method: string;
  url: URL;
  headers: Headers;
  /** What a POST carries. */
  form: Record<string, string>;
}

/** A client over a transport that answers with what `answer` gives, and a list of what was asked. */
export function clientOver(
  answer: (seen: Seen, signal: AbortSignal) => Response | Promise<Response>,
  over: Partial<MetaConfig> = {},
) {
  const seen: Seen[] = [];
  const client = createMetaClient({
    graphUrl: "https://graph.facebook.com",
    version: "v26.0",
    accessToken,
    requestTimeoutMs: 20_000,
    delayMs: 0,
    fetch: async (input, init) => {
      const form = init?.body instanceof URLSearchParams ? Object.fromEntries(init.body) : {};
      const url = new URL(new Request(input).url);
      const one = { method: init?.method ?? "GET", url, headers: new Headers(init?.headers), form };
      seen.push(one);
      return answer(one, init?.signal ?? never);
    },
    ...over,
  });
  return { client, seen };
}

export const listOf = (data: unknown[], paging?: unknown) =>
  Response.json({ data, ...(paging === undefined ? {} : { paging }) });

/** Meta's refusal by a code alone. */
export const refuse = (code: number) =>
  Response.json({ error: { message: `(#${code}) Refused`, type: "OAuthException", code } }, { status: 403 });

export function pageOf(over: Partial<PageRequest> = {}): PageRequest {
  return {
    accountId,
    stream: "campaigns",
    level: null,
    since: null,
    until: null,
    breakdown: "",
    filter: null,
    fields: "all",
    reportId: null,
    pageSize: 500,
    cursor: null,
    ...over,
  };
}

export async function errorOf(promise: Promise<unknown>): Promise<MetaError> {
  return promise.then(
    () => Promise.reject(new Error("expected a MetaError, got a page")),
    (error: MetaError) => error,
  );
}
