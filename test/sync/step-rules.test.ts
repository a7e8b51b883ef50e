/** What holds for each part whatever comes: no call under a block, none of a report late, no endless turn. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginPart, type Outcome, type RetryAdvice, type StepEvent, type StepState } from "#src/sync/outcome.ts";
import type { Part } from "#src/sync/part.ts";
import { step } from "#src/sync/step.ts";
import { at, budget, claimAgain, failed, partOf, polled, reportPart } from "./parts.ts";

const advices: readonly RetryAdvice[] = [
  "later",
  "soon",
  "restart",
  "smaller_page",
  "smaller_part",
  "not_ready",
  "new_report",
  "gone",
  "never",
];

/** What the world does next: how long it takes, what it answers, whether a block was committed meanwhile. */
interface Turn {
  passMs: number;
  answer: number;
  advice: RetryAdvice;
  isLast: boolean;
  trouble: "none" | "failed" | "held_back" | "hard_limit" | "lease_lost" | "cancelled";
  blockMs: number;
  percent: number;
}

const turns = fc.array(
  fc.record<Turn>({
    passMs: fc.oneof({ arbitrary: fc.integer({ min: 0, max: 3000 }), weight: 4 }, fc.integer({ min: 0, max: 60_000 })),
    answer: fc.integer({ min: 0, max: 1e9 }),
    advice: fc.constantFrom(...advices),
    isLast: fc.boolean(),
    trouble: fc.constantFrom("none", "none", "none", "failed", "held_back", "hard_limit", "lease_lost", "cancelled"),
    blockMs: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 6000 })),
    percent: fc.integer({ min: 0, max: 100 }),
  }),
  { minLength: 20, maxLength: 60 },
);

const parts = fc.constantFrom<Part[]>(
  [partOf(), partOf({ stream: "ads", level: null, since: null, until: null })],
  [partOf({ mode: "report" }), reportPart(), reportPart({ pages: 2, mostPages: 2, cursor: "B" })],
  [reportPart({ since: "2026-11-22", filter: { campaigns: ["1"] }, fields: "lean", reportStarts: 2 })],
);

function eventOf(outcome: Outcome, turn: Turn, nowMs: number): StepEvent | null {
  const { trouble, advice, percent } = turn;
  const isCall = ["fetch", "start_report", "poll"].includes(outcome.kind);
  if (isCall && trouble === "failed") return failed(advice);
  if (isCall && trouble === "held_back") return { kind: trouble, untilMs: turn.isLast ? null : nowMs + turn.passMs };
  if (isCall && trouble === "hard_limit") return { kind: trouble };
  switch (outcome.kind) {
    case "fetch":
      return {
        kind: "fetched",
        nextCursor: turn.isLast ? null : `c${turn.answer}`,
        rowCount: outcome.pageSize,
        mayAskAhead: turn.passMs % 2 === 0,
      };
    case "save": {
      const blockedUntil = turn.blockMs > 0 ? at(nowMs + turn.blockMs) : null;
      return { kind: "saved", cancelled: trouble === "cancelled", leaseLost: trouble === "lease_lost", blockedUntil };
    }
    case "start_report":
      return { kind: "report_started", reportId: `r${turn.answer}` };
    case "poll":
      return polled(turn.isLast ? "completed" : trouble === "cancelled" ? "skipped" : "running", percent);
    case "drop_report":
      return { kind: "claimed" };
    default:
      return null;
  }
}

type Prefetch = Extract<Outcome, { kind: "save" }>["prefetch"];

/** The calls that an outcome begins; a page that is under way already begins none. */
function callsOf(outcome: Outcome, underWay: Prefetch): string[] {
  if (outcome.kind === "save") return outcome.prefetch === null ? [] : ["prefetch"];
  const { kind } = outcome;
  if (kind === "fetch" && underWay?.cursor === outcome.cursor && underWay.pageSize === outcome.pageSize) return [];
  return ["fetch", "start_report", "poll"].includes(outcome.kind) ? [outcome.kind] : [];
}

describe("whatever comes", () => {
  it("I13: begins no call before a block is over; begins nothing of a report after the soft end, of a GET after the hard", () => {
    let calls = 0;
    fc.assert(
      fc.property(parts, turns, (choice, world) => {
        for (const part of choice) {
          let state: StepState = beginPart(part);
          let event: StepEvent | null = { kind: "claimed" };
          let nowMs = 0;
          let underWay: Prefetch = null;
          const given = { ...budget, blockedUntilMs: null as number | null };
          for (const turn of world) {
            if (event === null) break;
            // The shell keeps what any SQL answer, or another part of its lane, told about a block.
            if (turn.blockMs > 0) given.blockedUntilMs = Math.max(given.blockedUntilMs ?? 0, nowMs + turn.blockMs);
            const outcome: Outcome = step(state, event, nowMs, given);
            const begun = callsOf(outcome, underWay);
            underWay = outcome.kind === "save" ? outcome.prefetch : null;
            for (const call of begun) {
              calls += 1;
              const where = `${call} of a ${part.mode} at ${nowMs}`;
              expect(given.blockedUntilMs ?? 0, where).toBeLessThanOrEqual(nowMs);
              expect(nowMs, where).toBeLessThan(part.mode === "report" ? given.softEndMs : given.hardEndMs);
            }
            const isPageOfReport = outcome.kind === "fetch" && part.mode === "report";
            expect(isPageOfReport && outcome.state.part.reportId === null).toBe(false);
            const isPut = outcome.kind === "snooze" || outcome.kind === "await_report";
            expect(isPut ? outcome.untilMs : nowMs).toBeGreaterThanOrEqual(nowMs);
            state = isPut ? beginPart(claimAgain(outcome)) : outcome.state;
            event = isPut ? { kind: "claimed" } : eventOf(outcome, turn, nowMs);
            nowMs += turn.passMs;
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(calls, "calls that were looked at").toBeGreaterThan(500);
  });

  it.each(advices.filter((advice) => advice !== "later"))(
    "comes to an end when each call is answered with “%s”",
    (advice) => {
      for (const first of [partOf(), partOf({ mode: "report" }), reportPart({ pages: 2, mostPages: 2, cursor: "B" })]) {
        let part: Part = first;
        let nowMs = 0;
        let claims = 0;
        for (let outcome: Outcome | null = null; claims < 100; claims += 1) {
          const given = { softEndMs: nowMs + 50_000, hardEndMs: nowMs + 80_000 };
          outcome = step(beginPart(part), { kind: "claimed" }, nowMs, given);
          for (let event: StepEvent | null = failed(advice); event !== null && callsOf(outcome, null).length > 0;) {
            outcome = step(outcome.state, event, nowMs, given);
            if (outcome.kind === "drop_report") outcome = step(outcome.state, { kind: "claimed" }, nowMs, given);
            // An order that is taken, so that the reports themselves are what fails.
            event = outcome.kind === "start_report" ? { kind: "report_started", reportId: "R" } : failed(advice);
          }
          if (outcome.kind !== "snooze" && outcome.kind !== "await_report") break;
          nowMs = outcome.untilMs;
          part = claimAgain(outcome, outcome.kind === "await_report" ? { polls: outcome.state.part.polls + 1 } : {});
        }
        expect(claims, `${first.mode} with ${first.pages} pages`).toBeLessThan(30);
      }
    },
  );
});
