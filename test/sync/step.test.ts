import { describe, expect, it } from "vitest";
import { failureOf } from "#src/sync/failure.ts";
import type { Part } from "#src/sync/part.ts";
import {
  StepOrderError,
  beginPart,
  step,
  type Budget,
  type Outcome,
  type StepEvent,
  type StepState,
} from "#src/sync/step.ts";

const budget: Budget = { softEndMs: 50_000, hardEndMs: 80_000 };
const claimed: StepEvent = { kind: "claimed" };
const ok: StepEvent = { kind: "saved", cancelled: false, blockedUntil: null, leaseLost: false };
const meta = failureOf("unavailable", "Meta had an error of its own.", { code: 2, traceId: "T1" });

function partOf(more: Partial<Part> = {}): Part {
  return {
    stream: "insights",
    level: "ad",
    since: "2026-11-21",
    until: "2026-11-22",
    pageSize: 500,
    expectedCalls: 4,
    part: 3,
    phase: 3,
    state: "leased",
    cursor: null,
    pages: 0,
    mostPages: 0,
    rowsRead: 0,
    rowsWritten: 0,
    claims: 1,
    transientTries: 0,
    ...more,
  };
}

function fetched(nextCursor: string | null, rowCount = 500): StepEvent {
  return { kind: "fetched", nextCursor, rowCount };
}

function saved(more: Partial<Extract<StepEvent, { kind: "saved" }>>): StepEvent {
  return { kind: "saved", cancelled: false, blockedUntil: null, leaseLost: false, ...more };
}

function failed(retry: Extract<StepEvent, { kind: "failed" }>["retry"], more: object = {}): StepEvent {
  return { kind: "failed", retry, failure: meta, jitter: 1, ...more };
}

/** Lets events happen one after the other at their times; gives the last outcome. */
function play(part: Part, events: [StepEvent, number][], given: Budget = budget): Outcome {
  let state: StepState = beginPart(part);
  let outcome: Outcome | null = null;
  for (const [event, nowMs] of events) {
    outcome = step(state, event, nowMs, given);
    state = outcome.state;
  }
  if (outcome === null) throw new Error("no event was given");
  return outcome;
}

/** An outcome without its state: what the shell is told to do. */
function told(outcome: Outcome): object {
  const { state, ...rest } = outcome;
  expect(state.part.part).toBe(3);
  return rest;
}

const firstPage: [StepEvent, number][] = [
  [claimed, 0],
  [fetched("A"), 1000],
];
const twoPages: [StepEvent, number][] = [...firstPage, [ok, 1500], [fetched("B"), 2000]];

