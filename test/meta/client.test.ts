/** What the client asks of Graph, what it makes of a page, and what the start-up table asks. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { streamNames, streams } from "#src/sync/streams.ts";
import { accessToken, clientOver, errorOf, listOf, never, pageOf, type Seen, refuse } from "./client-over.ts";
import { accountId, ad, adDay, campaign, yenAccount } from "./graph-objects.ts";

const week = { since: "2026-10-01", until: "2026-10-07" };

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
    const item = (id: string) => ({
      id: `act_${id}`,
      account_id: id,
      name: "Shop",
      currency: "EUR",
      timezone_name: "Europe/Paris",
    });
    const two = clientOver(({ url }) => {
      if (url.pathname.endsWith("/me/businesses")) return listOf([{ id: "55" }]);
      if (url.pathname.endsWith("/55/owned_ad_accounts")) return listOf([item("7"), item("9")]);
      if (url.pathname.endsWith("/55/client_ad_accounts")) return refuse(200);
      return url.searchParams.has("after")
        ? listOf([item("8")])
        : listOf([item("7")], { next: "https://n", cursors: { after: "b" } });
    });
    expect(await two.client.listAdAccounts(never)).toEqual({
      accounts: ["7", "8", "9"].map((accountId) => ({
        accountId,
        name: "Shop",
        currency: "EUR",
        timezone: "Europe/Paris",
      })),
      complete: true,
    });
    let cursor = 0;
    const endless = clientOver(({ url }) =>
      url.pathname.endsWith("/me/businesses")
        ? refuse(10)
        : listOf([item("7")], { next: "https://n", cursors: { after: String((cursor += 1)) } }),
    );
    expect(await endless.client.listAdAccounts(never)).toMatchObject({ complete: false });
    expect(endless.seen).toHaveLength(6);
  });
});
