import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, countDays } from "#src/sync/day.ts";
import { plannedPartSchema, type Part, type PlannedPart } from "#src/sync/part.ts";
import { PlanWithoutWindowError, cutWindow, halvePart, planPhase, type PlanFacts } from "#src/sync/plan.ts";
import { levels } from "#src/sync/request.ts";

const window = { since: "2026-10-26", until: "2026-11-22" };
const before = { since: "2026-09-28", until: "2026-10-25" };

function factsOf(more: Partial<PlanFacts> = {}): PlanFacts {
  const request = {
    accountId: "1",
    timeframe: "28d",
    level: "ad",
    breakdowns: [],
    full: false,
    dryRun: false,
  } as const;
  return {
    request: { ...request, breakdowns: [] },
    window,
    previousWindow: before,
    entityCounts: { campaigns: 12, ad_sets: 60, ads: 1000 },
    deliveringRows: null,
    pageSizes: {},
    ...more,
  };
}

function withLevel(level: PlanFacts["request"]["level"], more: Partial<PlanFacts> = {}): PlanFacts {
  const facts = factsOf(more);
  return { ...facts, request: { ...facts.request, level } };
}

/** A part on one line: stream, level, days, page size, calls. */
function show(part: PlannedPart): string {
  const days = part.since === null ? "-" : `${part.since}..${part.until ?? ""}`;
  return [part.stream, part.level ?? "-", days, `${part.pageSize} a page`, `${part.expectedCalls} calls`].join(" ");
}

const asPart = (planned: PlannedPart, pages = 0): Part => ({
  ...planned,
  part: 7,
  phase: 3,
  state: "leased",
  cursor: null,
  pages,
  mostPages: pages,
  rowsRead: 0,
  rowsWritten: 0,
  claims: 1,
  transientTries: 0,
});

describe("the phases", () => {
  it("1 reads the account, before any window is known", () => {
    const parts = planPhase(1, factsOf({ window: null, previousWindow: null }));
    expect(parts.map(show)).toEqual(["account - - 1 a page 1 calls"]);
  });

  it("2 reads totals over both windows, and the entities", () => {
    expect(planPhase(2, factsOf()).map(show)).toEqual([
      "totals account 2026-09-28..2026-11-22 500 a page 1 calls",
      "reach account 2026-10-26..2026-11-22 25 a page 1 calls",
      "campaign_totals campaign 2026-10-26..2026-11-22 500 a page 1 calls",
      "campaigns - - 500 a page 1 calls",
      "ad_sets - - 500 a page 1 calls",
      "ads - - 500 a page 1 calls",
      "creatives - - 250 a page 1 calls",
    ]);
  });

  it("2 reads totals over the window alone when there is nothing to compare with", () => {
    const long = { since: "2023-10-24", until: "2026-11-22" };
    const [totals] = planPhase(2, factsOf({ window: long, previousWindow: null }));
    expect(totals && show(totals)).toBe("totals account 2023-10-24..2026-11-22 500 a page 3 calls");
  });

  it("3 reads insights in windows of at most five pages, newest first", () => {
    const parts = planPhase(3, factsOf());
    expect(parts).toHaveLength(14);
    expect(show(parts[0] as PlannedPart)).toBe("insights ad 2026-11-21..2026-11-22 500 a page 4 calls");
    expect(show(parts[13] as PlannedPart)).toBe("insights ad 2026-10-26..2026-10-27 500 a page 4 calls");
  });

  it("4 proves the window", () => {
    expect(planPhase(4, factsOf()).map(show)).toEqual(["proof account 2026-10-26..2026-11-22 500 a page 1 calls"]);
  });

  it.each([2, 3, 4] as const)("%i needs a window", (phase) => {
    expect(() => planPhase(phase, factsOf({ window: null }))).toThrow(PlanWithoutWindowError);
  });
});

describe("insights by level", () => {
  const ads = (count: number): Partial<PlanFacts> => ({ entityCounts: { campaigns: 1, ad_sets: 1, ads: count } });
  it.each<[string, PlanFacts, number, number]>([
    ["account: one part", withLevel("account"), 1, 1],
    [
      "account over 37 months: still one",
      withLevel("account", { window: { since: "2023-10-24", until: "2026-11-22" } }),
      1,
      3,
    ],
    ["campaign: 12 × 28 rows", withLevel("campaign"), 1, 1],
    ["adset: 60 × 28 rows", withLevel("adset"), 1, 4],
    ["5 ads", factsOf(ads(5)), 1, 1],
    ["90 ads: 2520 rows are more than five pages", factsOf(ads(90)), 2, 3],
    ["2500 ads: a day is five pages", factsOf(ads(2500)), 28, 5],
    ["9000 ads: a day can't be cut, and its calls are told honestly", factsOf(ads(9000)), 28, 18],
    ["nothing counted: a row a day", factsOf({ entityCounts: { campaigns: 0, ad_sets: 0, ads: 0 } }), 1, 1],
    [
      "ads not counted: at least as many as ad sets",
      factsOf({ entityCounts: { campaigns: 3, ad_sets: 100, ads: 0 } }),
      2,
      3,
    ],
    ["a smaller page that was learned", factsOf({ ...ads(5), pageSizes: { insights: 25 } }), 2, 3],
    [
      "only 3 campaigns delivered",
      withLevel("campaign", { entityCounts: { campaigns: 900, ad_sets: 0, ads: 0 }, deliveringRows: 3 }),
      1,
      1,
    ],
  ])("%s", (_name, facts, count, calls) => {
    const parts = planPhase(3, facts);
    expect(parts).toHaveLength(count);
    expect(Math.max(...parts.map((part) => part.expectedCalls))).toBe(calls);
    expect(parts.every((part) => part.level === facts.request.level)).toBe(true);
  });

  it("leaves no gap, overlaps nowhere and stays within five pages, whatever the account", () => {
    const days = fc.integer({ min: 1, max: 1126 });
    const pageSize = fc.integer({ min: 25, max: 1000 });
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 0, max: 20_000 }),
        pageSize,
        fc.constantFrom(...levels),
        (length, count, size, level) => {
          const asked = { since: addDays(window.until, 1 - length), until: window.until };
          const entityCounts = { campaigns: count, ad_sets: count, ads: count };
          const parts = planPhase(3, withLevel(level, { window: asked, entityCounts, pageSizes: { insights: size } }));
          expect(sumOfDays(parts)).toBe(length);
          expect(runsFrom(parts)).toEqual(asked);
          for (const part of parts) {
            plannedPartSchema.parse(part);
            const mayBeLong = part.since === part.until || level === "account";
            expect(mayBeLong || part.expectedCalls <= 5).toBe(true);
          }
        },
      ),
    );
  });
});

