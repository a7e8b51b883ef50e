/** What becomes of a part read by GET whose call failed: waiting, trying again, smaller pages, smaller parts, the end. */
import { describe, expect, it } from "vitest";
import { beginPart, type StepEvent } from "#src/sync/outcome.ts";
import type { Part } from "#src/sync/part.ts";
import { step } from "#src/sync/step.ts";
import { budget, claimed, failed, fetched, meta, ok, partOf, play, planOf, told, tooMuch } from "./parts.ts";

const firstPage: [StepEvent, number][] = [
  [claimed, 0],
  [fetched("A"), 1000],
];
const twoPages: [StepEvent, number][] = [...firstPage, [ok, 1500], [fetched("B"), 2000]];

describe("what fails", () => {
  it.each<[string, Partial<Part>, StepEvent, object]>([
    [
      "a throttle with its time",
      {},
      failed("later", { retryAfterSeconds: 900 }),
      { kind: "snooze", untilMs: 901_000, scope: "account", failure: meta },
    ],
    [
      "a throttle of the app",
      {},
      failed("later", { retryAfterSeconds: 60, scope: "app" }),
      { kind: "snooze", untilMs: 61_000, scope: "app" },
    ],
    ["a throttle without time", {}, failed("later"), { kind: "snooze", untilMs: 301_000, scope: "account" }],
    ["a throttle is no try", { transientTries: 4 }, failed("later"), { kind: "snooze" }],
    [
      "a wall that calls itself a permission",
      {},
      failed("later", { failure: { ...meta, kind: "rate_limited", code: 200, subcode: 4841013 } }),
      { kind: "snooze", scope: "account", isTry: true },
    ],
    [
      "the same for the third time",
      { transientTries: 2 },
      failed("later", { failure: { ...meta, kind: "rate_limited", code: 200, subcode: 4841013 } }),
      { kind: "fail", failure: { kind: "permission_denied", code: 200 } },
    ],
    ["a first try", {}, failed("soon"), { kind: "snooze", untilMs: 3000, scope: "part", failure: meta }],
    ["a first try, least jitter", {}, failed("soon", { jitter: 0 }), { kind: "snooze", untilMs: 2000 }],
    ["a second try", { transientTries: 1 }, failed("soon"), { kind: "snooze", untilMs: 5000 }],
    ["a third try", { transientTries: 2 }, failed("soon"), { kind: "snooze", untilMs: 9000 }],
    ["a fourth try", { transientTries: 3 }, failed("soon", { jitter: 0.5 }), { kind: "snooze", untilMs: 13_000 }],
    [
      "Meta's own time, if it is longer",
      {},
      failed("soon", { retryAfterSeconds: 20 }),
      { kind: "snooze", untilMs: 21_000 },
    ],
    [
      "a fifth try",
      { transientTries: 4 },
      failed("soon"),
      { kind: "fail", isRequired: true, failure: { kind: "unavailable", code: 2, traceId: "T1" } },
    ],
    ["a cursor that is no longer good", {}, failed("restart"), { kind: "fetch", cursor: null }],
    ["what isn't there", {}, failed("gone"), { kind: "fail", failure: meta }],
    ["what only reports have", {}, failed("not_ready"), { kind: "snooze", untilMs: 3000, scope: "part" }],
    ["that too", {}, failed("new_report"), { kind: "snooze", untilMs: 3000, scope: "part" }],
    ["what no try mends", {}, failed("never"), { kind: "fail", failure: meta, isRequired: true }],
    [
      "the same in a stream that may be missing",
      { stream: "creatives" },
      failed("never"),
      { kind: "fail", isRequired: false },
    ],
  ])("%s", (_name, more, event, expected) => {
    expect(
      told(
        play(partOf(more), [
          [claimed, 0],
          [event, 1000],
        ]),
      ),
    ).toMatchObject(expected);
  });

  it("counts tries on from one to the next, and forgets them when a page is saved", () => {
    const outcome = play(partOf({ transientTries: 3 }), [
      [claimed, 0],
      [failed("soon"), 1000],
    ]);
    expect(outcome.state.tries).toBe(4);
    const mended = play(partOf({ transientTries: 4 }), [...firstPage, [ok, 1500], [failed("soon"), 2000]]);
    expect(told(mended)).toMatchObject({ kind: "snooze", untilMs: 4000 });
  });

  it("never waits longer than a minute of its own", () => {
    const patient = { ...beginPart(partOf()), tries: 3 };
    const outcome = step(patient, failed("soon"), 0, budget);
    expect(outcome.kind === "snooze" && outcome.untilMs).toBeLessThanOrEqual(60_000);
  });

  it("restarts a part twice, from its first page with new counters, and no third time", () => {
    const again: [StepEvent, number] = [failed("restart"), 3000];
    const twice = play(partOf(), [...twoPages, again, [fetched("A"), 3500], again]);
    expect(told(twice)).toMatchObject({ kind: "fetch", cursor: null });
    expect(twice.state).toMatchObject({ restarts: 2, pages: 0, rows: 0 });
    expect(step(twice.state, fetched("A"), 4000, budget)).toMatchObject({ kind: "save", page: 0 });
    expect(step(twice.state, failed("restart"), 4000, budget)).toMatchObject({ kind: "fail", failure: meta });
  });
});

