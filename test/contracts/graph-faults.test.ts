import { serve } from "@hono/node-server";
import { describe, expect, onTestFinished, test } from "vitest";
import type { FaultRule } from "#src/local/graph/faults/rule-book.ts";
import { openGraph } from "./graph-client.ts";

const ACME = "act_2026110001";

describe("an error by rule", () => {
  test("is filled from the table of known errors", async () => {
    const { graph, fail, send } = openGraph();
    graph.faults.add({
      match: { account: "2026110001", pathIncludes: "/insights" },
      times: 2,
      action: { kind: "error", code: 17, subcode: 2446079 },
    });
    for (const _ of [1, 2]) {
      expect(await fail(`/${ACME}/insights`)).toMatchObject({
        http: 400,
        code: 17,
        error_subcode: 2446079,
        is_transient: false,
        message: "User request limit reached",
      });
    }
    expect((await send(`/${ACME}/insights`)).status).toBe(200);
    expect((await send(`/${ACME}/insights`)).headers.get("x-ad-account-usage")).toBeTruthy();
  });

  test("says exactly what the rule says", async () => {
    const { graph, fail } = openGraph();
    const action = {
      kind: "error",
      code: 2,
      http: 503,
      message: "Busy",
      isTransient: true,
      userTitle: "Sorry",
      userMsg: "Later",
    } as const;
    graph.faults.add({ action });
    expect(await fail("/me")).toMatchObject({
      http: 503,
      code: 2,
      message: "Busy",
      is_transient: true,
      error_user_title: "Sorry",
      error_user_msg: "Later",
    });
  });

  test("hits the n-th matching call only, by method, level and account", async () => {
    const { graph, send } = openGraph();
    graph.faults.add({
      match: { method: "get", level: "ad", account: ACME, nth: 2 },
      action: { kind: "error", code: 1 },
    });
    const status = async (path: string) => (await send(path)).status;
    const seen = [
      await status(`/${ACME}/insights?level=ad`),
      await status(`/${ACME}/insights?level=campaign`),
      await status("/act_2026110002/insights?level=ad"),
      await status(`/${ACME}/insights?level=ad`),
      await status(`/${ACME}/insights?level=ad`),
    ];
    expect(seen).toEqual([200, 200, 200, 500, 200]);
    expect(graph.faults.list()[0]).toMatchObject({ seen: 3, fired: 1 });
    expect(graph.calls.list().map((call) => call.rule)).toEqual([null, null, null, "rule-1", null]);
  });
});

describe("answers that are none", () => {
  test("an error page", async () => {
    const { graph, send } = openGraph();
    graph.faults.add({ times: 1, action: { kind: "html" } });
    const response = await send("/me");
    expect(response.status).toBe(502);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await response.text()).toContain("Sorry, something went wrong.");
  });

  test("JSON cut in half, which no truth counts as served", async () => {
    const { graph, send } = openGraph();
    graph.faults.add({ times: 1, action: { kind: "truncated" } });
    const window = { since: "2026-11-10", until: "2026-11-10" };
    const path = `/${ACME}/insights?level=ad&limit=200&time_range=${encodeURIComponent(JSON.stringify(window))}`;
    const response = await send(path);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(graph.truthServed({ account: ACME, level: "ad", ...window }).rows).toBe(0);
    await send(path);
    expect(graph.truthServed({ account: ACME, level: "ad", ...window }).rows).toBeGreaterThan(0);
  });

  test("an empty 200", async () => {
    const { graph, list } = openGraph();
    graph.faults.add({ times: 1, action: { kind: "empty-200" } });
    expect(await list(`/${ACME}/ads`)).toEqual({ data: [] });
  });

  test("a delay goes to the hook, or to real time", async () => {
    const waits: [string, number][] = [];
    const { graph, list } = openGraph({ onServe: (call, ms) => void waits.push([call.path, ms]) });
    graph.faults.add({ times: 1, action: { kind: "delay", ms: 90_000 } });
    expect((await list(`/${ACME}/ads`)).data).toHaveLength(25);
    expect(waits).toEqual([[`/v26.0/${ACME}/ads`, 90_000]]);
    const real = openGraph();
    real.graph.faults.add({ action: { kind: "delay", ms: 30 } });
    const started = performance.now();
    await real.list(`/${ACME}/ads`);
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
  });
});

