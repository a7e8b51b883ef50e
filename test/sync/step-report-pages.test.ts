/** The pages of a report: over slices, under blocks, past the budget, with bad cursors and pages too large. */
import { describe, expect, it } from "vitest";
import { failureOf } from "#src/sync/failure.ts";
import { beginPart, type Budget, type StepEvent } from "#src/sync/outcome.ts";
import type { Part } from "#src/sync/part.ts";
import { step } from "#src/sync/step.ts";
import {
  at,
  budget,
  claimed,
  failed,
  fetched,
  meta,
  ok,
  partOf,
  planOf,
  play,
  readyPart,
  reportPart,
  saved,
  told,
} from "./parts.ts";

const ordered = partOf({ mode: "report", since: "2026-11-09", expectedCalls: 30 });
describe("reading a report", () => {
  const half = readyPart({ pages: 2, mostPages: 2, rowsRead: 1500, cursor: "B" });

  it("goes on at its cursor in the next slice, without another look, and counts on", () => {
    const resumed = play(half, [[claimed, 0]]);
    expect(told(resumed)).toEqual({ kind: "fetch", cursor: "B", pageSize: 500, learned: false });
    const next = step(resumed.state, fetched("C"), 100, budget);
    expect(told(next)).toMatchObject({ kind: "save", page: 2, prefetch: null });
    // Nothing is asked for ahead before this claim has had an answer of SQL.
    const second = step(step(next.state, ok, 200, budget).state, fetched("D"), 300, budget);
    expect(told(second)).toMatchObject({ kind: "save", page: 3, prefetch: { cursor: "D", pageSize: 1000 } });
    const untold = { ...fetched("D"), mayAskAhead: false } as StepEvent;
    expect(step(step(next.state, ok, 200, budget).state, untold, 300, budget)).toMatchObject({ prefetch: null });
    expect(step(next.state, ok, 200, budget).state).toMatchObject({ pages: 3, rows: 2000, cursor: "C" });
  });

  it("ends with its last page, empty or not", () => {
    for (const rows of [0, 7]) {
      const outcome = play(readyPart(), [
        [claimed, 0],
        [fetched(null, rows), 1],
        [ok, 2],
      ]);
      expect(told(outcome)).toEqual({ kind: "finish" });
    }
  });

  it.each<[string, Part, [StepEvent, number][], object]>([
    ["the order", ordered, [[claimed, 50_000]], { kind: "yield", reason: "budget" }],
    ["a look", reportPart(), [[claimed, 50_000]], { kind: "yield", reason: "budget" }],
    ["the first page", readyPart(), [[claimed, 50_000]], { kind: "yield" }],
    [
      "the next page",
      half,
      [
        [claimed, 0],
        [fetched("C"), 50_000],
        [ok, 50_001],
      ],
      { kind: "yield", reason: "budget" },
    ],
    [
      "the page after it meanwhile",
      half,
      [
        [claimed, 0],
        [fetched("C"), 50_000],
      ],
      { kind: "save", prefetch: null },
    ],
    [
      "a smaller page",
      half,
      [
        [claimed, 0],
        [failed("smaller_page"), 50_000],
      ],
      { kind: "yield", reason: "budget" },
    ],
  ])("begins nothing after the soft end: %s", (_name, part, events, expected) => {
    expect(told(play(part, events))).toMatchObject(expected);
  });

  it("takes the page that is under way when the soft end comes, up to the hard end, and none behind it", () => {
    const events: [StepEvent, number][] = [
      [claimed, 0],
      [fetched("C"), 1],
      [ok, 2],
      [fetched("D"), 49_999],
    ];
    expect(told(play(half, [...events, [ok, 50_000]]))).toMatchObject({ kind: "fetch", cursor: "D", pageSize: 1000 });
    expect(told(play(half, [...events, [ok, 80_000]]))).toEqual({ kind: "yield", reason: "budget" });
    const last = play(half, [...events, [ok, 50_000], [fetched("E"), 50_001]]);
    expect(told(last)).toMatchObject({ kind: "save", prefetch: null });
  });

  it("keeps its cursor when the slice ends, whatever ends it", () => {
    const soft = play(half, [
      [claimed, 0],
      [fetched("C"), 50_000],
      [ok, 50_001],
    ]);
    expect(soft.state).toMatchObject({ cursor: "C", pages: 3 });
    for (const part of [ordered, reportPart(), half]) {
      const hard = play(part, [
        [claimed, 0],
        [{ kind: "hard_limit" }, 80_000],
      ]);
      expect(told(hard)).toEqual({ kind: "yield", reason: "budget" });
      expect(hard.state.part).toEqual(part);
    }
  });

  it("saves a page that comes after the hard end: nothing of a report is read twice", () => {
    const late = play(half, [
      [claimed, 0],
      [fetched("C"), 81_000],
    ]);
    expect(told(late)).toMatchObject({ kind: "save", nextCursor: "C", prefetch: null });
  });

  it("waits out a block in each of its states", () => {
    const blocked: Budget = { ...budget, blockedUntilMs: 30_000 };
    const snooze = { kind: "snooze", untilMs: 30_000, scope: "part", failure: null, isTry: false };
    for (const part of [ordered, reportPart(), half]) {
      expect(told(play(part, [[claimed, 0]], blocked))).toEqual(snooze);
    }
    expect(told(play(readyPart(), [[claimed, 0]], blocked))).toEqual(snooze);
    const blockedUntil = at(30_000);
    expect(
      told(
        play(half, [
          [claimed, 0],
          [fetched("C"), 1],
          [saved({ blockedUntil }), 2],
        ]),
      ),
    ).toEqual(snooze);
  });

  it("goes on where it was held back: with the order, the look, or the page", () => {
    const kinds = [ordered, reportPart(), readyPart(), half].map(
      (part) =>
        play(part, [
          [claimed, 0],
          [{ kind: "held_back", untilMs: null }, 1],
        ]).kind,
    );
    expect(kinds).toEqual(["start_report", "poll", "fetch", "fetch"]);
    const far = step(beginPart(half), { kind: "held_back", untilMs: 9000 }, 1, budget);
    expect(told(far)).toEqual({ kind: "snooze", untilMs: 9000, scope: "part", failure: null, isTry: false });
    const blocked = { ...budget, blockedUntilMs: 30_000 };
    expect(step(beginPart(half), { kind: "held_back", untilMs: null }, 1, blocked)).toMatchObject({
      kind: "snooze",
      untilMs: 30_000,
    });
  });

  it("begins at its first page again when a cursor has gone bad, and anew when that cursor is an earlier slice's", () => {
    const later = play(half, [
      [claimed, 0],
      [fetched("C"), 1],
      [ok, 2],
      [failed("restart"), 3],
    ]);
    expect(told(later)).toMatchObject({ kind: "fetch", cursor: null });
    expect(step(later.state, fetched("A"), 5, budget)).toMatchObject({ kind: "save", page: 0 });
    expect(
      told(
        play(half, [
          [claimed, 0],
          [failed("restart"), 1],
        ]),
      ),
    ).toEqual({ kind: "drop_report" });
  });

  it("takes smaller pages when one is refused, the first too", () => {
    const refused = play(half, [
      [claimed, 0],
      [failed("smaller_page"), 1],
    ]);
    expect(told(refused)).toMatchObject({ kind: "fetch", cursor: "B", pageSize: 249 });
    const first = play(readyPart(), [
      [claimed, 0],
      [failed("smaller_page"), 1],
    ]);
    expect(told(first)).toMatchObject({ kind: "fetch", cursor: null, pageSize: 249 });
  });

  it("tries again soon, and forgets its tries with a page that no claim had reached", () => {
    const tired = { ...half, transientTries: 4 };
    const mended = play(tired, [
      [claimed, 0],
      [fetched("C"), 1],
      [ok, 2],
      [failed("soon"), 3],
    ]);
    expect(told(mended)).toEqual({ kind: "snooze", untilMs: 2003, scope: "part", failure: meta, isTry: true });
    const exhausted = { ...half, transientTries: 7, mostPages: 9 };
    const eighth = play(exhausted, [
      [claimed, 0],
      [fetched("C"), 1],
      [ok, 2],
      [failed("soon"), 3],
    ]);
    // Those at which it wasn't ready are among them, so a report has as many as these may be.
    expect(told(eighth)).toMatchObject({ kind: "fail", failure: { kind: "unavailable" } });
    expect(planOf(eighth.state.part)).toEqual(planOf(half));
  });

  it("stops at what no try mends", () => {
    const failure = failureOf("token_expired", "Meta no longer accepts the token.");
    expect(
      told(
        play(half, [
          [claimed, 0],
          [failed("never", { failure }), 1],
        ]),
      ),
    ).toMatchObject({ kind: "fail", failure });
  });
});
