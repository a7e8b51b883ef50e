import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { TokenState } from "#src/local/graph/tokens.ts";
import { clockAt, NOON, openGraph } from "./graph-client.ts";

const ACME = "act_2026110001";
const DAY_MS = 86_400_000;

describe("the token", () => {
  test("comes as Bearer, as OAuth, or in the query, and only then is repeated in next", async () => {
    const { graph, list } = openGraph();
    const token = graph.credentials.accessToken;
    expect((await list(`/${ACME}/ads?limit=1`)).paging?.next).not.toContain("access_token");
    expect((await list(`/${ACME}/ads?limit=1&access_token=${token}`)).paging?.next).toContain(`access_token=${token}`);
  });

  test("is missing or unknown: 190", async () => {
    const { fail } = openGraph();
    const missing = await fail("/me", {}, { headers: { authorization: "" } });
    expect(missing).toMatchObject({ code: 190, message: "An access token is required to request this resource." });
    const unknown = await fail("/me", {}, { headers: { authorization: "Bearer EAABwrong" } });
    expect(unknown).toMatchObject({ http: 400, code: 190, type: "OAuthException" });
    expect(unknown.error_subcode).toBeUndefined();
  });

  test.each<[TokenState, number]>([
    ["expired", 463],
    ["revoked", 458],
    ["checkpointed", 459],
    ["password_changed", 460],
    ["unconfirmed", 464],
    ["logged_out", 467],
    ["not_admin", 492],
  ])("that is %s gives 190/%i", async (state, subcode) => {
    const { graph, fail, send } = openGraph();
    graph.tokens.set({ name: "default", state });
    expect(await fail("/me/adaccounts")).toMatchObject({ code: 190, error_subcode: subcode, is_transient: false });
    expect((await send("/me")).headers.get("www-authenticate")).toContain('"invalid_token"');
    graph.tokens.set({ name: "default", state: "valid" });
    expect((await send("/me")).status).toBe(200);
  });

  test("expires by world time, and the message names both times", async () => {
    const { graph, send, fail, clock } = openGraph();
    graph.tokens.set({ name: "default", expiresAtMs: NOON + DAY_MS });
    expect((await send("/me")).status).toBe(200);
    await clock.advance(2 * DAY_MS);
    const error = await fail("/me");
    expect(error).toMatchObject({ code: 190, error_subcode: 463 });
    expect(error.message).toContain(
      "Session has expired on Monday, 16-Nov-26 04:30:00 PST. The current time is Tuesday",
    );
  });

  test("sees only its accounts and what is in them", async () => {
    const { graph, list, fail } = openGraph();
    const ad = (await list("/act_2026110002/ads", { limit: 1 })).data[0]?.["id"];
    graph.tokens.set({ name: "default", accounts: [ACME] });
    expect((await list("/me/adaccounts")).data).toEqual([{ id: ACME }]);
    expect(await fail("/act_2026110002")).toMatchObject({ http: 403, code: 200 });
    expect(await fail(`/${String(ad)}`)).toMatchObject({ code: 100, error_subcode: 33 });
  });

  test("needs ads_read", async () => {
    const { graph, fail, send } = openGraph();
    graph.tokens.set({ name: "default", scopes: ["public_profile"] });
    expect(await fail(`/${ACME}/insights`)).toMatchObject({
      http: 403,
      code: 200,
      message: expect.stringContaining("ads_read"),
    });
    expect(await fail("/me/adaccounts")).toMatchObject({ http: 403, code: 200 });
    expect((await send("/me")).status).toBe(200);
  });

  test("is made once per data directory, in a file for its owner only", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "graph-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const first = openGraph({ dataDir });
    const { credentials } = first.graph;
    await first.graph.close();
    const again = openGraph({ dataDir });
    expect(again.graph.credentials).toEqual(credentials);
    for (const name of ["graph.sqlite", "graph.sqlite-wal"])
      expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
    expect(openGraph().graph.credentials.accessToken).not.toBe(credentials.accessToken);
    expect(openGraph({ accessToken: "EAABgiven123" }).graph.credentials.accessToken).toBe("EAABgiven123");
  });
});

describe("appsecret_proof", () => {
  test("is checked when sent, and asked for when the app requires it", async () => {
    const { graph, send, fail } = openGraph({ requireAppSecretProof: true });
    const { accessToken, appSecret } = graph.credentials;
    const proof = createHmac("sha256", appSecret).update(accessToken).digest("hex");
    expect((await send(`/me?appsecret_proof=${proof}`)).status).toBe(200);
    expect(await fail("/me")).toMatchObject({
      code: 100,
      message: expect.stringContaining("require an appsecret_proof"),
    });
    const wrong = await fail("/me", { appsecret_proof: proof.replace(/^../, "zz") });
    expect(wrong).toMatchObject({ code: 100, message: "Invalid appsecret_proof provided in the API argument" });
    expect(JSON.stringify(graph.calls.list())).not.toContain(proof);
  });
});

describe("debug_token", () => {
  test("describes the token to itself: a system user's, never expiring", async () => {
    const { graph, get } = openGraph();
    const { accessToken, appId } = graph.credentials;
    const { data } = await get("/debug_token", { input_token: accessToken });
    expect(data).toMatchObject({
      app_id: appId,
      type: "SYSTEM_USER",
      is_valid: true,
      expires_at: 0,
      data_access_expires_at: 0,
      scopes: expect.arrayContaining(["ads_read"]),
      user_id: expect.stringMatching(/^\d+$/),
    });
    expect(data).not.toHaveProperty("error");
  });

  test("describes a dead token to the app", async () => {
    const { graph, get, fail } = openGraph({ clock: clockAt(NOON) });
    const { accessToken, appId, appSecret } = graph.credentials;
    graph.tokens.set({ name: "default", state: "password_changed", accounts: [ACME] });
    const { data } = await get("/debug_token", { input_token: accessToken, access_token: `${appId}|${appSecret}` });
    expect(data).toMatchObject({
      is_valid: false,
      error: { code: 190, subcode: 460 },
      granular_scopes: expect.arrayContaining([{ scope: "ads_read", target_ids: ["2026110001"] }]),
    });
    expect(await fail("/debug_token", { input_token: accessToken })).toMatchObject({ code: 190, error_subcode: 460 });
  });

  test("says of a string that is no token that it isn't valid", async () => {
    const { get, fail } = openGraph();
    expect(await get("/debug_token", { input_token: "nonsense" })).toMatchObject({
      data: { is_valid: false, scopes: [] },
    });
    expect(await fail("/debug_token")).toMatchObject({ code: 100 });
  });
});
