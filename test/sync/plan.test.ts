/** Which parts a phase has: the entities and totals, figures by GET and by report, breakdowns, what was learned, rereading. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays } from "#src/sync/day.ts";
import { plannedPartSchema, type PlannedPart } from "#src/sync/part.ts";
import { PlanWithoutWindowError, planPhase, type Phase, type PlanFacts } from "#src/sync/plan.ts";
import { levels, type Level } from "#src/sync/request.ts";
import { adsOf, daysOf, factsOf, learnedOf, runsFrom, show, sumOfDays, window } from "./parts.ts";

/** 37 months back to the day that Meta still keeps. */
const long = { since: "2023-10-24", until: "2026-11-22" };
const insightsOf = (facts: PlanFacts) => planPhase(3, facts).filter(({ stream }) => stream === "insights");

describe("the phases", () => {
  it("1 reads the account, before any window is known", () => {
    const parts = planPhase(1, factsOf({ window: null, previousWindow: null }));
    expect(parts.map(show)).toEqual(["get account - - 1 a page 1 calls"]);
  });

  it("2 reads totals over both windows, and the entities", () => {
    expect(planPhase(2, factsOf()).map(show)).toEqual([
      "get totals account 2026-09-28..2026-11-22 500 a page 1 calls",
      "get reach account 2026-10-26..2026-11-22 25 a page 1 calls",
      "get campaign_totals campaign 2026-10-26..2026-11-22 500 a page 1 calls",
      "get campaigns - - 500 a page 1 calls",
      "get ad_sets - - 500 a page 1 calls",
      "get ads - - 500 a page 1 calls",
      "get creatives - - 250 a page 1 calls",
    ]);
  });

  it("2 lists only what changed where it knows since when, and the rest whole", () => {
    const updatedAfter = "2026-11-22T08:00:00.000Z";
    const parts = planPhase(2, factsOf({ listedUntil: { ads: updatedAfter, creatives: updatedAfter } }));
    expect(parts.map(({ stream, filter }) => [stream, filter])).toEqual([
      ...["totals", "reach", "campaign_totals", "campaigns", "ad_sets"].map((stream) => [stream, null]),
      ["ads", { updatedAfter }],
      ["creatives", { updatedAfter }],
    ]);
  });

  it("2 reads totals over the window alone when there is nothing to compare with; later pages are large", () => {
    const [totals] = planPhase(2, factsOf({ window: long, previousWindow: null }));
    expect(totals && show(totals)).toBe("get totals account 2023-10-24..2026-11-22 500 a page 2 calls");
  });

  it("3 orders 28 days of 1,000 ads as two reports, newest first, and asks for what was deleted", () => {
    expect(planPhase(3, factsOf()).map(show)).toEqual([
      "report insights ad 2026-11-09..2026-11-22 500 a page 17 calls",
      "report insights ad 2026-10-26..2026-11-08 500 a page 17 calls",
      'get deleted ad 2026-10-26..2026-11-22 500 a page 1 calls {"deleted":true}',
    ]);
  });

  it("3 cuts 37 months of 200 ads into reports of at most 90 days", () => {
    const parts = insightsOf(factsOf({ window: long, ...adsOf(200) }));
    expect(parts).toHaveLength(13);
    expect(runsFrom(parts)).toEqual(long);
    expect(
      new Set(
        parts.map(({ mode, since, until }) => `${mode} ${sumOfDays([{ ...(parts[0] as PlannedPart), since, until }])}`),
      ),
    ).toEqual(new Set(["report 86", "report 87"]));
  });

  it("4 proves the window", () => {
    expect(planPhase(4, factsOf()).map(show)).toEqual(["get proof account 2026-10-26..2026-11-22 500 a page 1 calls"]);
  });

  it.each<Phase>([2, 3, 4, 5])("%i needs a window", (phase) => {
    expect(() => planPhase(phase, factsOf({ window: null }))).toThrow(PlanWithoutWindowError);
  });
});

