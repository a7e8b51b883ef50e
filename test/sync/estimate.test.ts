/** A dry run's figures: the job's own plan with counted rows, Meta's two tiers, and the words for them. */
import { describe, expect, test } from "vitest";
import { dryRunMessage, durationRange, wouldFailText } from "#src/slack/blocks/dry-run.ts";
import { checkBlocks } from "#src/slack/limits.ts";
import type { SlackMessage } from "#src/slack/message.ts";
import {
  countsForPlan,
  estimateJob,
  uncountedNotes,
  weighEstimate,
  type Counted,
  type DryRun,
} from "#src/sync/estimate.ts";
import { failureOf } from "#src/sync/failure.ts";
import { factsAtStart, planPhase, type PlanFacts } from "#src/sync/plan.ts";
import { percentOfHour, tierOf, waitSeconds } from "#src/sync/quota.ts";
import { syncRequestSchema, type SyncRequest } from "#src/sync/request.ts";

const window = { since: "2026-10-26", until: "2026-11-22" };

function factsOf(more: Partial<PlanFacts> = {}, request: Partial<SyncRequest> = {}): PlanFacts {
  const order = syncRequestSchema.parse({ accountId: "1", timeframe: "28d", ...request });
  const previousWindow = { since: "2026-09-28", until: "2026-10-25" };
  const entityCounts = { campaigns: 40, ad_sets: 120, ads: 1000 };
  return { ...factsAtStart(order), window, previousWindow, entityCounts, uniqueSince: "2025-10-24", ...more };
}

const nothingCounted: Counted = { listed: {}, delivering: [], rowsPerObject: null, deletedRows: null };
const counted: Counted = {
  listed: { campaigns: 40, ad_sets: 120, ads: 1000, creatives: 640 },
  delivering: [
    { day: "2026-10-26", objects: 500 },
    { day: "2026-11-22", objects: 770 },
  ],
  rowsPerObject: null,
  deletedRows: 40,
};
const partsAtOnce = 8;
const callsOf = (facts: PlanFacts, what: Counted) =>
  Object.fromEntries(
    estimateJob(facts, what, partsAtOnce).streams.map(({ stream, parts, reports, calls }) => [
      stream,
      [parts, reports, calls],
    ]),
  );

describe("calls", () => {
  test("the parts are the plan's; pages follow from what was counted, and grow from 500 to 1,000 rows", () => {
    const facts = factsOf();
    expect(callsOf(facts, counted)).toEqual({
      account: [1, 0, 1],
      totals: [1, 0, 1],
      reach: [1, 0, 1],
      campaign_totals: [1, 0, 1],
      campaigns: [1, 0, 1],
      ad_sets: [1, 0, 1],
      ads: [1, 0, 2],
      creatives: [1, 0, 3],
      // 14 days each: 500 to 630 ads a day are 7,910 rows, 640 to 770 are 9,870; 1 + 8 and 1 + 10 pages, and 2 starts.
      insights: [2, 2, 22],
      deleted: [1, 0, 1],
      proof: [1, 0, 1],
    });
    const estimate = estimateJob(facts, counted, partsAtOnce);
    const planned = ([1, 2, 3, 4] as const).flatMap((phase) => planPhase(phase, facts));
    expect(estimate.parts).toBe(planned.length);
    expect(estimate.calls).toBe(estimate.insightsCalls + estimate.managementCalls);
    // Phase by phase: 1, the creatives' 3, the longer report's 12, 1.
    expect(estimate.callsInARow).toBe(17);
  });

  test("what could not be counted is as the plan guesses, without its looks at reports", () => {
    const facts = factsOf();
    const planned = ([1, 2, 3, 4] as const).flatMap((phase) => planPhase(phase, facts));
    const looks = planned.filter(({ mode }) => mode === "report").length;
    const guessed = planned.reduce((sum, part) => sum + part.expectedCalls, 0) - looks;
    expect(estimateJob(facts, nothingCounted, partsAtOnce).calls).toBe(guessed);
    expect(uncountedNotes(planned, { campaigns: 40, ad_sets: 120 })).toEqual([
      "Meta didn't say how many there are of ads, creatives: a sync may take more than this.",
    ]);
    expect(uncountedNotes(planned, counted.listed)).toEqual([]);
  });

  test("days beyond the samples are like the nearest one; deleted rows are spread over the window; breakdowns multiply", () => {
    const small = factsOf({ entityCounts: { campaigns: 2, ad_sets: 3, ads: 100 } }, { breakdowns: ["gender"] });
    const found = {
      ...counted,
      delivering: [{ day: "2026-11-22", objects: 100 }],
      rowsPerObject: 2.5,
      deletedRows: 2100,
    };
    const calls = callsOf(small, found);
    // 28 × 100 rows: 1 + ⌈2,300 / 1,000⌉ pages.
    expect(calls["insights"]).toEqual([2, 0, 4]);
    // 28 × 100 × 2.5 = 7,000 rows in the plan's two reports of 14 days: a start and 1 + 3 pages each.
    expect(calls["breakdowns"]).toEqual([2, 2, 10]);
    expect(calls["deleted"]).toEqual([2, 0, 6]);
  });

  test("the plan's entities: what Meta lists, or what is stored where only changes are listed", () => {
    const stored = { campaigns: 45, ad_sets: 100, ads: 900 };
    const listed = { campaigns: 40, ad_sets: 120, ads: 7 };
    expect(countsForPlan(stored, listed, { ads: "2026-11-22T00:00:00Z" })).toEqual({
      campaigns: 45,
      ad_sets: 120,
      ads: 900,
    });
  });
});