describe("broken connections", () => {
  test("a reset is a network error, by socket and in process", async () => {
    const { graph, send, url, token } = await listen();
    graph.faults.add({ times: 2, action: { kind: "reset" } });
    await expect(fetch(`${url}/v26.0/me?access_token=${token}`)).rejects.toThrow("fetch failed");
    expect((await send("/me")).type).toBe("error");
    expect((await fetch(`${url}/v26.0/me?access_token=${token}`)).status).toBe(200);
    expect(graph.calls.list().map((call) => call.status)).toEqual([0, 0, 200]);
  });

  test("a hang lasts until the caller gives up, or the stand-in closes", async () => {
    const { graph, url, token } = await listen();
    graph.faults.add({ times: 2, action: { kind: "hang" } });
    const giveUp = new AbortController();
    const impatient = fetch(`${url}/v26.0/me?access_token=${token}`, { signal: giveUp.signal });
    const patient = fetch(`${url}/v26.0/me?access_token=${token}`);
    const outcomes = Promise.allSettled([impatient, patient]);
    await expect.poll(() => graph.calls.list().length).toBe(2);
    giveUp.abort();
    await expect(impatient).rejects.toThrow("aborted");
    await graph.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});

describe("the admin API", () => {
  test("shows accounts, calls, stats and coverage", async () => {
    const { graph, send, clock } = openGraph();
    await send("/me");
    const before = clock.now();
    await clock.advance(1_000);
    await send(`/${ACME}`);
    expect(await admin("/accounts")).toMatchObject({
      accounts: [{ id: ACME, name: "Acme DE", ads: 60 }, {}, {}, {}, {}],
    });
    expect(await admin(`/calls?since=${before + 1_000}`)).toMatchObject({ calls: [{ path: `/v26.0/${ACME}` }] });
    expect(await admin("/stats")).toMatchObject({ callsByAccount: { [ACME]: 1, "": 1 } });
    expect(await admin("/coverage")).toHaveProperty("coverage");

    async function admin(path: string): Promise<unknown> {
      return (await graph.admin.request(path)).json();
    }
  });

  test("gives both truths", async () => {
    const { graph, listAll } = openGraph();
    const time_range = { since: "2026-11-01", until: "2026-11-07" };
    await listAll("/act_2026110003/insights", {
      level: "ad",
      time_increment: 1,
      time_range,
      fields: "spend,impressions,clicks",
    });
    const ask = "account=act_2026110003&level=ad&since=2026-11-01&until=2026-11-07";
    const truth = (await (await graph.admin.request(`/truth?${ask}`)).json()) as { served: unknown; formula: unknown };
    expect(truth.served).toEqual(truth.formula);
    expect((await graph.admin.request("/truth?account=act_1&level=ad&since=2026-11-01&until=2026-11-07")).status).toBe(
      400,
    );
    expect((await graph.admin.request("/truth?account=act_1")).status).toBe(400);
  });

  test("takes rules and gives them up", async () => {
    const { graph, send } = openGraph();
    const post = (body: unknown) => graph.admin.request("/rules", { method: "POST", body: JSON.stringify(body) });
    const rule: FaultRule = { match: { pathIncludes: "/me" }, action: { kind: "error", code: 4 } };
    expect((await post(rule)).status).toBe(201);
    expect((await send("/me")).status).toBe(403);
    expect(await (await graph.admin.request("/rules")).json()).toMatchObject({ rules: [{ id: "rule-1", fired: 1 }] });
    expect((await graph.admin.request("/rules/rule-1", { method: "DELETE" })).status).toBe(204);
    expect((await graph.admin.request("/rules/rule-1", { method: "DELETE" })).status).toBe(404);
    expect((await send("/me")).status).toBe(200);
    const refused = await post({ action: { kind: "explode" } });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code: "invalid" } });
    expect((await graph.admin.request("/rules", { method: "DELETE" })).status).toBe(204);
  });

  test("makes, shows masked, and breaks tokens", async () => {
    const { graph, send, fail } = openGraph();
    const post = (body: unknown) => graph.admin.request("/tokens", { method: "POST", body: JSON.stringify(body) });
    const made = (await (await post({ name: "second", accounts: [ACME] })).json()) as { token: string };
    const headers = { authorization: `Bearer ${made.token}` };
    expect((await send("/me", { headers })).status).toBe(200);
    expect(await (await graph.admin.request("/tokens")).text()).not.toContain(made.token);
    await post({ name: "second", state: "revoked" });
    expect(await fail("/me", {}, { headers })).toMatchObject({ code: 190, error_subcode: 458 });
    expect((await post({ name: "second", state: "tired" })).status).toBe(400);
  });
});

async function listen() {
  const opened = openGraph();
  const server = serve({ fetch: opened.graph.wire.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { ...opened, url: `http://127.0.0.1:${port}`, token: opened.graph.credentials.accessToken };
}
