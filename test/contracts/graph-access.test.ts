import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openGraph } from "./graph-client.ts";

const ACME = "act_2026110001";
const GROUP = "101520261100";
const DAY_MS = 86_400_000;

interface Member {
  code: number;
  headers?: { name: string; value: string }[];
  body: string;
}

function openBatch(options: Parameters<typeof openGraph>[0] = {}) {
  const world = openGraph(options);
  const batch = async (operations: unknown, more: Record<string, string> = {}) => {
    const body = new URLSearchParams({ batch: JSON.stringify(operations), ...more });
    const response = await world.send("/", { method: "POST", body });
    return { status: response.status, members: (await response.json()) as (Member | null)[] };
  };
  return { ...world, batch };
}

describe("businesses", () => {
  test("are found, and list what they own and whose accounts they work on", async () => {
    const { graph, list, get } = openGraph();
    expect((await list("/me/businesses")).data).toEqual([{ id: GROUP, name: "Northlight Group" }]);
    const owned = (await list(`/${GROUP}/owned_ad_accounts`, { fields: "name", limit: 2 })).data;
    expect(owned.map((one) => one["name"])).toEqual(["Acme DE", "Kumo Tokyo"]);
    const clients = (await list(`/${GROUP}/client_ad_accounts`, { fields: "name" })).data;
    expect(clients.map((one) => one["name"])).toEqual(["Bolt Outdoor", "Reef Surf"]);
    const account = await get("/act_2026110004", { fields: "business" });
    const business = account["business"] as { id: string };
    expect(await get(`/${business.id}`)).toEqual({ id: business.id, name: "Bolt Outdoor" });
    expect((await list(`/${business.id}/client_ad_accounts`)).data).toEqual([]);
    graph.tokens.set({ name: "default", accounts: [ACME] });
    expect((await list(`/${GROUP}/owned_ad_accounts`)).data).toEqual([{ id: ACME }]);
  });

  test("need business_management; without it their fields are left out of accounts", async () => {
    const { graph, fail, get } = openGraph();
    graph.tokens.set({ name: "default", scopes: ["ads_read"] });
    for (const path of ["/me/businesses", `/${GROUP}`, `/${GROUP}/owned_ad_accounts`, `/${GROUP}/client_ad_accounts`]) {
      expect(await fail(path)).toMatchObject({ code: 200, message: expect.stringContaining("business_management") });
    }
    expect(await get(`/${ACME}`, { fields: "name,business,business_name" })).toEqual({ id: ACME, name: "Acme DE" });
    expect(await fail("/999/owned_ad_accounts")).toMatchObject({ code: 100, error_subcode: 33 });
  });
});

describe("exchanging a token", () => {
  test("gives one of 60 days with the same rights, and the old one stays", async () => {
    const { graph, clock, get, send } = openGraph();
    const { appId, appSecret, accessToken } = graph.credentials;
    graph.tokens.set({ name: "default", kind: "USER", accounts: [ACME], expiresAtMs: clock.now() + DAY_MS });
    const fresh = await get("/oauth/access_token", {
      grant_type: "fb_exchange_token",
      client_id: appId,
      client_secret: appSecret,
      fb_exchange_token: accessToken,
    });
    expect(fresh).toMatchObject({ token_type: "bearer", expires_in: 5_184_000 });
    const headers = { authorization: `Bearer ${String(fresh["access_token"])}` };
    expect((await send("/me", { headers })).status).toBe(200);
    expect((await send("/act_2026110002", { headers })).status).toBe(403);
    await clock.advance(2 * DAY_MS);
    expect([(await send("/me", { headers })).status, (await send("/me")).status]).toEqual([200, 400]);
    const log = JSON.stringify(graph.calls.list());
    for (const secret of [accessToken, appSecret, String(fresh["access_token"])]) expect(log).not.toContain(secret);
  });

  test("is refused to strangers and dead tokens", async () => {
    const { graph, fail } = openGraph();
    const { appId, appSecret, accessToken } = graph.credentials;
    const asked = { grant_type: "fb_exchange_token", client_id: appId, client_secret: appSecret };
    const exchange = (change: Record<string, string>) =>
      fail("/oauth/access_token", { ...asked, fb_exchange_token: accessToken, ...change });
    expect(await exchange({ client_secret: "wrong" })).toMatchObject({
      code: 1,
      message: expect.stringContaining("secret"),
    });
    expect(await exchange({ client_id: "1" })).toMatchObject({ code: 101 });
    expect(await exchange({ fb_exchange_token: "nonsense" })).toMatchObject({ code: 190 });
    expect(await exchange({ grant_type: "client_credentials" })).toMatchObject({ code: 100 });
    graph.tokens.set({ name: "default", state: "password_changed" });
    expect(await exchange({})).toMatchObject({ code: 190, error_subcode: 460 });
  });
});

