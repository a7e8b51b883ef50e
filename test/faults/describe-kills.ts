/** The tests of one half of the list: each point in a process of its own, each process on a copy of one prepared directory. */
import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { copyDirectory, dieOf, prepareDirectory, readChannel, readRows, settings, typeCommand, waitForEnd } from "./crash-run.ts";
import { mayRepeat } from "./points.ts";
import { endPrograms, keepDirectory, startProgram, type CrashPoint } from "./program.ts";

const order = "act_2026110003 7d";
/** A dead process's lease is over. */
const leaseIsOverMs = 31_000;
/** What the job may take from the second start on, by the world's clock. */
const limitMs = 60_000;

export function describeKills(title: string, points: readonly CrashPoint[]): void {
  let prepared = "";
  let undisturbed: Record<string, unknown> = {};

  beforeAll(async () => {
    prepared = await prepareDirectory();
    keepDirectory(prepared);
    const program = await startProgram(copyDirectory(prepared), null, settings);
    await typeCommand(program, order);
    await waitForEnd(program, limitMs);
    undisturbed = await readRows(program);
    await endPrograms();
  });
  afterEach(endPrograms);
  afterAll(() => rmSync(prepared, { recursive: true, force: true }));

  describe(`killed at ${title}`, () => {
    test.each(points)("I14: $when $call, number $nth: ends by itself, same rows, told once", async (point) => {
      const directory = copyDirectory(prepared);
      await dieOf(directory, point, order);
      const program = await startProgram(directory, null, settings);
      const startedMs = Date.now();
      await program.request("POST", "/_world/clock", { advanceMs: leaseIsOverMs });
      await waitForEnd(program, limitMs - leaseIsOverMs - (Date.now() - startedMs));

      expect(await readRows(program)).toEqual(undisturbed);
      const threads = await readChannel(program);
      const repeat = mayRepeat(point);
      expect(threads.length).toBeLessThanOrEqual(repeat.root ? 2 : 1);
      const told = threads.filter((thread) => thread.replies.length > 0);
      expect(told).toHaveLength(1);
      expect(told[0]?.root).toContain("Sync complete: Chai & Co");
      expect(new Set(told[0]?.replies).size).toBe(1);
      expect(told[0]?.replies.length).toBeLessThanOrEqual(repeat.summary ? 2 : 1);
      expect(await program.stop()).toBe(0);
    });
  });
}
