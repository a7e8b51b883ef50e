import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openGraph } from "./graph-client.ts";

const ACME = "act_2026110001";
const KOLKATA = "act_2026110003";
const BOLT = "act_2026110004";
const WEEK = { since: "2026-11-05", until: "2026-11-11" };
const ASK = { level: "ad", time_range: WEEK, time_increment: 1, fields: "ad_id,spend,impressions,clicks" };
const NOT_READY = { http: 400, code: 2601, error_subcode: 1_815_107, is_transient: true };
const UNKNOWN = { http: 400, code: 100, error_subcode: 33 };
const DAY_MS = 86_400_000;

describe("a report", () => {
  test("runs through its states in a time that follows from its rows, and gives the rows that GET gives", async () => {
    const { graph, clock, list, listAll, get, fail, start } = openGraph();
    // Slow, so that the real time this test takes counts for nothing.
    graph.reports.failNext({ slowBy: 1_000, times: 2 });
    const id = await start(`/${ACME}/insights`, ASK);
    await start(`/${ACME}/insights`, { ...ASK, level: "account", time_increment: "all_days" });
    const { durationMs = 0, startedMs = 0, rows } = graph.reports.list()[0] ?? {};
    // Two seconds and a 20,000th per row, times a spread.
    const middles = graph.reports.list().map((report) => report.durationMs / (2_000 + report.rows / 20) / 1_000);
    for (const spread of middles) expect(Math.abs(Math.log(spread))).toBeLessThan(1);
    expect(middles[0]).not.toBe(middles[1]);
    const seen = [];
    for (const share of [0.01, 0.06, 0.3, 0.7, 0.95]) {
      await clock.advance(startedMs + durationMs * share - clock.now());
      const state = await get(`/${id}`);
      seen.push([state["async_status"], state["async_percent_completion"]]);
      expect(await fail(`/${id}/insights`)).toMatchObject(NOT_READY);
    }
    await clock.advance(startedMs + durationMs * 1.01 - clock.now());
    const last = await get(`/${id}`);
    seen.push([last["async_status"], last["async_percent_completion"]]);
    expect(seen.map(([status]) => status)).toEqual([
      "Job Not Started",
      "Job Started",
      "Job Running",
      "Job Running",
      "Job Running",
      "Job Completed",
    ]);
    // 100 % is shown for a moment while it still runs.
    expect(seen.slice(4)).toEqual([
      ["Job Running", 100],
      ["Job Completed", 100],
    ]);
    expect(await get(`/${id}`)).toEqual({
      id,
      account_id: ACME.slice(4),
      time_ref: Math.floor(startedMs / 1_000),
      time_completed: expect.any(Number),
      async_status: "Job Completed",
      async_percent_completion: 100,
    });
    const read = await listAll(`/${id}/insights`, { limit: 50 });
    expect(read).toEqual(await listAll(`/${ACME}/insights`, { ...ASK, limit: 500 }));
    expect(read).toHaveLength(rows ?? 0);
    const second = await list(`/${id}/insights`, { limit: 2, after: "MQZDZD" });
    expect(second.data).toEqual(read.slice(2, 4));
    expect(second.paging?.cursors).toEqual({ before: "MgZDZD", after: "MwZDZD" });
    const query = { account: ACME, level: "ad", ...WEEK } as const;
    expect(graph.daysServed(query)).toEqual(await graph.daysFormula(query));
  });

  test("takes the fields of its start for its summary, and has a number for an id by knob", async () => {
    const { list, fail, send } = openGraph({ knobs: { reportSpeed: Infinity, reportIdAsNumber: true } });
    const response = await send(`/${ACME}/insights?fields=spend&date_preset=last_7d`, { method: "POST" });
    const text = await response.text();
    expect(text).toMatch(/^\{"report_run_id":\d{16}\}$/);
    const id = /\d+/.exec(text)?.[0] ?? "";
    const page = await list(`/${id}/insights`, { summary: ["spend"] });
    expect(page.summary).toEqual({ spend: page.data[0]?.["spend"] });
    expect(await fail(`/${id}/insights`, { summary: ["wish_bid"] })).toMatchObject({
      code: 100,
      message: expect.stringContaining("weren't there while creating the report run"),
    });
  });

  test("works for a campaign and with breakdowns; refuses what GET refuses, and takes no rule for that", async () => {
    const { graph, listAll, list, fail, start } = openGraph({ knobs: { reportSpeed: Infinity } });
    const campaign = String((await list(`/${ACME}/campaigns`)).data[0]?.["id"]);
    const ask = { ...ASK, breakdowns: "age,gender" };
    const id = await start(`/${campaign}/insights`, ask);
    const rows = await listAll(`/${id}/insights`, { limit: 500 });
    expect(rows).toEqual(await listAll(`/${campaign}/insights`, { ...ask, limit: 500 }));
    graph.reports.failNext({ ending: { kind: "skipped" } });
    const post = { method: "POST" };
    expect(await fail(`/${ACME}/insights`, { fields: "colour" }, post)).toMatchObject({ code: 100 });
    const tooOld = { time_range: { since: "2020-01-01", until: "2020-01-02" } };
    expect(await fail(`/${ACME}/insights`, tooOld, post)).toMatchObject({ code: 3018 });
    expect(graph.reports.listFaults()).toMatchObject([{ fired: 0 }]);
  });

  test("outlives a restart, belongs to its account, and is gone after 30 days", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "graph-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const before = openGraph({ dataDir, knobs: { reportSpeed: Infinity } });
    const id = await before.start(`/${KOLKATA}/insights`, ASK);
    await before.start(`/${ACME}/insights`, ASK);
    const rows = await before.listAll(`/${id}/insights`);
    await before.graph.close();
    const stranger = { name: "stranger", token: "stranger", accounts: [ACME] };
    const { graph, clock, listAll, fail } = openGraph({ dataDir, tokens: [stranger] });
    expect(await listAll(`/${id}/insights`)).toEqual(rows);
    expect(graph.reports.countByAccount()).toEqual({ [KOLKATA]: 1, [ACME]: 1 });
    expect(graph.calls.list({ account: KOLKATA }).length).toBeGreaterThan(2);
    const headers = { authorization: "Bearer stranger" };
    expect(await fail(`/${id}`, {}, { headers })).toMatchObject(UNKNOWN);
    await clock.advance(30 * DAY_MS + 1_000);
    expect(await fail(`/${id}`)).toMatchObject(UNKNOWN);
    expect(await fail(`/${id}/insights`)).toMatchObject(UNKNOWN);
  });

  test("people by breakdown of old days: in ten reports an account and day, then silently not", async () => {
    const { list, start } = openGraph({ knobs: { reportSpeed: Infinity } });
    const range = { since: "2025-10-10", until: "2025-10-12" };
    const ask = { fields: "spend,reach", breakdowns: "gender", time_range: range };
    const hasReach = [];
    for (let index = 0; index < 11; index += 1) {
      const id = await start(`/${KOLKATA}/insights`, ask);
      hasReach.push("reach" in ((await list(`/${id}/insights`)).data[0] ?? {}));
    }
    expect(hasReach).toEqual([...Array.from({ length: 10 }, () => true), false]);
  });
});