describe("batch", () => {
  test("answers in order, each member with its own code, headers and place in the log", async () => {
    const { graph, batch, list } = openBatch({ tokens: [{ name: "default", tier: "development_access" }] });
    const { members } = await batch([
      { method: "GET", relative_url: `v26.0/${ACME}/ads?limit=2` },
      { method: "GET", relative_url: `${ACME}?fields=colour` },
      { method: "POST", relative_url: `/${ACME}/insights`, body: "level=ad&fields=spend" },
    ]);
    expect(members.map((member) => member?.code)).toEqual([200, 400, 200]);
    const page = JSON.parse(members[0]?.body ?? "") as { paging: { next: string } };
    expect(page.paging.next).toMatch(/^https:\/\/graph\.facebook\.com\/v26\.0\/act_2026110001\/ads\?/);
    expect((await list(page.paging.next)).data).toHaveLength(2);
    expect(JSON.parse(members[2]?.body ?? "")).toHaveProperty("report_run_id");
    const usage = members[0]?.headers?.find(({ name }) => name === "x-ad-account-usage")?.value ?? "{}";
    expect(JSON.parse(usage)).toMatchObject({ ads_api_access_tier: "development_access" });
    const calls = graph.calls.list();
    // Members run side by side; the batch ends after all of them.
    expect(calls.map((call) => call.kind).sort()).toEqual(["batch", "edge", "edge", "node", "report"]);
    expect(calls[3]).toMatchObject({ kind: "batch", points: 0, account: null });
    expect(calls.filter((call) => call.points === 1)).toHaveLength(4);
    const bare = await batch([{ method: "GET", relative_url: "me" }], { include_headers: "false" });
    expect(bare.members[0]).toEqual({ code: 200, body: expect.any(String) });
  });

  test("members are throttled one by one", async () => {
    const { batch } = openBatch({ limits: { scale: { score: 0.000_5 } } });
    const { members } = await batch(Array.from({ length: 8 }, () => ({ method: "GET", relative_url: ACME })));
    expect(members.map((member) => member?.code)).toEqual([200, 200, 200, 200, 400, 400, 400, 400]);
  });

  test("a member that times out is null: by rule, or by chance", async () => {
    const { graph, batch } = openBatch();
    graph.faults.add({ match: { nth: 2 }, action: { kind: "hang" } });
    const three = Array.from({ length: 3 }, () => ({ method: "GET", relative_url: "me" }));
    // The first call that matches is the batch itself.
    expect((await batch(three)).members.map((member) => member?.code ?? null)).toEqual([null, 200, 200]);
    graph.faults.clear();
    graph.knobs.batchNullPercent = 40;
    const many = await batch(Array.from({ length: 50 }, () => ({ method: "GET", relative_url: "me" })));
    const nulls = many.members.filter((member) => member === null).length;
    expect(nulls).toBeGreaterThan(8);
    expect(nulls).toBeLessThan(32);
  });

  test("takes at most 50, no dependent members, a list, and hands the proof on", async () => {
    const { graph, send, fail } = openBatch({ requireAppSecretProof: true });
    const { accessToken, appSecret } = graph.credentials;
    const appsecret_proof = createHmac("sha256", appSecret).update(accessToken).digest("hex");
    const ask = (batch: string) => {
      const body = new URLSearchParams({ appsecret_proof, batch });
      return { method: "POST", body };
    };
    const one = { method: "GET", relative_url: "me" };
    const members = (await (await send("/", ask(JSON.stringify([one])))).json()) as Member[];
    expect(members[0]?.code).toBe(200);
    const many = JSON.stringify(Array.from({ length: 51 }, () => one));
    expect(await fail("/", {}, ask(many))).toMatchObject({
      type: "GraphBatchException",
      message: "Too many requests in batch message. Maximum batch size is 50",
    });
    const dependent = JSON.stringify([{ ...one, depends_on: "first" }]);
    expect(await fail("/", {}, ask(dependent))).toMatchObject({ code: 100 });
    expect(await fail("/", {}, ask("nonsense"))).toMatchObject({ code: 100 });
  });
});

test("expired versions are upgraded, or refused with 2635 where the app doesn't let them be", async () => {
  const { send, fail } = openGraph({ knobs: { expiredVersions: "refuse" } });
  const error = await fail(`https://graph.facebook.com/v24.0/${ACME}/campaigns`);
  expect(error).toMatchObject({ http: 400, code: 2635, message: expect.stringContaining("latest version: v26.0") });
  expect((await send("https://graph.facebook.com/v24.0/me")).headers.get("facebook-api-version")).toBe("v26.0");
  expect((await send(`https://graph.facebook.com/v25.0/${ACME}/campaigns`)).status).toBe(200);
});
