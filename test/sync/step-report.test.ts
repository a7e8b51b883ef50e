/** The life of a report until it is read: ordered, looked at, dropped, split, given up. */
import { describe, expect, it } from "vitest";
import { type Budget, type Outcome, type StepEvent } from "#src/sync/outcome.ts";
import type { Part } from "#src/sync/part.ts";
import { step } from "#src/sync/step.ts";
import {
  at,
  claimAgain,
  claimed,
  failed,
  longBudget,
  partOf,
  play,
  polled,
  readyPart,
  reportPart,
  told,
} from "./parts.ts";

const ordered = partOf({ mode: "report", since: "2026-11-09", expectedCalls: 30 });
const minuteMs = 60_000;
const halves = [
  { since: "2026-11-16", until: "2026-11-22", mode: "report" },
  { since: "2026-11-09", until: "2026-11-15", mode: "report" },
];
const look = (status: "running" | "completed" | "skipped", nowMs: number, percent = 0): [StepEvent, number][] => [
  [claimed, nowMs],
  [polled(status, percent), nowMs],
];

describe("a report in the making", () => {
  it("is ordered before anything is read, and looked at two seconds later", () => {
    expect(told(play(ordered, [[claimed, 0]]))).toEqual({ kind: "start_report" });
    const started = play(ordered, [
      [claimed, 0],
      [{ kind: "report_started", reportId: "R1" }, 1000],
    ]);
    expect(told(started)).toEqual({ kind: "await_report", untilMs: 3000, percent: 0 });
    expect(started.state.part).toMatchObject({ reportId: "R1", reportStarts: 1, polls: 0, reportStartedAt: at(1000) });
    expect(told(play(claimAgain(started, { polls: 1 }), [[claimed, 3000]]))).toEqual({ kind: "poll" });
  });

  it("is looked at after 2, 4, 8, 15, and then every 30 seconds", () => {
    const waits = [1, 2, 3, 4, 5, 60].map((polls) => play(reportPart({ polls }), look("running", 1000, 12)));
    expect(waits.map(told)).toEqual(
      [4, 8, 15, 30, 30, 30].map((seconds) => ({ kind: "await_report", untilMs: 1000 + seconds * 1000, percent: 12 })),
    );
  });

  it("is read only once Meta says that it is completed", () => {
    expect(told(play(reportPart(), look("running", 0, 100)))).toMatchObject({ kind: "await_report", percent: 99 });
    const ready = play(reportPart(), look("completed", 7, 100));
    expect(told(ready)).toEqual({ kind: "await_report", untilMs: 7, percent: 100 });
    expect(told(play(claimAgain(ready), [[claimed, 8]]))).toMatchObject({ kind: "fetch", cursor: null });
  });

  const soonAfter = (more: Partial<Part>, nowMs: number, percent: number) =>
    told(play(reportPart(more), look("running", nowMs, percent), longBudget));
  it.each<[string, Partial<Part>, number, number, string]>([
    ["stands at 40 % for 9 min", { reportPercent: 40 }, 9 * minuteMs, 40, "await_report"],
    ["stands at 40 % for 10 min", { reportPercent: 40 }, 10 * minuteMs, 40, "drop_report"],
    ["has just moved", { reportPercent: 40 }, 30 * minuteMs, 41, "await_report"],
    ["moved 9 min ago", { reportPercent: 40, reportMovedAt: at(21 * minuteMs) }, 30 * minuteMs, 40, "await_report"],
    ["moves, but for an hour now", { reportPercent: 40 }, 60 * minuteMs, 99, "drop_report"],
    [
      "was never started, by the part's own word",
      { reportStartedAt: null, reportMovedAt: null },
      1e7,
      0,
      "await_report",
    ],
  ])("is stuck or not: %s", (_name, more, nowMs, percent, kind) => {
    expect(soonAfter(more, nowMs, percent)).toMatchObject({ kind });
  });
});

