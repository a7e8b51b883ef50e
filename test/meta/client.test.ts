import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { MetaConfig } from "#src/meta/call.ts";
import { createMetaClient } from "#src/meta/client.ts";
import type { MetaError } from "#src/meta/errors.ts";
import type { PageRequest } from "#src/meta/page-url.ts";
import { streamNames, streams } from "#src/sync/streams.ts";
import { accountId, ad, adDay, campaign, yenAccount } from "./graph-objects.ts";

const accessToken = "EAABtesttoken0123456789";
const never = new AbortController().signal;

interface Seen {
  url: URL;
  headers: Headers;
}

/** A client over a transport that answers with what `answer` gives, and a list of what was asked. */
function clientOver(
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
      const one = { url: new URL(new Request(input).url), headers: new Headers(init?.headers) };
      seen.push(one);
      return answer(one, init?.signal ?? never);
    },
    ...over,
  });
  return { client, seen };
}

const listOf = (data: unknown[], paging?: unknown) =>
  Response.json({ data, ...(paging === undefined ? {} : { paging }) });

function pageOf(over: Partial<PageRequest> = {}): PageRequest {
  return {
    accountId,
    stream: "campaigns",
    level: null,
    since: null,
    until: null,
    pageSize: 500,
    cursor: null,
    ...over,
  };
}

const week = { since: "2026-10-01", until: "2026-10-07" };

async function errorOf(promise: Promise<unknown>): Promise<MetaError> {
  return promise.then(
    () => Promise.reject(new Error("expected a MetaError, got a page")),
    (error: MetaError) => error,
  );
}

describe("what is asked", () => {
  it("is one address made of stream, level and window, with the token in the header only", async () => {
    const { client, seen } = clientOver(() => listOf([adDay]));
    await client.fetchPage(pageOf({ stream: "insights", level: "ad", ...week, cursor: "MjMZD" }), never);
    expect(seen).toHaveLength(1);
    const [{ url, headers }] = seen as [Seen];
    expect(url.origin + url.pathname).toBe(`https://graph.facebook.com/v26.0/act_${accountId}/insights`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      fields: streams.insights.fields.join(","),
      level: "ad",
      time_range: '{"since":"2026-10-01","until":"2026-10-07"}',
      time_increment: "1",
      limit: "500",
      after: "MjMZD",
    });
    expect(headers.get("authorization")).toBe(`Bearer ${accessToken}`);
  });

  it("asks each level for its own fields: an account's day is one row, whichever stream reads it", async () => {
    const { client, seen } = clientOver(() => listOf([]));
    await client.fetchPage(pageOf({ stream: "insights", level: "account", ...week }), never);
    await client.fetchPage(pageOf({ stream: "totals", level: "account", ...week }), never);
    await client.fetchPage(pageOf({ stream: "insights", level: "campaign", ...week }), never);
    const fields = seen.map(({ url }) => url.searchParams.get("fields"));
    expect(fields[0]).toBe(fields[1]);
    expect(fields[2]).toContain("campaign_name,objective,attribution_setting");
    expect(fields[2]).not.toMatch(/adset|ad_id|ad_name|optimization_goal/);
  });

  it("lists archived entities too", async () => {
    const { client, seen } = clientOver(() => listOf([]));
    for (const stream of ["campaigns", "ad_sets", "ads", "creatives"] as const) {
      await client.fetchPage(pageOf({ stream }), never);
    }
    const statuses = seen.map(({ url }) => url.searchParams.get("effective_status"));
    expect(statuses.slice(0, 3).every((list) => list?.includes('"ARCHIVED"'))).toBe(true);
    expect(statuses[3]).toBeNull();
  });

  it("never uses what Meta removed, nor the token, in any stream", async () => {
    const { client, seen } = clientOver(({ url }) =>
      url.pathname.endsWith(`act_${accountId}`) ? Response.json(yenAccount) : listOf([]),
    );
    for (const stream of streamNames) await client.fetchPage(pageOf({ stream, level: "ad", ...week }), never);
    await client.listAdAccounts(never);
    for (const { url } of seen) {
      expect([...url.searchParams.keys()]).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(pretty|debug|date_format|ids|access_token)$/)]),
      );
      expect(url.href).not.toContain(accessToken);
    }
  });

  it("proves that it comes from the app when it knows the app's secret, at any base address", async () => {
    const { client, seen } = clientOver(() => listOf([]), {
      appSecret: "shh",
      graphUrl: "http://127.0.0.1:1/_world/graph/",
    });
    await client.fetchPage(pageOf(), never);
    const url = seen[0]?.url;
    expect(url?.pathname).toBe(`/_world/graph/v26.0/act_${accountId}/campaigns`);
    expect(url?.searchParams.get("appsecret_proof")).toBe(
      createHmac("sha256", "shh").update(accessToken).digest("hex"),
    );
    expect(url?.href).not.toContain("shh");
  });

  it("refuses figures without a window or a level", async () => {
    const { client, seen } = clientOver(() => listOf([]));
    await expect(client.fetchPage(pageOf({ stream: "totals" }), never)).rejects.toThrow(RangeError);
    await expect(client.fetchPage(pageOf({ stream: "insights", ...week }), never)).rejects.toThrow(
      /level of a insights page is null/,
    );
    expect(seen).toEqual([]);
  });
});