describe("reading a part", () => {
  it.each<[string, [StepEvent, number][], object]>([
    ["a claim asks for the first page", [[claimed, 0]], { kind: "fetch", cursor: null, pageSize: 500 }],
    [
      "a page is saved while the next is asked for",
      firstPage,
      { kind: "save", nextCursor: "A", isFirst: true, isLast: false, prefetch: { cursor: "A" } },
    ],
    ["then that one is read on", [...firstPage, [ok, 1500]], { kind: "fetch", cursor: "A", pageSize: 500 }],
    [
      "the second page is not the first",
      twoPages,
      { kind: "save", nextCursor: "B", isFirst: false, isLast: false, prefetch: { cursor: "B" } },
    ],
    [
      "the last page asks for nothing more",
      [...twoPages, [ok, 2500], [fetched(null, 12), 3000]],
      { kind: "save", nextCursor: null, isFirst: false, isLast: true, prefetch: null },
    ],
    ["a saved last page is the end", [...twoPages, [ok, 2500], [fetched(null), 3000], [ok, 3500]], { kind: "finish" }],
    [
      "an empty part ends after one save",
      [
        [claimed, 0],
        [fetched(null, 0), 1],
        [ok, 2],
      ],
      { kind: "finish" },
    ],
    [
      "an empty page in the middle is no end",
      [
        [claimed, 0],
        [fetched("A", 0), 1],
        [ok, 2],
      ],
      { kind: "fetch", cursor: "A", pageSize: 500 },
    ],
  ])("%s", (_name, events, expected) => {
    expect(told(play(partOf(), events))).toEqual(expected);
  });

  it("begins at the first page even if an earlier slice left a cursor", () => {
    expect(told(play(partOf({ cursor: "OLD" }), [[claimed, 0]]))).toMatchObject({ kind: "fetch", cursor: null });
  });

  it("counts what was saved", () => {
    expect(play(partOf(), [...twoPages, [ok, 2500]]).state).toMatchObject({
      pages: 2,
      rows: 1000,
      cursor: "B",
      inHand: null,
    });
  });

  it("fails rather than read one page for ever", () => {
    const outcome = play(partOf(), [...firstPage, [ok, 1500], [fetched("A"), 2000]]);
    expect(told(outcome)).toMatchObject({ kind: "fail", isRequired: true, failure: { kind: "unavailable" } });
    expect(outcome.kind === "fail" && outcome.failure.sentence).toContain("Insights 2026-11-21..2026-11-22");
  });

  it("refuses an answer to a save that nobody asked for", () => {
    expect(() => play(partOf(), [[ok, 0]])).toThrow(StepOrderError);
  });
});

describe("the budget", () => {
  const halves = [
    { stream: "insights", level: "ad", since: "2026-11-22", until: "2026-11-22", pageSize: 500, expectedCalls: 2 },
    { stream: "insights", level: "ad", since: "2026-11-21", until: "2026-11-21", pageSize: 500, expectedCalls: 2 },
  ];
  it.each<[string, [StepEvent, number][], object]>([
    ["just before its soft end a part is begun", [[claimed, 49_999]], { kind: "fetch" }],
    ["from its soft end on none is", [[claimed, 50_000]], { kind: "yield", reason: "budget" }],
    ["a part in hand is read on past the soft end", [...firstPage, [ok, 79_999]], { kind: "fetch", cursor: "A" }],
    ["but not past the hard end", [...firstPage, [ok, 80_000]], { kind: "split", parts: halves }],
    [
      "a page that comes too late is let go",
      [
        [claimed, 0],
        [fetched("A"), 80_000],
      ],
      { kind: "split", parts: halves },
    ],
    [
      "unless it is the last",
      [
        [claimed, 0],
        [fetched(null), 90_000],
      ],
      { kind: "save", isLast: true, prefetch: null },
    ],
    [
      "and then the part is done",
      [
        [claimed, 0],
        [fetched(null), 90_000],
        [ok, 91_000],
      ],
      { kind: "finish" },
    ],
    [
      "the hard limit cuts a call in two",
      [
        [claimed, 0],
        [{ kind: "hard_limit" }, 80_000],
      ],
      { kind: "split", parts: halves },
    ],
    [
      "a restart at the hard end is a split too",
      [...firstPage, [failed("restart"), 80_000]],
      { kind: "split", parts: halves },
    ],
  ])("%s", (_name, events, expected) => {
    expect(told(play(partOf(), events))).toMatchObject(expected);
  });

  it("fails by name what can't be made smaller", () => {
    const smallest = partOf({ since: "2026-11-22", pageSize: 25 });
    const outcome = play(smallest, [...firstPage, [ok, 2000], [{ kind: "hard_limit" }, 80_000]]);
    expect(told(outcome)).toMatchObject({ kind: "fail", isRequired: true, failure: { kind: "too_much_data" } });
    expect(outcome.kind === "fail" && outcome.failure.sentence).toBe(
      "Insights 2026-11-22 did not end in one go and can't be made smaller: 1 pages with 500 rows were read.",
    );
  });

  it("halves entities by their page", () => {
    const entities = partOf({ stream: "ads", level: null, since: null, until: null });
    const outcome = play(entities, [
      [claimed, 0],
      [{ kind: "hard_limit" }, 80_000],
    ]);
    expect(told(outcome)).toMatchObject({ kind: "split", parts: [{ stream: "ads", pageSize: 250 }] });
  });
});

