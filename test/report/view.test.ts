/** The report view: which number is said, which is not, and why. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Figures } from "#src/report/figures.ts";
import { buildReportView } from "#src/report/view.ts";
import { failureOf } from "#src/sync/failure.ts";
import { after, counts, isoAfter, sampleFigures, sampleJob, sampleSums, succeededJob } from "./samples.ts";

const real = { sampleData: false };

function figuresOf(changes: Partial<Figures> = {}, request = {}) {
  const job = succeededJob({ request: { ...sampleJob().request, ...request } });
  const { figures } = buildReportView(job, sampleFigures(changes), after(200), real);
  if (figures === null) throw new Error("a succeeded job with figures has a figures view");
  return figures;
}

function kpisOf(changes: Partial<Figures> = {}): string[] {
  return figuresOf(changes).kpis.map(
    ({ label, value, change, previous }) => `${label}: ${value} | ${change} | ${previous}`,
  );
}

test("every KPI is made from sums and compared with the previous period", () => {
  expect(kpisOf()).toMatchInlineSnapshot(`
    [
      "Spend: €6,840.12 | +4% | €6,577.00",
      "Impressions: 912,000 | −4% | 950,000",
      "Clicks (all): 13,680 | +2.9% | 13,300",
      "CTR (all): 1.50% | +0.10 pp | 1.40%",
      "CPC (all): €0.50 | +1.1% | €0.49",
      "CPM: €7.50 | +8.3% | €6.92",
      "Purchases: 228 | −2.1% | 233",
      "Purchase value: €21,204.37 | −2.3% | €21,700.10",
      "ROAS: 3.10 | −0.20 | 3.30",
      "Cost per purchase: €30.00 | +6.3% | €28.23",
      "Reach: 402,118 | null | null",
    ]
  `);
});

test("zero is not missing: no purchases gives zeros, and no cost per purchase", () => {
  const none = { actions: {}, actionValues: {} };
  const kpis = kpisOf({ current: sampleSums(none), previous: sampleSums(none) });
  expect(kpis.slice(6, 10)).toMatchInlineSnapshot(`
    [
      "Purchases: 0 | null | 0",
      "Purchase value: €0.00 | null | €0.00",
      "ROAS: 0.00 | null | 0.00",
      "Cost per purchase: – | null | null",
    ]
  `);
  expect(figuresOf({ current: sampleSums(none), previous: sampleSums(none) }).purchaseType).toBeNull();
});

test("an account that spent nothing has no ratios, and no change is made up from zero", () => {
  const idle = { spend: "0", impressions: 0, clicks: 0, actions: {}, actionValues: {} };
  expect(kpisOf({ previous: sampleSums(idle) })).toMatchInlineSnapshot(`
    [
      "Spend: €6,840.12 | null | €0.00",
      "Impressions: 912,000 | null | 0",
      "Clicks (all): 13,680 | null | 0",
      "CTR (all): 1.50% | null | null",
      "CPC (all): €0.50 | null | null",
      "CPM: €7.50 | null | null",
      "Purchases: 228 | null | 0",
      "Purchase value: €21,204.37 | null | €0.00",
      "ROAS: 3.10 | null | null",
      "Cost per purchase: €30.00 | null | null",
      "Reach: 402,118 | null | null",
    ]
  `);
  expect(kpisOf({ current: sampleSums(idle), levelSpend: "0", reach: 0 })).toMatchInlineSnapshot(`
    [
      "Spend: €0.00 | −100% | €6,577.00",
      "Impressions: 0 | −100% | 950,000",
      "Clicks (all): 0 | −100% | 13,300",
      "CTR (all): – | null | 1.40%",
      "CPC (all): – | null | €0.49",
      "CPM: – | null | €6.92",
      "Purchases: 0 | −100% | 233",
      "Purchase value: €0.00 | −100% | €21,700.10",
      "ROAS: – | null | 3.30",
      "Cost per purchase: – | null | €28.23",
      "Reach: 0 | null | null",
    ]
  `);
});

test("an incomplete previous period is said and compared with nothing", () => {
  const partly = figuresOf({ previous: sampleSums({ days: 3 }) });
  expect(partly.comparison.words).toBe("no earlier data (3 of 7 days of 9–15 Nov 2026 are stored)");
  expect(partly.kpis.every((kpi) => kpi.change === null && kpi.previous === null)).toBe(true);
  const none = figuresOf({ previous: sampleSums({ days: 0, spend: "0" }) });
  expect(none.comparison).toEqual({
    complete: false,
    window: "9–15 Nov 2026",
    words: "no earlier data (9–15 Nov 2026)",
  });
});

test("one purchase type is used throughout, and another type before is not compared", () => {
  const pixel = "offsite_conversion.fb_pixel_purchase";
  const pixelOnly = { actions: { [pixel]: "10" }, actionValues: { [pixel]: "500" } };
  const changed = figuresOf({ previous: sampleSums(pixelOnly) });
  const purchases = changed.kpis.filter((kpi) => ["purchases", "purchase_value", "roas"].includes(kpi.id));
  expect(purchases.map(({ value, change, previous }) => [value, change, previous])).toEqual([
    ["228", null, null],
    ["€21,204.37", null, null],
    ["3.10", null, null],
  ]);
  expect(figuresOf({ current: sampleSums(pixelOnly) }).purchaseType).toBe(pixel);
  // Campaigns are counted by the account's type, not by their own.
  expect(figuresOf({ current: sampleSums(pixelOnly) }).campaigns.map((campaign) => campaign.purchases)).toEqual([
    "0",
    "0",
  ]);
});

test("a type that stopped is compared: from purchases to none", () => {
  const stopped = figuresOf({ current: sampleSums({ actions: {}, actionValues: {} }) });
  expect(stopped.kpis.find((kpi) => kpi.id === "purchases")).toMatchObject({
    value: "0",
    change: "−100%",
    previous: "233",
  });
});

test("reach is Meta's own figure for the window, without one it says so", () => {
  const reach = figuresOf({ reach: null }).kpis.find((kpi) => kpi.id === "reach");
  expect(reach).toMatchObject({ value: "not given by Meta", change: null });
});

test("yen have no minor digits", () => {
  const yen = figuresOf({ currency: "JPY", current: sampleSums({ spend: "684012" }), levelSpend: "684012" });
  expect(yen.kpis[0]).toMatchObject({ value: "¥684,012" });
  expect(yen.proof.statements[0]).toBe("account total ¥684,012 = sum of ads ¥684,012");
});

test("the proof says by how much two sums differ, exactly", () => {
  expect(figuresOf().proof).toMatchInlineSnapshot(`
    {
      "daysExpected": 7,
      "daysPresent": 7,
      "statements": [
        "account total €6,840.12 = sum of ads €6,840.12",
        "7 of 7 days have figures",
        "attribution 7d click, 1d view",
        "days in Europe/Berlin",
      ],
      "verdict": "equal",
    }
  `);
  const beyond = figuresOf({ levelSpend: "6840.09", current: sampleSums({ days: 6 }), attributionSettings: [] }).proof;
  expect(beyond.verdict).toBe("beyond");
  expect(beyond.statements).toMatchInlineSnapshot(`
    [
      "account total €6,840.12 = sum of ads €6,840.09 + €0.03 that Meta doesn't list by ad (as it is with deleted ads)",
      "6 of 7 days have figures",
      "attribution not given by Meta",
      "days in Europe/Berlin",
    ]
  `);
  const short = figuresOf({ levelSpend: "6840.15" }).proof;
  expect([short.verdict, short.statements[0]]).toEqual([
    "short",
    "account total €6,840.12 is less than sum of ads €6,840.15, by €0.03",
  ]);
  expect(figuresOf({ levelSpend: null }).proof.verdict).toBeNull();
  expect(figuresOf({ attributionSettings: ["1d_click", "default"] }).proof.statements[2]).toBe(
    "attribution 1d click; as each ad set is set",
  );
});

test("a window that reaches the running day of the account says so", () => {
  expect(figuresOf().runningDay).toBeNull();
  const window = { since: "2026-11-22", until: "2026-11-23" };
  expect(figuresOf({ window }).runningDay).toContain("23 Nov 2026 is not over");
});

test("I6: the view of a final job is the same whenever it is built", () => {
  const endings = [
    succeededJob(),
    succeededJob({ state: "failed", failure: failureOf("unavailable", "Meta did not answer for an hour.") }),
    succeededJob({ state: "cancelled", cancelledBy: "U0BEN" }),
  ];
  for (const job of endings) {
    const view = buildReportView(job, sampleFigures(), after(110), real);
    expect(buildReportView(job, sampleFigures(), after(90_000), real)).toEqual(view);
  }
});

test("a job under way has progress and no figures", () => {
  const view = buildReportView(sampleJob(), sampleFigures(), after(72), real);
  expect(view.figures).toBeNull();
  expect(view.progress.elapsedSeconds).toBe(72);
  expect(view.progress.lines.map((line) => `${line.label}: ${line.word} ${line.partsDone}/${line.parts}`))
    .toMatchInlineSnapshot(`
    [
      "Account: done 1/1",
      "Totals: done 1/1",
      "Reach: done 1/1",
      "Campaign totals: done 1/1",
      "Campaigns: done 1/1",
      "Ad sets: done 1/1",
      "Ads: done 1/1",
      "Creatives: done 1/1",
      "Insights: reading 5/7",
      "Proof: waiting 0/0",
    ]
  `);
});

test("a stream tells what became of it", () => {
  const [insights] = counts(["insights", 5, 7, 8420]);
  if (insights === undefined) throw new Error("one row in, one count out");
  const lineOf = (changes: object, state: "running" | "failed" = "running") =>
    buildReportView(sampleJob({ state, streams: [{ ...insights, ...changes }] }), null, after(9), real).progress
      .lines[0]?.word;
  expect(lineOf({})).toBe("reading");
  expect(lineOf({}, "failed")).toBe("stopped");
  expect(lineOf({ partsDone: 0, rowsRead: 0, calls: 0 })).toBe("waiting");
  expect(lineOf({ partsFailed: 2 })).toBe("partly failed");
  expect(lineOf({ partsDone: 0, partsFailed: 7 })).toBe("failed");
  expect(lineOf({ partsDone: 7 })).toBe("done");
});

test("a pause says why and until when; a queue that is silent for 30 s is what a queued job waits for", () => {
  const snoozed = sampleJob({ state: "snoozed", snoozeReason: "meta", snoozedUntil: isoAfter(1200) });
  expect(buildReportView(snoozed, null, after(80), real).progress.pause).toEqual({
    reason: "meta",
    because: "because Meta asked",
    untilMs: after(1200),
    untilWords: "09:32 (Europe/Berlin)",
  });
  const queued = sampleJob({ state: "queued", phase: 0, streams: [], startedAt: null, updatedAt: isoAfter(0) });
  expect(buildReportView(queued, null, after(29), real).progress.pause).toBeNull();
  expect(buildReportView(queued, null, after(30), real).progress.pause?.reason).toBe("queue");
});

test("who asked and who cancelled: a person in Slack or the name of a key", () => {
  const origin = { kind: "http", caller: "dashboard", channel: null } as const;
  const job = succeededJob({ origin, state: "cancelled", cancelledBy: "dashboard", accountName: null });
  const view = buildReportView(job, null, after(200), real);
  expect(view.askedBy).toEqual({ kind: "key", name: "dashboard" });
  expect(view.cancelled).toEqual({ by: { kind: "key", name: "dashboard" }, atMs: after(102) });
  expect(view.account.label).toBe("act_1234567890123456");
});

test("I12: nothing in this room or in the blocks waits or asks the time", () => {
  for (const room of ["src/report/", "src/slack/blocks/"]) {
    const folder = new URL(`../../${room}`, import.meta.url);
    for (const file of readdirSync(folder)) {
      expect([file, /\bawait\b|Date\.now|new Date\(\)/.exec(readFileSync(new URL(file, folder), "utf8"))]).toEqual([
        file,
        null,
      ]);
    }
  }
});
