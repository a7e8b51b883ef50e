/** How a part that was too large is made smaller, rung by rung, without losing a day or a campaign. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, countDays } from "#src/sync/day.ts";
import { cutByCampaigns, cutTooLarge, halvePage, halvePart } from "#src/sync/ladder.ts";
import { plannedPartSchema, type Part, type PlannedPart } from "#src/sync/part.ts";
import { cutWindow } from "#src/sync/plan.ts";
import { streamNames, streams } from "#src/sync/streams.ts";
import { daysOf, partOf, planOf, reportPart, runsFrom, show, sumOfDays, window } from "./parts.ts";

const noDays = { level: null, since: null, until: null } as const;

describe("cutting days", () => {
  it("makes pieces of nearly equal length, newest first", () => {
    expect(cutWindow(window, 27).map(countDays)).toEqual([14, 14]);
    expect(cutWindow(window, 10).map(countDays)).toEqual([10, 9, 9]);
    expect(cutWindow(window, 28)).toEqual([window]);
    expect(cutWindow(window, 0)).toHaveLength(28);
  });
});

describe("a part that the hard limit cut off", () => {
  it.each<[string, Partial<Part>, string[]]>([
    [
      "five days",
      { since: "2026-11-01", until: "2026-11-05" },
      [
        "get insights ad 2026-11-03..2026-11-05 500 a page 2 calls",
        "get insights ad 2026-11-01..2026-11-02 500 a page 2 calls",
      ],
    ],
    [
      "two days, of which nine pages were read",
      { since: "2026-11-01", until: "2026-11-02", pages: 9 },
      [
        "get insights ad 2026-11-02..2026-11-02 500 a page 5 calls",
        "get insights ad 2026-11-01..2026-11-01 500 a page 5 calls",
      ],
    ],
    ["one day", { since: "2026-11-22" }, ["report insights ad 2026-11-22..2026-11-22 500 a page 6 calls"]],
    ["entities of small pages", { ...noDays, stream: "ads", pageSize: 40 }, ["get ads - - 25 a page 7 calls"]],
    ["entities of the smallest pages", { ...noDays, stream: "ads", pageSize: 25 }, []],
    ["entities", { ...noDays, stream: "ads", expectedCalls: 1 }, ["get ads - - 250 a page 2 calls"]],
    [
      "one row per window: its days can't be halved, reach would be wrong",
      { stream: "campaign_totals", level: "campaign", ...window, expectedCalls: 1 },
      ["get campaign_totals campaign 2026-10-26..2026-11-22 250 a page 2 calls"],
    ],
    ["reach", { stream: "reach", level: "account", ...window, pageSize: 25, expectedCalls: 1 }, []],
    ["the account", { ...noDays, stream: "account", pageSize: 1, expectedCalls: 1 }, []],
  ])("halves %s", (_name, more, expected) => {
    expect(halvePart(partOf(more)).map(show)).toEqual(expected);
  });

  it("keeps all days and comes to an end, however often it is halved", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 25, max: 1000 }), (length, pageSize) => {
        const first = planOf(partOf({ pageSize, since: addDays(window.until, 1 - length), until: window.until }));
        let parts: PlannedPart[] = [first];
        for (let round = 0; round < 20; round += 1) {
          parts = parts.flatMap((part) => {
            const halves = halvePart(partOf(part));
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

describe("pages", () => {
  it("shrink to 25, and on the way never have a size from which pages grow", () => {
    const sizes: number[] = [];
    for (let size = halvePage(1000); size !== null; size = halvePage(size)) sizes.push(size);
    expect(sizes).toEqual([499, 249, 124, 61, 30, 25]);
    const usual = streamNames.filter((name) => streams[name].kind === "insights").map((name) => streams[name].pageSize);
    expect(sizes.filter((size) => size > 25 && usual.includes(size))).toEqual([]);
  });
});

describe("the rungs", () => {
  const oneDay = { since: "2026-11-22" } as const;
  it.each<[string, Part, string[] | "campaigns" | "end"]>([
    ["one answer → a report", partOf(), ["report insights ad 2026-11-21..2026-11-22 500 a page 6 calls"]],
    [
      "a report → half its days each",
      reportPart(),
      [
        "report insights ad 2026-11-16..2026-11-22 500 a page 15 calls",
        "report insights ad 2026-11-09..2026-11-15 500 a page 15 calls",
      ],
    ],
    ["one day → campaigns", reportPart(oneDay), "campaigns"],
    ["some campaigns of a day → fewer", reportPart({ ...oneDay, filter: { campaigns: ["1", "2"] } }), "campaigns"],
    [
      "one campaign of a day → fewer figures",
      reportPart({ ...oneDay, filter: { campaigns: ["1"] } }),
      ['report insights ad 2026-11-22..2026-11-22 500 a page 30 calls lean {"campaigns":["1"]}'],
    ],
    [
      "all but the known campaigns of a day → fewer figures",
      reportPart({ ...oneDay, filter: { campaignsExcept: ["1"] } }),
      ['report insights ad 2026-11-22..2026-11-22 500 a page 30 calls lean {"campaignsExcept":["1"]}'],
    ],
    ["fewer figures → the end", reportPart({ ...oneDay, filter: { campaigns: ["1"] }, fields: "lean" }), "end"],
    [
      "one row a campaign over the window → a report, whose days stay together",
      partOf({ stream: "campaign_totals", level: "campaign", ...window }),
      ["report campaign_totals campaign 2026-10-26..2026-11-22 500 a page 6 calls"],
    ],
    ["that report → campaigns", reportPart({ stream: "campaign_totals", level: "campaign", ...window }), "campaigns"],
    [
      "the account's days → half of them, without a report",
      partOf({ stream: "totals", level: "account" }),
      [
        "get totals account 2026-11-22..2026-11-22 500 a page 2 calls",
        "get totals account 2026-11-21..2026-11-21 500 a page 2 calls",
      ],
    ],
    [
      "what was deleted → fewer figures, because its filter can't be told twice",
      reportPart({ ...oneDay, stream: "deleted", filter: { deleted: true } }),
      ['report deleted ad 2026-11-22..2026-11-22 500 a page 30 calls lean {"deleted":true}'],
    ],
    ["entities → the end", partOf({ ...noDays, stream: "ads" }), "end"],
  ])("%s", (_name, part, expected) => {
    const rung = cutTooLarge(part);
    expect(rung.kind === "parts" ? rung.parts.map(show) : rung.kind).toEqual(expected);
  });

  it("by campaigns: two halves of the known ones, and all the rest; without known ones the next rung", () => {
    const part = reportPart(oneDay);
    expect(cutByCampaigns(part, ["1", "2", "3"]).map(({ filter }) => filter)).toEqual([
      { campaigns: ["1", "2"] },
      { campaigns: ["3"] },
      { campaignsExcept: ["1", "2", "3"] },
    ]);
    expect(cutByCampaigns(part, []).map(({ fields, filter }) => [fields, filter])).toEqual([["lean", null]]);
    expect(cutByCampaigns(reportPart({ ...oneDay, fields: "lean" }), [])).toEqual([]);
  });

  const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 999n }).map(String), { maxLength: 30 });

  /** Whether a piece's rows hold those of the campaign. */
  function holds({ filter }: PlannedPart, campaign: string): boolean {
    if (filter === null) return true;
    if ("campaigns" in filter) return filter.campaigns.includes(campaign);
    return "campaignsExcept" in filter && !filter.campaignsExcept.includes(campaign);
  }

  /** Lets Meta refuse everything: each part climbs down until its end. */
  function climbDown(part: Part, known: readonly string[]): PlannedPart[] {
    const rung = cutTooLarge(part);
    const next = rung.kind === "parts" ? rung.parts : rung.kind === "campaigns" ? cutByCampaigns(part, known) : [];
    return next.length === 0 ? [planOf(part)] : next.flatMap((piece) => climbDown(partOf(piece), known));
  }

  it("hold each campaign and each day exactly once, known or not, down to the last rung", () => {
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 1, max: 20 }), (known, unknown, length) => {
        const first = partOf({ since: addDays(window.until, 1 - length), until: window.until });
        const pieces = climbDown(first, known);
        const days = Array.from({ length }, (_, index) => addDays(daysOf(first).since, index));
        for (const piece of pieces) plannedPartSchema.parse(piece);
        for (const day of days) {
          const ofDay = pieces.filter((piece) => daysOf(piece).since <= day && day <= daysOf(piece).until);
          for (const campaign of [...known, ...unknown]) {
            expect(ofDay.filter((piece) => holds(piece, campaign))).toHaveLength(1);
          }
        }
        expect(pieces.every(({ mode, fields }) => mode === "report" && fields === "lean")).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