describe("a report that comes to nothing", () => {
  const gone: [string, StepEvent][] = [
    ["skipped", polled("skipped")],
    ["failed", failed("new_report")],
    ["stuck", polled("running", 0)],
  ];
  it.each(gone)("%s: once → ordered anew, with new counters", (_name, event) => {
    const dropped = play(reportPart({ transientTries: 3 }), [
      [claimed, 0],
      [event, 11 * minuteMs],
    ]);
    expect(told(dropped)).toEqual({ kind: "drop_report" });
    expect(dropped.state).toMatchObject({
      cursor: null,
      pages: 0,
      tries: 0,
      part: { reportId: null, reportStarts: 1 },
    });
    expect(told(step(dropped.state, claimed, 11 * minuteMs, longBudget))).toEqual({ kind: "start_report" });
  });

  it.each(gone)("%s: twice → smaller ones; that tells nothing about days that go", (_name, event) => {
    const outcome = play(reportPart({ reportStarts: 2 }), [
      [claimed, 0],
      [event, 11 * minuteMs],
    ]);
    expect(told(outcome)).toMatchObject({ kind: "split", parts: halves, maxDays: null });
  });

  it.each<[string, Partial<Part>, object]>([
    ["one day → campaigns", {}, { kind: "split_by_campaigns" }],
    ["one campaign → fewer figures", { filter: { campaigns: ["1"] } }, { kind: "split", parts: [{ fields: "lean" }] }],
  ])("twice, of %s", (_name, more, expected) => {
    const outcome = play(reportPart({ since: "2026-11-22", reportStarts: 2, ...more }), look("skipped", 0));
    expect(told(outcome)).toMatchObject(expected);
  });

  it.each<[Part["stream"], boolean]>([
    ["insights", true],
    ["deleted", false],
  ])("twice, with no rung left: %s fail by name", (stream, isRequired) => {
    const last = reportPart({
      stream,
      since: "2026-11-22",
      filter: { campaigns: ["1"] },
      fields: "lean",
      reportStarts: 2,
    });
    const outcome = play(last, [
      [claimed, 0],
      [failed("new_report"), 0],
    ]);
    expect(told(outcome)).toMatchObject({ kind: "fail", isRequired, failure: { kind: "report_failed", code: 2 } });
    expect(outcome.kind === "fail" && outcome.failure.sentence).toMatch(/2026-11-22: Meta had an error of its own\.$/);
  });

  it("too large → smaller at once, and how many days go is kept", () => {
    const event = failed("smaller_part");
    expect(told(play(reportPart(), [...look("running", 0).slice(0, 1), [event, 0]]))).toMatchObject({
      kind: "split",
      parts: halves,
      maxDays: 7,
    });
  });

  it("is never read as if it were an answer: an order refused for its size is cut", () => {
    for (const event of [failed("smaller_part"), failed("smaller_page")]) {
      expect(
        told(
          play(ordered, [
            [claimed, 0],
            [event, 0],
          ]),
        ),
      ).toMatchObject({ kind: "split", parts: halves });
    }
  });
});

describe("a report that Meta doesn't know, or can't open yet", () => {
  const lookAt = (part: Part, event: StepEvent, nowMs: number, given: Budget = longBudget) =>
    play(
      part,
      [
        [claimed, nowMs],
        [event, nowMs],
      ],
      given,
    );

  it.each<[string, number, Partial<Part>, string]>([
    ["just after its start: wait", 29_999, {}, "await_report"],
    ["later: order it anew", 30_000, {}, "drop_report"],
    ["with pages read: it has expired", 1000, { pages: 3, cursor: "C" }, "drop_report"],
  ])("unknown %s", (_name, nowMs, more, kind) => {
    expect(told(lookAt(reportPart(more), failed("gone"), nowMs))).toMatchObject({ kind });
  });

  it("not ready after completion: 5, 10, 20, 40, 60 s, and the eighth time another report", () => {
    const seconds: number[] = [];
    let part = readyPart();
    let outcome: Outcome = play(part, [[claimed, 0]], longBudget);
    for (let tries = 0; tries < 7; tries += 1) {
      outcome = step(outcome.state, failed("not_ready"), 0, longBudget);
      expect(outcome).toMatchObject({ kind: "snooze", scope: "part" });
      if (outcome.kind === "snooze") seconds.push(outcome.untilMs / 1000);
      part = claimAgain(outcome);
      outcome = play(part, [[claimed, 0]], longBudget);
      expect(outcome.kind).toBe("fetch");
    }
    expect(seconds).toEqual([5, 10, 20, 40, 60, 60, 60]);
    outcome = step(outcome.state, failed("not_ready"), 0, longBudget);
    expect(told(outcome)).toEqual({ kind: "drop_report" });
    // What the old report cost must not count against the order of the new one.
    const anew = step(step(outcome.state, claimed, 0, longBudget).state, failed("soon"), 0, longBudget);
    expect(told(anew)).toMatchObject({ kind: "snooze", untilMs: 2000 });
  });
});
