import { Hono } from "hono";
import { http } from "msw";
import { setupServer } from "msw/node";
import { describe, expect, onTestFinished, test } from "vitest";
import { openGraph } from "./graph-client.ts";

const ACME = "act_2026110001";

describe("versions", () => {
  test.each([
    ["v26.0", "v26.0"],
    ["v25.0", "v25.0"],
    ["v24.0", "v26.0"],
    ["v21.0", "v26.0"],
  ])("%s answers as %s", async (asked, answered) => {
    const { send } = openGraph();
    const response = await send(`https://graph.facebook.com/${asked}/me/adaccounts/`);
    expect(response.status).toBe(200);
    expect(response.headers.get("facebook-api-version")).toBe(answered);
  });

  test("a version that isn't born yet, no version, and an unknown path are unknown path components", async () => {
    const { fail } = openGraph();
    for (const url of ["https://graph.facebook.com/v27.0/me", "https://graph.facebook.com/me"]) {
      expect(await fail(url)).toMatchObject({
        http: 400,
        code: 2500,
        message: expect.stringContaining("Unknown path"),
      });
    }
    expect(await fail("/nothing/here")).toMatchObject({ code: 2500 });
  });
});

describe("parameters", () => {
  test("fields come as a comma list, as a JSON array, and nested", async () => {
    const { list } = openGraph();
    const comma = await list(`/${ACME}/ads`, { fields: "name,creative{id,name},campaign{objective}", limit: 1 });
    const array = await list(`/${ACME}/ads`, {
      fields: ["name", "creative{id,name}", "campaign{objective}"],
      limit: 1,
    });
    expect(array.data).toEqual(comma.data);
    expect(comma.data[0]).toEqual({
      id: expect.stringMatching(/^\d{18}$/),
      name: expect.any(String),
      creative: { id: expect.stringMatching(/^\d{18}$/), name: expect.any(String) },
      campaign: { id: expect.any(String), objective: "OUTCOME_SALES" },
    });
  });

  test("an unknown field, also a nested one, is refused in Meta's words", async () => {
    const { fail } = openGraph();
    expect(await fail(`/${ACME}/campaigns`, { fields: "name,colour" })).toMatchObject({
      http: 400,
      code: 100,
      type: "OAuthException",
      message: "(#100) Tried accessing nonexisting field (colour) on node type (Campaign)",
    });
    expect(await fail(`/${ACME}/ads`, { fields: "creative{colour}" })).toMatchObject({
      message: "(#100) Tried accessing nonexisting field (colour) on node type (AdCreative)",
    });
  });

  test("broken braces are a syntax error", async () => {
    const { fail } = openGraph();
    expect(await fail(`/${ACME}/ads`, { fields: "creative{id" })).toMatchObject({ code: 2500 });
  });

  test.each([{ pretty: 1 }, { debug: "all" }, { date_format: "U" }])("%o went with v26", async (params) => {
    const { fail } = openGraph();
    expect(await fail(`/${ACME}`, params)).toMatchObject({ http: 400, code: 100 });
  });

  test("root ids= is gone, and a batch needs its parameter", async () => {
    const { fail } = openGraph();
    expect(await fail("/", { ids: "1,2" })).toMatchObject({ code: 100, message: expect.stringContaining("ids") });
    expect(await fail("", { ids: "1,2" })).toMatchObject({ code: 100 });
    expect(await fail("/", {}, { method: "POST" })).toMatchObject({ code: 100 });
  });

  test("a POST carries its parameters as a form or as JSON, and a body that is neither is refused", async () => {
    const { graph, send, fail } = openGraph();
    const bodies = [
      new URLSearchParams({ access_token: graph.credentials.accessToken, level: "ad" }),
      JSON.stringify({ access_token: graph.credentials.accessToken, level: "ad" }),
    ];
    for (const body of bodies) {
      const type: Record<string, string> = typeof body === "string" ? { "content-type": "application/json" } : {};
      const init = { method: "POST", body, headers: { authorization: "none", ...type } };
      expect(await (await send(`/${ACME}/insights`, init)).json()).toHaveProperty("report_run_id");
    }
    expect(graph.calls.list().map((call) => call.level)).toEqual(["ad", "ad"]);
    const broken = { method: "POST", body: "{", headers: { "content-type": "application/json" } };
    expect(await fail(`/${ACME}/insights`, {}, broken)).toMatchObject({ code: 100 });
  });
});