describe("Meta's limits", () => {
  const limited = { tier: "limited", activeAds: 700 } as const;
  const full = { tier: "full", activeAds: 700 } as const;
  const load = (insightsCalls: number, managementCalls = 0) => ({ insightsCalls, managementCalls });

  test("the tightest quota counts: 60 or 9,000 points in 5 minutes, or the use case's calls of an hour", () => {
    expect(tierOf("standard_access")).toBe("full");
    expect(tierOf("development_access")).toBe("limited");
    expect(tierOf(null)).toBe("limited");
    expect(percentOfHour(load(60, 12), limited)).toBe(10);
    expect(percentOfHour(load(1080), full)).toBe(1);
    // Without an active ad the hour's insights (600) and management (300) are fewer than the points (720).
    expect(percentOfHour(load(300), { tier: "limited", activeAds: 0 })).toBe(50);
    expect(percentOfHour(load(0, 150), { tier: "limited", activeAds: 0 })).toBe(50);
  });

  test("a million rows wait 85 minutes on the limited tier and not at all on the full one", () => {
    expect(waitSeconds(load(1000), limited, 0) / 60).toBe(85);
    expect(waitSeconds(load(1000), full, 0)).toBe(0);
    expect(waitSeconds(load(50), limited, 0)).toBe(0);
    // What is in use already is missing.
    expect(waitSeconds(load(50), limited, 50)).toBe(300);
    // 21,450 points too many, of which 8,550 are free again after 300 s: 753 s, in whole blocks of 60 s.
    expect(waitSeconds(load(30_000), full, 0)).toBe(780);
  });

  test("time: calls one behind the other, reports in the making, and the waits on top", () => {
    const estimate = estimateJob(factsOf(), counted, partsAtOnce);
    const quick = weighEstimate(estimate, full, { callSeconds: 0.5, usedPercent: 0 });
    expect(quick.duration).toEqual({ least: 13.5, most: 94, waiting: 0 });
    const slow = weighEstimate(estimate, limited, { callSeconds: 0.5, usedPercent: 20 });
    expect(slow.duration).toEqual({ least: 13.5, most: 94, waiting: 0 });
    const used = weighEstimate(estimate, limited, { callSeconds: 0.5, usedPercent: 60 });
    expect(used.duration.waiting).toBe(300);
  });
});

describe("words", () => {
  test.each([
    [{ least: 2, most: 9, waiting: 0 }, "less than a minute"],
    [{ least: 20, most: 70, waiting: 0 }, "about 1 minute"],
    [{ least: 50, most: 170, waiting: 0 }, "1 to 3 minutes"],
    [{ least: 1500, most: 1520, waiting: 1400 }, "about 25 minutes, most of it waiting for Meta's limit"],
    [{ least: 6000, most: 11_000, waiting: 5000 }, "2 to 3 hours"],
  ])("%o: %s", (duration, words) => {
    expect(durationRange(duration)).toBe(words);
  });

  test("the whole message, within Slack's limits", () => {
    const facts = factsOf({}, { level: "adset", full: true });
    const estimate = estimateJob(facts, counted, partsAtOnce);
    const run: DryRun = {
      request: facts.request,
      accountName: "Bolt <Outdoor>",
      timezone: "America/Los_Angeles",
      window,
      notes: ["Meta keeps 37 months: read from 2023-10-24 on instead of 2022-01-01."],
      estimate,
      tier: "limited",
      usedPercent: 13.3,
      ...weighEstimate(estimate, limitedTier, { callSeconds: 0.5, usedPercent: 13.3 }),
    };
    const message = dryRunMessage(run, true);
    expect(checkBlocks(message)).toEqual([]);
    expect(message.text).toMatchInlineSnapshot(
      `"Dry run for Bolt &lt;Outdoor&gt;, 26 Oct – 22 Nov 2026 (America/Los_Angeles): a sync would take 12 parts, about 33 calls to Meta, less than a minute. Nothing was started."`,
    );
    expect(textOf(message)).toMatchInlineSnapshot(`
      "*Dry run*: Bolt &lt;Outdoor&gt;, 26 Oct – 22 Nov 2026 (America/Los_Angeles). Nothing was started, nothing was saved.
      A sync would take *12 parts, about 33 calls to Meta*:
      • Account: 1 part, 1 call
      • Totals: 1 part, 1 call
      • Reach: 1 part, 1 call
      • Campaign totals: 1 part, 1 call
      • Campaigns: 1 part, 1 call
      • Ad sets: 1 part, 1 call
      • Ads: 1 part, 2 calls
      • Creatives: 1 part, 3 calls
      • Insights: 2 parts, 20 calls
      • Insights of deleted objects: 1 part, 1 call
      • Proof: 1 part, 1 call
      *Share of Meta's limit*: about 5% of this account's calls of an hour (Limited access); about 13% of its points are in use now.
      *Time*: less than a minute.
      *Note*: Meta keeps 37 months: read from 2023-10-24 on instead of 2022-01-01.
      Start it with \`/meta-sync act_1 28d --level adset --full\`, or mention me with the same words.
      _Sample data from the embedded Meta, not your account._"
    `);
  });

  test("a failure is told with the advice of the sync, but for a button that isn't there", () => {
    const token = wouldFailText("1", failureOf("token_expired", "Meta no longer accepts the token."));
    expect(token).toContain("a sync of act_1 would fail. Meta no longer accepts the token.");
    expect(token).toContain("sets META_ACCESS_TOKEN; then ask again.");
    expect(wouldFailText("1", failureOf("unavailable", "Meta had trouble answering."))).not.toContain("would fail");
  });
});

function textOf({ blocks: [block] }: SlackMessage): string {
  return block?.type === "section" ? (block.text?.text ?? "") : "";
}

const limitedTier = { tier: "limited", activeAds: 500 } as const;
