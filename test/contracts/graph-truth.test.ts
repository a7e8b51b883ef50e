import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openGraph } from "./graph-client.ts";

const BOLT = "act_2026110004";
const FOUR_WEEKS = { since: "2026-10-18", until: "2026-11-14" };
const ASK = {
  level: "ad",
  time_increment: 1,
  time_range: FOUR_WEEKS,
  limit: 1_000,
  fields: "ad_id,ad_name,impressions,clicks,spend,reach,actions,action_values",
};

test("1,000 ads over 28 days: every row once, both truths agree, the event loop stays free, the clock may run", async () => {
  let pages = 0;
  const { graph, clock, listAll } = openGraph({
    beforeAnswer: async () => {
      pages += 1;
      await clock.advance(20 * 60_000);
    },
  });
  const blocked = watchEventLoop();
  const rows = await listAll(`/${BOLT}/insights`, ASK);
  const longestMs = blocked();
  expect(rows.length).toBeGreaterThan(25_000);
  expect(rows.length).toBeLessThan(28_000);
  expect(new Set(rows.map((row) => `${String(row["ad_id"])} ${String(row["date_start"])}`)).size).toBe(rows.length);
  expect(pages).toBe(Math.ceil(rows.length / 1_000));
  const query = { account: BOLT, level: "ad", ...FOUR_WEEKS } as const;
  const formula = await graph.truthFormula(query);
  expect(graph.truthServed(query)).toEqual(formula);
  expect(formula.rows).toBe(rows.length);
  const spend = rows.reduce((sum, row) => sum + BigInt(Math.round(Number(row["spend"]) * 100)), 0n);
  expect(formula.spendMinor).toBe(Number(spend));
  // Wide, because other suites share the machine: on a quiet one it is under 30 ms.
  expect(longestMs).toBeLessThan(250);
});

test("reading again changes no truth; a part read gives a part", async () => {
  const { graph, list, listAll } = openGraph();
  const account = "act_2026110002";
  const query = { account, level: "ad", ...FOUR_WEEKS } as const;
  await list(`/${account}/insights`, { ...ASK, limit: 100 });
  expect(graph.truthServed(query).rows).toBe(100);
  const first = await listAll(`/${account}/insights`, { ...ASK, limit: 100 });
  expect(await listAll(`/${account}/insights`, { ...ASK, limit: 100 })).toEqual(first);
  expect(graph.truthServed(query)).toEqual(await graph.truthFormula(query));
  // A later read that asks for less doesn't wipe what was served before.
  await listAll(`/${account}/insights`, { ...ASK, limit: 1_000, fields: "ad_id" });
  expect(graph.truthServed(query)).toEqual(await graph.truthFormula(query));
});

test.each(["account", "campaign", "adset"] as const)("the truths agree at level %s, in yen", async (level) => {
  const { graph, listAll } = openGraph();
  const query = { account: "act_2026110002", level, ...FOUR_WEEKS };
  await listAll("/act_2026110002/insights", { ...ASK, level, fields: "impressions,clicks,spend" });
  const formula = await graph.truthFormula(query);
  expect(graph.truthServed(query)).toEqual(formula);
  expect(formula.spend).toBe(String(formula.spendMinor));
});

test("what was served outlives a restart, and so does the world", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "graph-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const query = { account: "act_2026110003", level: "ad", ...FOUR_WEEKS } as const;
  const before = openGraph({ dataDir });
  const rows = await before.listAll("/act_2026110003/insights", ASK);
  const truth = before.graph.truthServed(query);
  await before.graph.close();
  const after = openGraph({ dataDir });
  expect(after.graph.truthServed(query)).toEqual(truth);
  expect(await after.listAll("/act_2026110003/insights", ASK)).toEqual(rows);
});

test.each(["campaign", "adset", "ad"] as const)(
  "%s level plus what is deleted equals account level, day by day, and lists leave the deleted out",
  async (level) => {
    const { graph, listAll } = openGraph();
    const days = { since: "2026-11-05", until: "2026-11-14" };
    const ask = { time_increment: 1, time_range: days, limit: 1_000, fields: "impressions,clicks,spend" };
    await listAll(`/${BOLT}/insights`, { ...ask, level: "account" });
    await listAll(`/${BOLT}/insights`, { ...ask, level });
    const question = { account: BOLT, level, ...days };
    expect(graph.daysServed(question)).toEqual(await graph.daysFormula(question));
    expect(graph.truthServed({ ...question, deleted: "only" }).rows).toBe(0);
    const filtering = [{ field: `${level}.effective_status`, operator: "IN", value: ["DELETED"] }];
    const deleted = await listAll(`/${BOLT}/insights`, { ...ask, level, filtering });
    expect(deleted.length).toBeGreaterThan(0);
    const only = { ...question, deleted: "only" } as const;
    expect(graph.daysServed(only)).toEqual(await graph.daysFormula(only));
    const both = graph.daysServed({ ...question, deleted: "with" });
    const whole = graph.daysServed({ ...question, level: "account" });
    // One row a day on top, many below: all but their number is the same.
    expect(both.map((one) => ({ ...one, rows: 1 }))).toEqual(whole);
  },
);

test("conversions of a day grow until day 28 and then stand; its spend never moves; both truths follow", async () => {
  const { graph, clock, listAll } = openGraph();
  const account = "act_2026110001";
  const day = { since: "2026-11-14", until: "2026-11-14" };
  const query = { account, level: "ad", ...day } as const;
  const fields = "impressions,clicks,spend,inline_link_clicks,actions,action_values";
  const read = async () => {
    await listAll(`/${account}/insights`, { ...ASK, time_range: day, fields });
    expect(graph.conversionsServed(query)).toEqual(await graph.conversionsFormula(query));
    return { ...graph.conversionsServed(query)[0], spend: graph.truthServed(query).spend };
  };
  const first = await read();
  const seen = [first];
  for (const days of [1, 3, 8, 15, 1, 30]) {
    await clock.advance(days * 86_400_000);
    seen.push(await read());
  }
  expect(new Set(seen.map(({ spend, linkClicks }) => `${spend} ${linkClicks ?? 0}`)).size).toBe(1);
  const purchases = seen.map((one) => one.purchases ?? 0);
  // After 27 days the last of them are still to come; from 28 on nothing moves.
  expect(purchases).toEqual(purchases.toSorted((left, right) => left - right));
  expect(purchases[0]).toBeGreaterThan(0);
  expect(purchases.slice(0, 5)).toHaveLength(new Set(purchases.slice(0, 5)).size);
  expect(seen.slice(5)).toEqual([seen[5], seen[5]]);
  expect((purchases[0] ?? 0) / (purchases[6] ?? 1)).toBeGreaterThan(0.5);
  expect((purchases[0] ?? 0) / (purchases[6] ?? 1)).toBeLessThan(0.8);
});

test("a question about nothing is answered clearly", async () => {
  const { graph } = openGraph();
  const query = { account: "act_1", level: "ad", ...FOUR_WEEKS } as const;
  expect(() => graph.truthServed(query)).toThrow('"act_1" is not a seeded ad account');
  await expect(graph.truthFormula({ ...query, account: BOLT, since: "soon" })).rejects.toThrow('"soon" is not a day');
  expect(() => graph.truthServed({ ...query, account: BOLT, breakdown: ["colour"] })).toThrow('"colour" is not');
});

/** Measures the longest time the event loop was held; call the result to stop and read it. */
function watchEventLoop(): () => number {
  let longestMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }, 5);
  return () => {
    clearInterval(timer);
    return longestMs;
  };
}