describe("answers", () => {
  test("successes and errors carry Meta's headers", async () => {
    const { send } = openGraph();
    for (const path of [`/${ACME}/insights`, `/${ACME}/insights?fields=nonsense`]) {
      const { headers } = await send(path);
      expect(headers.get("content-type")).toBe("application/json; charset=UTF-8");
      expect(headers.get("x-fb-trace-id")).toBeTruthy();
      expect(headers.get("x-fb-request-id")).toBeTruthy();
      expect(Object.keys(JSON.parse(headers.get("x-app-usage") ?? ""))).toEqual([
        "call_count",
        "total_time",
        "total_cputime",
      ]);
      expect(JSON.parse(headers.get("x-ad-account-usage") ?? "")).toMatchObject({
        ads_api_access_tier: "standard_access",
      });
      expect(JSON.parse(headers.get("x-fb-ads-insights-throttle") ?? "")).toHaveProperty("acc_id_util_pct");
      const business = JSON.parse(headers.get("x-business-use-case-usage") ?? "") as Record<string, unknown[]>;
      expect(business["2026110001"]?.[0]).toMatchObject({ type: "ads_insights", estimated_time_to_regain_access: 0 });
    }
  });

  test("usage counts what was really served in the window, in world time", async () => {
    const { send, clock } = openGraph({ tokens: [{ name: "default", tier: "development_access" }] });
    const used = async () => {
      const usage = (await send(`/${ACME}`)).headers.get("x-ad-account-usage") ?? "{}";
      return (JSON.parse(usage) as { acc_id_util_pct: number }).acc_id_util_pct;
    };
    expect([await used(), await used(), await used()]).toEqual([1.67, 3.33, 5]);
    await clock.advance(301_000);
    expect(await used()).toBe(1.67);
  });

  test("an unknown object is 100/33 with a trace id", async () => {
    const { fail } = openGraph();
    const error = await fail("/120219999999999999");
    expect(error).toMatchObject({ http: 400, code: 100, error_subcode: 33, type: "GraphMethodException" });
    expect(error.message).toContain("Unsupported get request. Object with ID '120219999999999999' does not exist");
    expect(error.fbtrace_id).toMatch(/^[\w-]{22}$/);
    expect(await fail(`/${ACME}`, {}, { method: "DELETE" })).toMatchObject({ code: 100, error_subcode: 33 });
  });

  test("the same wire works under a prefix, and next keeps it", async () => {
    const { graph } = openGraph();
    const app = new Hono().route("/_world/graph", graph.wire);
    const ask = (url: string) =>
      app.request(url, { headers: { authorization: `Bearer ${graph.credentials.accessToken}` } });
    const first = (await (await ask("/_world/graph/v26.0/me/adaccounts/?limit=2")).json()) as {
      paging: { next: string };
    };
    expect(new URL(first.paging.next).pathname).toBe("/_world/graph/v26.0/me/adaccounts/");
    expect((await ask(first.paging.next)).status).toBe(200);
    expect((await ask("/_world/graph/nowhere")).status).toBe(400);
  });
});

test("it can stand behind the real host name, resets included", async () => {
  const { graph } = openGraph();
  const server = setupServer(http.all("https://graph.facebook.com/*", ({ request }) => graph.wire.fetch(request)));
  server.listen();
  onTestFinished(() => server.close());
  const headers = { authorization: `Bearer ${graph.credentials.accessToken}` };
  const ask = () => fetch("https://graph.facebook.com/v26.0/me/adaccounts?limit=1", { headers });
  const page = (await (await ask()).json()) as { paging: { next: string } };
  expect(page.paging.next).toMatch(/^https:\/\/graph\.facebook\.com\/v26\.0\/me\/adaccounts\?/);
  graph.faults.add({ times: 1, action: { kind: "reset" } });
  await expect(ask()).rejects.toThrow(TypeError);
});

test("the call log keeps method, path, account, status and rows, and no secret", async () => {
  const { graph, send } = openGraph();
  const token = graph.credentials.accessToken;
  await send(`/${ACME}/ads?limit=3&access_token=${token}`);
  await send("/me");
  await send(`/${ACME}?fields=colour`);
  const calls = graph.calls.list();
  expect(calls).toMatchObject([
    { method: "GET", path: `/v26.0/${ACME}/ads`, query: { limit: "3" }, account: ACME, status: 200, rows: 3 },
    { path: "/v26.0/me", account: null, status: 200, rows: 0 },
    { path: `/v26.0/${ACME}`, status: 400, errorCode: 100 },
  ]);
  expect(JSON.stringify(calls)).not.toContain(token);
  expect(graph.calls.countByAccount()).toEqual({ [ACME]: 2, "": 1 });
});