describe("too much at once", () => {
  const entities: Partial<Part> = { stream: "ads", level: null, since: null, until: null };

  it("takes smaller pages of the same part, and keeps the size once pages have come by it", () => {
    const refused = play(partOf(), [...firstPage, [ok, 1500], [failed("smaller_page"), 2000]]);
    expect(told(refused)).toEqual({ kind: "fetch", cursor: "A", pageSize: 499, learned: false });
    const answered = step(refused.state, fetched("B"), 2500, budget);
    expect(told(answered)).toMatchObject({ kind: "save", page: 1, prefetch: { cursor: "B", pageSize: 499 } });
    const kept = step(answered.state, ok, 3000, budget);
    expect(told(kept)).toEqual({ kind: "fetch", cursor: "B", pageSize: 499, learned: true });
    const third = step(step(kept.state, fetched("C"), 3500, budget).state, ok, 4000, budget);
    expect(told(third)).toEqual({ kind: "fetch", cursor: "C", pageSize: 499, learned: false });
  });

  it("learns nothing from a size that brought no page, and goes on as a report", () => {
    let outcome = play(partOf(), [[claimed, 0]]);
    const sizes: unknown[] = [];
    while (outcome.kind === "fetch") {
      expect(outcome.learned).toBe(false);
      sizes.push(outcome.pageSize);
      outcome = step(outcome.state, failed("smaller_page"), 1000, budget);
    }
    expect(sizes).toEqual([500, 249, 124, 61, 30, 25]);
    const report = planOf(partOf({ mode: "report", expectedCalls: 6 }));
    expect(told(outcome)).toEqual({ kind: "split", parts: [report], maxDays: null });
  });

  it("leaves a size that was learned as it is", () => {
    const outcome = play(partOf({ pageSize: 249 }), [...firstPage, [ok, 1500]]);
    expect(told(outcome)).toEqual({ kind: "fetch", cursor: "A", pageSize: 249, learned: false });
  });

  it("asks entities for pages of one size", () => {
    expect(told(play(partOf(entities), [...firstPage, [ok, 1500]]))).toMatchObject({ pageSize: 500 });
  });

  it.each<[string, Partial<Part>, object]>([
    [
      "figures go on as a report",
      {},
      { kind: "split", parts: [{ mode: "report", since: "2026-11-21" }], maxDays: null },
    ],
    [
      "the account's days are halved, and the halves' length is kept",
      { stream: "totals", level: "account", since: "2026-11-16" },
      { kind: "split", parts: [{ since: "2026-11-19" }, { since: "2026-11-16", until: "2026-11-18" }], maxDays: 4 },
    ],
    [
      "entities can't be cut",
      entities,
      { kind: "fail", failure: { kind: "too_much_data", code: 1 }, isRequired: false },
    ],
  ])("%s", (_name, more, expected) => {
    const outcome = play(partOf(more), [
      [claimed, 0],
      [failed("smaller_part"), 1000],
    ]);
    expect(told(outcome)).toMatchObject(expected);
  });

  it("says why it fails", () => {
    const outcome = play(partOf(entities), [
      [claimed, 0],
      [failed("smaller_part"), 1000],
    ]);
    expect(outcome.kind === "fail" && outcome.failure).toMatchObject({
      sentence: `Ads did not end in one go and can't be made smaller: ${tooMuch.sentence}`,
      advice: expect.stringContaining("shorter timeframe"),
    });
  });
});
