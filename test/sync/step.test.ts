/** What step says about one part read by GET: its pages, the slice's budget, blocks. */
import { describe, expect, it } from "vitest";
import { beginPart, StepOrderError, type Budget, type StepEvent } from "#src/sync/outcome.ts";
import { step } from "#src/sync/step.ts";
import { budget, claimed, failed, fetched, ok, partOf, play, planOf, saved, told } from "./parts.ts";

const firstPage: [StepEvent, number][] = [
  [claimed, 0],
  [fetched("A"), 1000],
];
const twoPages: [StepEvent, number][] = [...firstPage, [ok, 1500], [fetched("B"), 2000]];

describe("reading a part", () => {
  it.each<[string, [StepEvent, number][], object]>([
    ["a claim asks for the first page", [[claimed, 0]], { kind: "fetch", cursor: null, pageSize: 500, learned: false }],
    [
      "a claim's first page is saved before the next is asked for",
      firstPage,
      { kind: "save", nextCursor: "A", page: 0, isLast: false, prefetch: null },
    ],
    [
      "then that one is read on, and twice as large",
      [...firstPage, [ok, 1500]],
      { kind: "fetch", cursor: "A", pageSize: 1000, learned: false },
    ],
    [
      "a later page is saved while the next is asked for",
      twoPages,
      { kind: "save", nextCursor: "B", page: 1, isLast: false, prefetch: { cursor: "B", pageSize: 1000 } },
    ],
    [
      "the last page asks for nothing more",
      [...twoPages, [ok, 2500], [fetched(null, 12), 3000]],
      { kind: "save", nextCursor: null, page: 2, isLast: true, prefetch: null },
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
      { kind: "fetch", cursor: "A", pageSize: 1000, learned: false },
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
  const halves = ["2026-11-22", "2026-11-21"].map((day) =>
    planOf(partOf({ since: day, until: day, expectedCalls: 2 })),
  );
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
    const smallest = partOf({ stream: "ads", level: null, since: null, until: null, pageSize: 25 });
    const outcome = play(smallest, [...firstPage, [ok, 2000], [{ kind: "hard_limit" }, 80_000]]);
    expect(told(outcome)).toMatchObject({ kind: "fail", isRequired: false, failure: { kind: "too_much_data" } });
    expect(outcome.kind === "fail" && outcome.failure.sentence).toBe(
      "Ads did not end in one go and can't be made smaller: 1 pages with 500 rows were read.",
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
    [
      "a block",
      saved({ blockedUntil }),
      { kind: "snooze", untilMs: 60_000, scope: "part", failure: null, isTry: false },
    ],
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