function daysOf(part: PlannedPart): { since: string; until: string } {
  return { since: part.since ?? "", until: part.until ?? "" };
}

function sumOfDays(parts: PlannedPart[]): number {
  return parts.reduce((sum, part) => sum + countDays(daysOf(part)), 0);
}

/** The window that parts cover together; fails when one doesn't end right before the one in front of it. */
function runsFrom(parts: PlannedPart[]): { since: string; until: string } {
  const ends = parts.slice(1).map((older) => addDays(daysOf(older).until, 1));
  expect(ends).toEqual(parts.slice(0, -1).map((newer) => newer.since));
  return { since: parts.at(-1)?.since ?? "", until: parts[0]?.until ?? "" };
}

describe("cutting", () => {
  it("makes pieces of nearly equal length, newest first", () => {
    expect(cutWindow(window, 27).map(countDays)).toEqual([14, 14]);
    expect(cutWindow(window, 10).map(countDays)).toEqual([10, 9, 9]);
    expect(cutWindow(window, 28)).toEqual([window]);
    expect(cutWindow(window, 0)).toHaveLength(28);
  });

  const insights = { stream: "insights", level: "ad", pageSize: 500, expectedCalls: 4 } as const;
  it.each<[string, Part, string[]]>([
    [
      "five days",
      asPart({ ...insights, since: "2026-11-01", until: "2026-11-05" }),
      [
        "insights ad 2026-11-03..2026-11-05 500 a page 2 calls",
        "insights ad 2026-11-01..2026-11-02 500 a page 2 calls",
      ],
    ],
    [
      "two days, of which nine pages were read",
      asPart({ ...insights, since: "2026-11-01", until: "2026-11-02" }, 9),
      [
        "insights ad 2026-11-02..2026-11-02 500 a page 5 calls",
        "insights ad 2026-11-01..2026-11-01 500 a page 5 calls",
      ],
    ],
    [
      "one day",
      asPart({ ...insights, since: "2026-11-01", until: "2026-11-01" }),
      ["insights ad 2026-11-01..2026-11-01 250 a page 8 calls"],
    ],
    [
      "one day of small pages",
      asPart({ ...insights, pageSize: 40, since: "2026-11-01", until: "2026-11-01" }),
      ["insights ad 2026-11-01..2026-11-01 25 a page 7 calls"],
    ],
    [
      "one day of the smallest pages",
      asPart({ ...insights, pageSize: 25, since: "2026-11-01", until: "2026-11-01" }),
      [],
    ],
    [
      "entities",
      asPart({ stream: "ads", level: null, since: null, until: null, pageSize: 500, expectedCalls: 1 }),
      ["ads - - 250 a page 2 calls"],
    ],
    [
      "one row per window: its days can't be halved, reach would be wrong",
      asPart({ stream: "campaign_totals", level: "campaign", ...window, pageSize: 500, expectedCalls: 1 }),
      ["campaign_totals campaign 2026-10-26..2026-11-22 250 a page 2 calls"],
    ],
    ["reach", asPart({ stream: "reach", level: "account", ...window, pageSize: 25, expectedCalls: 1 }), []],
    [
      "the account",
      asPart({ stream: "account", level: null, since: null, until: null, pageSize: 1, expectedCalls: 1 }),
      [],
    ],
  ])("halves %s", (_name, part, expected) => {
    expect(halvePart(part).map(show)).toEqual(expected);
  });

  it("keeps all days and comes to an end, however often it is halved", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 25, max: 1000 }), (length, pageSize) => {
        const first: PlannedPart = {
          ...insights,
          pageSize,
          since: addDays(window.until, 1 - length),
          until: window.until,
        };
        let parts = [first];
        for (let round = 0; round < 20; round += 1) {
          parts = parts.flatMap((part) => {
            const halves = halvePart(asPart(part));
            return halves.length > 0 ? halves : [part];
          });
          expect(runsFrom(parts)).toEqual(daysOf(first));
          expect(sumOfDays(parts)).toBe(length);
        }
        expect(parts.every((part) => part.pageSize === 25 && part.since === part.until)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