describe("a page", () => {
  it("has rows, quarantine, the next cursor, quota and version", async () => {
    const { client } = clientOver(() =>
      Response.json(
        {
          data: [campaign, { id: "x" }],
          paging: { cursors: { before: "a", after: "QVFI" }, next: "https://secret?access_token=1" },
        },
        { headers: { "facebook-api-version": "v26.0", "x-app-usage": '{"call_count":28}' } },
      ),
    );
    const page = await client.fetchPage(pageOf(), never);
    expect(page).toMatchObject({
      table: "campaigns",
      rows: [{ id: campaign.id }],
      quarantined: [{ reason: 'campaigns: id is "x": an id is 1 to 20 digits', raw: { id: "x" } }],
      nextCursor: "QVFI",
      usage: { maxPercent: 28 },
      version: "v26.0",
    });
    expect(JSON.stringify(page)).not.toContain("access_token");
  });

  it("may be empty and yet not the last; the last has no next, though it has a cursor", async () => {
    const cursors = { after: "QVFI" };
    const { client } = clientOver(({ url }) =>
      url.searchParams.has("after")
        ? listOf([ad], { cursors: { after: "ZZ" } })
        : listOf([], { cursors, next: "https://n" }),
    );
    const first = await client.fetchPage(pageOf({ stream: "ads" }), never);
    expect(first).toMatchObject({ rows: [], nextCursor: "QVFI" });
    const second = await client.fetchPage(pageOf({ stream: "ads", cursor: first.nextCursor }), never);
    expect(second).toMatchObject({ rows: [{ id: ad.id }], nextCursor: null });
  });

  it("of the account is one row", async () => {
    const { client } = clientOver(() => Response.json(yenAccount));
    const page = await client.fetchPage(pageOf({ stream: "account" }), never);
    expect(page).toMatchObject({
      table: "ad_accounts",
      rows: [{ id: accountId, timezone_name: "Asia/Tokyo" }],
      nextCursor: null,
    });
  });

  it("keeps the digits of ids that come as bare numbers", async () => {
    const { client } = clientOver(() => new Response('{"data":[{"id":120203029307580037}]}'));
    const page = await client.fetchPage(pageOf(), never);
    expect(page.rows).toMatchObject([{ id: "120203029307580037" }]);
  });

  it.each([
    ["a next page without a cursor", { next: "https://n" }],
    ["a cursor that stands still", { next: "https://n", cursors: { after: "same" } }],
  ])("with %s is refused rather than read for ever", async (_title, paging) => {
    const { client } = clientOver(() => listOf([campaign], paging));
    const error = await errorOf(client.fetchPage(pageOf({ cursor: "same" }), never));
    expect(error).toMatchObject({ name: "MetaError", retry: "soon" });
  });
});

