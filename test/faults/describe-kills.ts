/** The tests of one half of the list: each point in a process of its own, each process on a copy of one prepared directory. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { copyDirectory, dieOf, prepareDirectory, readChannel, readRows, settings, typeCommand } from "./crash-run.ts";
import { passTimeToEnd, waitForEnd } from "./passing-time.ts";
import { endPrograms, removeDirectory, startProgram, type CrashPoint, type Program } from "./program.ts";

/** What the job may take from the second start on, by the world's clock. */
const limitMs = 60_000;
/** Three starts of the whole program on a machine that does other things too. */
const patienceMs = 120_000;

/** Slack has the message, or Meta the order of a report, and its id never became ours: one more may come. */
function findLostAnswers(program: Program): { root: boolean; summary: boolean; reports: number } {
  const { left, answered } = program.calls();
  const isLost = (post: string, stored: string) => left.includes(post) && !answered.includes(stored);
  const count = (calls: readonly string[], name: string) => calls.filter((call) => call === name).length;
  return {
    root: isLost("slack post root", "sql release_editor"),
    summary: isLost("slack post summary", "sql mark_report"),
    reports: count(left, "meta report order") - count(answered, "sql start_report"),
  };
}

const reportsSchema = z.object({ reports: z.array(z.unknown()) });

/** Reports that Meta was asked to make since the order. */
async function countReports(program: Program): Promise<number> {
  return reportsSchema.parse(await program.request("GET", "/_world/graph/admin/reports")).reports.length;
}

/** One for all halves in a file: it holds no order yet. */
let prepared = "";

afterAll(() => {
  if (prepared !== "") removeDirectory(prepared);
});

export function describeKills(title: string, order: string, points: readonly CrashPoint[]): void {
  let undisturbed: Record<string, unknown> = {};
  let reports = 0;

  describe(`killed at ${title}`, () => {
    beforeAll(async () => {
      if (prepared === "") prepared = await prepareDirectory();
      const program = await startProgram(copyDirectory(prepared), null, settings);
      await typeCommand(program, order);
      await waitForEnd(program, limitMs);
      undisturbed = await readRows(program);
      reports = await countReports(program);
      await endPrograms();
    }, patienceMs);
    afterEach(endPrograms);

    test.each(points)(
      "I14: $when $call, number $nth: ends by itself, same rows, told once",
      async (point) => {
        const directory = copyDirectory(prepared);
        const lost = findLostAnswers(await dieOf(directory, point, order));
        const program = await startProgram(directory, null, settings);
        expect(await passTimeToEnd(program)).toBeLessThan(limitMs);

        expect(await readRows(program)).toEqual(undisturbed);
        expect(await countReports(program)).toBeLessThanOrEqual(reports + lost.reports);
        const threads = await readChannel(program);
        expect(threads.length).toBeLessThanOrEqual(lost.root ? 2 : 1);
        const told = threads.filter((thread) => thread.replies.length > 0);
        expect(told).toHaveLength(1);
        expect(told[0]?.root).toContain("Sync complete");
        expect(new Set(told[0]?.replies).size).toBe(1);
        expect(told[0]?.replies.length).toBeLessThanOrEqual(lost.summary ? 2 : 1);
        expect(await program.stop()).toBe(0);
      },
      patienceMs,
    );
  });
}