describe("reports that go wrong", () => {
  test("fail at a percentage, with the error's fields", async () => {
    const { graph, clock, get, fail, start } = openGraph();
    graph.reports.failNext({ account: BOLT, ending: { kind: "failed", code: 2, subcode: 1_504_044 } });
    graph.reports.failNext({ ending: { kind: "failed" } });
    const id = await start(`/${ACME}/insights`, ASK);
    await clock.advance(60_000);
    expect(await get(`/${id}`)).toMatchObject({
      async_status: "Job Failed",
      async_percent_completion: 47,
      error_code: -2,
      error_subcode: 2_490_547,
      error_message: "Report Failed: Generating the report failed. Try again later.",
      error_user_title: "Report Failed",
    });
    expect(await fail(`/${id}/insights`)).toMatchObject(NOT_READY);
    // The first rule waits for its account; the second is used up.
    expect(graph.reports.listFaults().map(({ fired }) => fired)).toEqual([0, 1]);
    const next = await start(`/${ACME}/insights`, ASK);
    await clock.advance(60_000);
    expect(await get(`/${next}`)).toMatchObject({ async_status: "Job Completed" });
  });

  test("are too large above the knob", async () => {
    const { clock, get, start } = openGraph({ knobs: { reportMaxRows: 100 } });
    const id = await start(`/${ACME}/insights`, ASK);
    await clock.advance(60_000);
    expect(await get(`/${id}`)).toMatchObject({ async_status: "Job Failed", error_code: -3, error_subcode: 1_504_045 });
  });

  test.each([
    ["skipped", { kind: "skipped" }, { async_status: "Job Skipped" }],
    ["stuck at 0", { kind: "stuck", atPercent: 0 }, { async_status: "Job Running", async_percent_completion: 0 }],
    ["stuck at 88", { kind: "stuck" }, { async_status: "Job Running", async_percent_completion: 88 }],
  ] as const)("are %s for good", async (_, ending, expected) => {
    const { graph, clock, get, fail, start } = openGraph();
    graph.reports.failNext({ ending });
    const id = await start(`/${ACME}/insights`, ASK);
    for (let hour = 0; hour < 3; hour += 1) {
      await clock.advance(3_600_000);
      expect(await get(`/${id}`)).toMatchObject(expected);
    }
    expect(await fail(`/${id}/insights`)).toMatchObject(NOT_READY);
  });

  test("aren't known at the first poll, aren't ready just after completion, lose rows, take long, or are gone", async () => {
    const { graph, clock, get, list, fail, start, listAll } = openGraph();
    graph.reports.failNext({ missingPolls: 1, notReadyReads: 2, dropRows: 3, slowBy: 1_000 });
    const id = await start(`/${ACME}/insights`, ASK);
    const { rows = 0 } = graph.reports.list()[0] ?? {};
    expect(await fail(`/${id}`)).toMatchObject(UNKNOWN);
    await clock.advance(60_000);
    expect(await get(`/${id}`)).toMatchObject({ async_status: "Job Started" });
    await clock.advance(DAY_MS);
    expect(await get(`/${id}`)).toMatchObject({ async_status: "Job Completed" });
    expect(await fail(`/${id}/insights`)).toMatchObject(NOT_READY);
    expect(await fail(`/${id}/insights`)).toMatchObject(NOT_READY);
    expect(await listAll(`/${id}/insights`, { limit: 100 })).toHaveLength(rows - 3);
    expect(graph.reports.list()[0]).toMatchObject({ polls: 3, earlyReads: 0 });
    graph.reports.failNext({ ending: { kind: "expired" }, slowBy: 1_000 });
    const gone = await start(`/${ACME}/insights`, ASK);
    expect(await get(`/${gone}`)).toMatchObject({ id: gone });
    await clock.advance(DAY_MS);
    expect(await fail(`/${gone}`)).toMatchObject(UNKNOWN);
    expect(await list(`/${id}/insights`, { limit: 1 })).toHaveProperty("paging");
  });

  test("by the admin API, which also counts what was started", async () => {
    const { graph, start } = openGraph();
    const send = (path: string, init?: RequestInit) => graph.admin.request(path, init);
    const add = (rule: unknown) => send("/reports/faults", { method: "POST", body: JSON.stringify(rule) });
    expect((await add({ level: "ad", ending: { kind: "stuck", atPercent: 88 }, times: 2 })).status).toBe(201);
    expect((await add({ ending: { kind: "bored" } })).status).toBe(400);
    await start(`/${ACME}/insights`, ASK);
    expect(await (await send("/reports")).json()).toMatchObject({
      startedByAccount: { [ACME]: 1 },
      reports: [{ account: ACME, level: "ad", polls: 0, state: { status: expect.stringMatching(/^Job /) } }],
    });
    expect(await (await send("/stats")).json()).toMatchObject({ reportsByAccount: { [ACME]: 1 } });
    expect(await (await send("/reports/faults")).json()).toMatchObject({ faults: [{ fired: 1, times: 2 }] });
    expect((await send("/reports/faults", { method: "DELETE" })).status).toBe(204);
    expect(graph.reports.listFaults()).toEqual([]);
  });
});