describe("trouble", () => {
  it.each([
    ["an error of Meta, even with 200", () => Response.json({ error: { message: "no", code: 2642 } }), "restart"],
    ["a web page", () => new Response("<html>", { status: 200 }), "soon"],
    ["JSON of another shape", () => Response.json({ success: true }), "soon"],
    ["a broken connection", () => Promise.reject(new TypeError("fetch failed")), "soon"],
  ])("%s is a MetaError", async (_title, answer, retry) => {
    const { client } = clientOver(answer);
    const error = await errorOf(client.fetchPage(pageOf(), never));
    expect(error).toMatchObject({ name: "MetaError", retry });
    expect(error.message).toContain(`act_${accountId}/campaigns`);
  });

  const hang = (_seen: Seen, signal: AbortSignal) =>
    new Promise<Response>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });

  it("has its own time limit", async () => {
    const { client } = clientOver(hang, { requestTimeoutMs: 5 });
    const error = await errorOf(client.fetchPage(pageOf(), never));
    expect(error).toMatchObject({ name: "MetaError", retry: "soon", httpStatus: null });
    expect(error.said).toBe("no answer within 5 ms");
  });

  it("gives the caller's abort back as it came", async () => {
    const stop = new AbortController();
    const reason = new DOMException("the slice is over", "AbortError");
    const begun = Promise.withResolvers<void>();
    const { client, seen } = clientOver((one, signal) => {
      begun.resolve();
      return hang(one, signal);
    });
    const page = client.fetchPage(pageOf(), stop.signal);
    await begun.promise;
    stop.abort(reason);
    await expect(page).rejects.toBe(reason);
    await expect(client.fetchPage(pageOf(), stop.signal)).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
  });

  it("never shows the token or the proof", async () => {
    const { client } = clientOver(
      ({ url }) => Promise.reject(new TypeError(`bad address ${url.href} for ${accessToken}`)),
      {
        appSecret: "shh",
      },
    );
    const error = await errorOf(client.debugToken(never));
    const proof = createHmac("sha256", "shh").update(accessToken).digest("hex");
    const shown = `${error.message} ${String(error.cause)}`;
    expect(shown).toContain("[redacted]");
    expect(shown).not.toContain(accessToken);
    expect(shown).not.toContain(proof);
  });
});

describe("pace", () => {
  it("keeps the beginnings of calls apart, also of those made side by side", async () => {
    const until: number[] = [];
    const { client } = clientOver(() => listOf([]), {
      delayMs: 250,
      now: () => 1000,
      sleepUntil: (atMs) => {
        until.push(atMs);
        return Promise.resolve();
      },
    });
    await Promise.all([1, 2, 3].map(() => client.fetchPage(pageOf(), never)));
    expect(until).toEqual([1250, 1500]);
  });

  it("stops waiting when the caller aborts", async () => {
    const stop = new AbortController();
    const { client } = clientOver(() => listOf([]), { delayMs: 3_600_000 });
    await client.fetchPage(pageOf(), stop.signal);
    const waiting = client.fetchPage(pageOf(), stop.signal);
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});

describe("what the start-up table asks", () => {
  it("tells what the token is and when it ends", async () => {
    const data = {
      app_id: "111",
      type: "SYSTEM_USER",
      is_valid: true,
      expires_at: 0,
      data_access_expires_at: 1_798_761_600,
      scopes: ["ads_read"],
      user_id: 120_203,
    };
    const { client, seen } = clientOver(() => Response.json({ data }));
    expect(await client.debugToken(never)).toEqual({
      valid: true,
      appId: "111",
      userId: "120203",
      type: "SYSTEM_USER",
      scopes: ["ads_read"],
      expiresAt: null,
      dataAccessExpiresAt: "2027-01-01T00:00:00.000Z",
      problem: null,
    });
    expect(seen[0]?.url.searchParams.get("input_token")).toBe(accessToken);
  });

  it("lists the ad accounts over all pages, and says when there are more than it reads", async () => {
    const item = { id: "act_7", account_id: "7", name: "Shop", currency: "EUR", timezone_name: "Europe/Paris" };
    const two = clientOver(({ url }) =>
      url.searchParams.has("after") ? listOf([item]) : listOf([item], { next: "https://n", cursors: { after: "b" } }),
    );
    expect(await two.client.listAdAccounts(never)).toEqual({
      accounts: Array.from({ length: 2 }, () => ({
        accountId: "7",
        name: "Shop",
        currency: "EUR",
        timezone: "Europe/Paris",
      })),
      complete: true,
    });
    let cursor = 0;
    const endless = clientOver(() => listOf([item], { next: "https://n", cursors: { after: String((cursor += 1)) } }));
    expect(await endless.client.listAdAccounts(never)).toMatchObject({ complete: false });
    expect(endless.seen).toHaveLength(5);
  });
});