describe("what a save tells", () => {
  const blockedUntil = "1970-01-01T00:01:00+00:00";
  it.each<[string, StepEvent, object]>([
    ["the lease is lost", saved({ leaseLost: true }), { kind: "yield", reason: "lease_lost" }],
    ["the job is cancelled", saved({ cancelled: true }), { kind: "yield", reason: "cancelled" }],
    ["lost outranks cancelled", saved({ leaseLost: true, cancelled: true }), { kind: "yield", reason: "lease_lost" }],
    ["a block", saved({ blockedUntil }), { kind: "snooze", untilMs: 60_000, scope: "part", failure: null }],
    ["a block that is over", saved({ blockedUntil: "1970-01-01T00:00:01+00:00" }), { kind: "fetch", cursor: "A" }],
  ])("%s", (_name, event, expected) => {
    expect(told(play(partOf(), [...firstPage, [event, 1500]]))).toMatchObject(expected);
  });

  it("a last page under a block still ends the part, and a cancelled one doesn't", () => {
    const last: [StepEvent, number][] = [
      [claimed, 0],
      [fetched(null), 1],
    ];
    expect(play(partOf(), [...last, [saved({ blockedUntil }), 2]]).kind).toBe("finish");
    expect(play(partOf(), [...last, [saved({ cancelled: true }), 2]]).kind).toBe("yield");
  });

  it("I13: what the lane knows of a block stops every call of its other parts", () => {
    const blocked: Budget = { ...budget, blockedUntilMs: 30_000 };
    expect(told(play(partOf(), [[claimed, 0]], blocked))).toMatchObject({
      kind: "snooze",
      untilMs: 30_000,
      scope: "part",
    });
    expect(told(play(partOf(), [[claimed, 30_000]], blocked))).toMatchObject({ kind: "fetch" });
    const inHand = { ...beginPart(partOf()), cursor: "A" };
    expect(step(inHand, fetched("B"), 1000, blocked)).toMatchObject({ kind: "save", prefetch: null });
    expect(step(inHand, failed("restart"), 1000, blocked)).toMatchObject({ kind: "snooze", untilMs: 30_000 });
  });
});

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
    [
      "too much at once",
      {},
      failed("smaller"),
      { kind: "fail", failure: { kind: "too_much_data", code: 2, traceId: "T1" } },
    ],
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
    expect(step(twice.state, fetched("A"), 4000, budget)).toMatchObject({ kind: "save", isFirst: true });
    expect(step(twice.state, failed("restart"), 4000, budget)).toMatchObject({ kind: "fail", failure: meta });
  });

  it("refuses by name what it can't do yet", () => {
    const polling = play(partOf({ state: "polling" }), [[claimed, 0]]);
    expect(told(polling)).toMatchObject({ kind: "fail", failure: { kind: "unsupported" } });
    const smaller = play(partOf(), [
      [claimed, 0],
      [failed("smaller"), 1],
    ]);
    expect(smaller.kind === "fail" && smaller.failure).toMatchObject({
      sentence:
        "Meta wants Insights 2026-11-21..2026-11-22 in smaller pieces, and cutting it at Meta's request can't be done yet.",
      advice: expect.stringContaining("shorter timeframe"),
    });
  });
});

describe("purity", () => {
  it("changes neither the state nor the part it is given", () => {
    const state = beginPart(partOf());
    const copy = structuredClone(state);
    for (const event of [claimed, fetched("A"), failed("soon"), failed("restart"), { kind: "hard_limit" } as const]) {
      step(state, event, 0, budget);
    }
    expect(state).toEqual(copy);
  });
});
