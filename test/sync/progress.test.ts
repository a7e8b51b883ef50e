import { describe, expect, it } from "vitest";
import { estimateSecondsLeft, isEditDue } from "#src/sync/progress.ts";

const running = { phase: 3, expectedCallsLeft: 40, secondsPerCall: 1.5, liveLanes: 2, blockSecondsLeft: 0 };

describe("the estimate", () => {
  it.each([
    ["forty calls in two lanes", {}, 30],
    ["one lane", { liveLanes: 1 }, 60],
    ["no live lane counts as one", { liveLanes: 0 }, 60],
    ["a block is added", { blockSecondsLeft: 90 }, 120],
    ["a block that is over adds nothing", { blockSecondsLeft: -5 }, 30],
    ["whole seconds, rounded up", { expectedCallsLeft: 1, secondsPerCall: 0.9 }, 1],
    ["nothing left, yet not final", { expectedCallsLeft: 0 }, 1],
    ["the proof", { phase: 4, expectedCallsLeft: 2 }, 2],
    ["nothing is planned", { phase: 2 }, null],
    ["no call was made", { secondsPerCall: null }, null],
  ])("%s", (_name, more, expected) => {
    expect(estimateSecondsLeft({ ...running, ...more })).toBe(expected);
  });
});

describe("an edit", () => {
  const due = { nowMs: 10_000, lastEditMs: 7000, revision: 5, shownRevision: 4, isFinal: false };
  it.each([
    ["three seconds after the last", {}, true],
    ["a moment before that", { nowMs: 9999 }, false],
    ["the first", { lastEditMs: null }, true],
    ["nothing new", { shownRevision: 5 }, false],
    ["a newer one is shown already", { shownRevision: 6, isFinal: true }, false],
    ["the final one at once", { nowMs: 7001, isFinal: true }, true],
  ])("%s", (_name, more, expected) => {
    expect(isEditDue({ ...due, ...more })).toBe(expected);
  });
});