describe("insights by level", () => {
  it.each<[string, Partial<PlanFacts>, Level, string[]]>([
    ["account: one part, nothing deleted", {}, "account", ["get 1"]],
    ["account over 37 months: still one", { window: long }, "account", ["get 2"]],
    ["campaign: 12 × 28 rows", {}, "campaign", ["get 1"]],
    ["adset: 60 × 28 rows, the later pages large", {}, "adset", ["get 3"]],
    ["5 ads", adsOf(5), "ad", ["get 1"]],
    ["90 ads: more than five pages of 500, were they not to grow", adsOf(90), "ad", ["get 2", "get 2"]],
    ["178 ads: 4,984 rows are still read at once", adsOf(178), "ad", ["get 3", "get 3"]],
    ["179 ads: 5,012 rows are too many", adsOf(179), "ad", ["report 6", "report 6"]],
    ["nothing counted: a row a day", { entityCounts: { campaigns: 0, ad_sets: 0, ads: 0 } }, "ad", ["get 1"]],
    [
      "ads not counted: at least as many as ad sets",
      { entityCounts: { campaigns: 3, ad_sets: 100, ads: 0 } },
      "ad",
      ["get 2", "get 2"],
    ],
    [
      "a smaller page that was learned: its pages don't grow",
      { ...adsOf(5), learned: [learnedOf({ pageSize: 25 })] },
      "ad",
      ["get 3", "get 3"],
    ],
    [
      "learned for another level or breakdown: nothing to do with it",
      {
        ...adsOf(5),
        learned: [learnedOf({ pageSize: 25, level: "adset" }), learnedOf({ pageSize: 25, breakdown: "age" })],
      },
      "ad",
      ["get 1"],
    ],
    [
      "fewer days that were learned",
      { learned: [learnedOf({ maxDays: 7 })] },
      "ad",
      ["report 10", "report 10", "report 10", "report 10"],
    ],
    [
      "days that were learned and are more than the plan's",
      { learned: [learnedOf({ maxDays: 60 })] },
      "ad",
      ["report 17", "report 17"],
    ],
  ])("%s", (_name, facts, level, expected) => {
    const parts = insightsOf(factsOf(facts, { level }));
    expect(parts.map((part) => `${part.mode} ${part.expectedCalls}`)).toEqual(expected);
    expect(parts.every((part) => part.level === level)).toBe(true);
  });

  it("40,000 ads: a day is the least that a report can be, and its calls are told honestly", () => {
    const parts = insightsOf(factsOf(adsOf(40_000)));
    expect(parts).toHaveLength(28);
    expect(parts[0]?.expectedCalls).toBe(2 + 1 + 40);
  });

  it("leaves no gap and overlaps nowhere; GETs stay within five pages and reports within their size", () => {
    const anyLearned = fc.record({
      pageSize: fc.option(fc.integer({ min: 25, max: 500 })),
      maxDays: fc.option(fc.integer({ min: 1, max: 90 })),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1126 }),
        fc.integer({ min: 0, max: 40_000 }),
        anyLearned,
        fc.constantFrom(...levels),
        (length, count, learned, level) => {
          const asked = { since: addDays(window.until, 1 - length), until: window.until };
          const entityCounts = { campaigns: count, ad_sets: count, ads: count };
          const facts = factsOf(
            { window: asked, entityCounts, learned: [learnedOf({ ...learned, level })] },
            { level },
          );
          const parts = insightsOf(facts);
          expect(sumOfDays(parts)).toBe(length);
          expect(runsFrom(parts)).toEqual(asked);
          const rowsPerDay = level === "account" ? 1 : Math.max(1, count);
          for (const part of parts) {
            plannedPartSchema.parse(part);
            const days = sumOfDays([part]);
            const fits = part.mode === "get" ? part.expectedCalls <= 5 : days <= 90 && days * rowsPerDay <= 30_000;
            expect(fits || days === 1).toBe(true);
            expect(days).toBeLessThanOrEqual(learned.maxDays ?? length);
          }
        },
      ),
    );
  });
});

describe("breakdowns", () => {
  const breakdownsOf = (facts: PlanFacts) =>
    planPhase(3, facts)
      .filter(({ breakdown }) => breakdown !== "")
      .map(show);

  it.each<[string[], number, string[]]>([
    [
      ["gender", "age"],
      10,
      [
        "get breakdown_totals account 2026-10-26..2026-11-22 500 a page 2 calls by age,gender",
        "report breakdowns ad 2026-11-09..2026-11-22 500 a page 6 calls by age,gender",
        "report breakdowns ad 2026-10-26..2026-11-08 500 a page 6 calls by age,gender",
        'get deleted ad 2026-10-26..2026-11-22 500 a page 1 calls by age,gender {"deleted":true}',
      ],
    ],
    [
      ["country"],
      10,
      [
        "get breakdown_totals account 2026-10-26..2026-11-22 500 a page 1 calls by country",
        "get breakdowns ad 2026-10-26..2026-11-22 500 a page 2 calls by country",
        'get deleted ad 2026-10-26..2026-11-22 500 a page 1 calls by country {"deleted":true}',
      ],
    ],
  ])("by %j of %i ads expect more rows than the plain figures", (breakdowns, ads, expected) => {
    expect(breakdownsOf(factsOf(adsOf(ads), { breakdowns }))).toEqual(expected);
  });

  it("of 1,000 ads come as reports of few days", () => {
    const parts = planPhase(3, factsOf({}, { breakdowns: ["age", "gender"] })).filter(
      ({ stream }) => stream === "breakdowns",
    );
    expect(parts).toHaveLength(28);
    expect(runsFrom(parts)).toEqual(window);
  });

  it("of the account itself are read once", () => {
    expect(breakdownsOf(factsOf({}, { level: "account", breakdowns: ["country"] }))).toEqual([
      "get breakdowns account 2026-10-26..2026-11-22 500 a page 1 calls by country",
    ]);
  });

  it.each<[string, string, [string, "all" | "lean"][]]>([
    [
      "inside",
      "2026-11-09",
      [
        ["2026-11-09..2026-11-22", "all"],
        ["2026-10-26..2026-11-08", "lean"],
      ],
    ],
    ["on the first day", "2026-10-26", [["2026-10-26..2026-11-22", "all"]]],
    [
      "on the last day",
      "2026-11-22",
      [
        ["2026-11-22..2026-11-22", "all"],
        ["2026-10-26..2026-11-21", "lean"],
      ],
    ],
    ["after it", "2026-11-23", [["2026-10-26..2026-11-22", "lean"]]],
    ["long before", "2025-10-24", [["2026-10-26..2026-11-22", "all"]]],
  ])("leave out reach before the 13 months: their edge %s", (_name, uniqueSince, expected) => {
    const parts = planPhase(3, factsOf({ ...adsOf(5), uniqueSince }, { breakdowns: ["country"] }));
    const days = (stream: string) =>
      parts.filter((part) => part.stream === stream).map((part) => [`${part.since}..${part.until}`, part.fields]);
    expect(days("breakdowns")).toEqual(expected);
    expect(days("breakdown_totals")).toEqual(expected);
    expect(parts.filter(({ breakdown }) => breakdown === "").every(({ fields }) => fields === "all")).toBe(true);
  });
});

describe("reading again what the proof found to differ", () => {
  const rereads = (differingDays: string[]) =>
    planPhase(5, factsOf({ ...adsOf(5), differingDays })).map((part) => `${part.stream} ${part.since}..${part.until}`);
  const threeOf = (days: string) => ["proof", "insights", "deleted"].map((stream) => `${stream} ${days}`);

  it.each<[string, string[], string[]]>([
    ["nothing", [], []],
    ["one day, at both levels", ["2026-11-03"], threeOf("2026-11-03..2026-11-03")],
    [
      "neighbours together, in whatever order they come; newest first",
      ["2026-11-01", "2026-11-05", "2026-10-31", "2026-11-06"],
      [...threeOf("2026-11-05..2026-11-06"), ...threeOf("2026-10-31..2026-11-01")],
    ],
    [
      "seven scattered days as one window",
      [1, 3, 5, 7, 9, 11, 13].map((day) => addDays("2026-10-31", day)),
      threeOf("2026-11-01..2026-11-13"),
    ],
  ])("%s", (_name, days, expected) => {
    expect(rereads(days)).toEqual(expected);
  });

  it("misses none of the days, whichever they are", () => {
    const anyDays = fc.uniqueArray(fc.integer({ min: 0, max: 27 }).map((day) => addDays(window.since, day)));
    fc.assert(
      fc.property(anyDays, (days) => {
        const proofs = planPhase(5, factsOf({ differingDays: days })).filter(({ stream }) => stream === "proof");
        expect(proofs.length).toBeLessThanOrEqual(6);
        for (const day of days) {
          expect(proofs.filter((part) => daysOf(part).since <= day && day <= daysOf(part).until)).toHaveLength(1);
        }
      }),
    );
  });
});
