/** For browser tests: the whole program on a port and a data directory of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { readEnvironment } from "#src/config.ts";
import { learnAccounts } from "#src/duties.ts";
import type { World } from "#src/local/world.ts";
import { start, type Running } from "#src/start.ts";
import { MetaHolds, type Hold } from "./meta-holds.ts";
import { eventually, hasBrowser } from "./open-page.ts";

export interface Program {
  address: string;
  world(): World;
  /** Calls to Meta whose path and query fit, or all, wait from now on. A restart and the test's end let them go. */
  holdMeta(fits?: RegExp): Hold;
  /** With calls held: lets them go one by one until the newest message of the channel tells of so much progress. */
  moveToProgress(hold: Hold, channel: string, progress?: RegExp): Promise<void>;
  /** Ends it and starts it again on the same port and data. `whileAway` looks while nothing listens there. */
  restart(whileAway: () => Promise<void>): Promise<void>;
}

async function run(dataDir: string, port: string): Promise<Running> {
  const environment = readEnvironment({ META_SYNC_DATA_DIR: dataDir, PORT: port, LOG_LEVEL: "error" });
  const running = await start(environment, { isPortChosen: port !== "0", write: () => {} });
  await learnAccounts(running.services);
  return running;
}

function worldOf({ world }: Running): World {
  if (world === null) throw new Error("The program runs without an embedded world.");
  return world;
}

/**
 * A slice edits its message when it has saved a page, and 3 s after the last edit at the earliest: of the world's time.
 * Each call let go gets more time than the one before, so that a slow machine doesn't come to the end of the sync.
 */
async function moveToProgress({ slack, clock }: World, hold: Hold, channel: string, progress: RegExp): Promise<void> {
  const says = (words: RegExp) => () => expect(slack?.messages(channel).at(-1)?.text).toMatch(words);
  await eventually(says(/% done/u));
  for (let patienceMs = 400; patienceMs < 60_000; patienceMs *= 1.3) {
    await clock.advance(4000);
    hold.letOneGo();
    const isThere = vi.waitFor(says(progress), { timeout: patienceMs, interval: 50 }).then(
      () => true,
      () => false,
    );
    if (await isThere) return;
  }
  says(progress)();
}

async function startProgram(): Promise<{ program: Program; tidy: () => void; stop: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "meta-sync-page-"));
  const holds = new MetaHolds();
  let running = await run(dataDir, "0");
  const { address } = running;
  const world = () => worldOf(running);
  holds.guard(world());
  const end = async () => {
    const stopping = running.stop();
    // Stopping waits for the calls under way; it claims no more work.
    holds.clear();
    await stopping;
  };
  const program: Program = {
    address,
    world,
    holdMeta: (fits) => holds.hold(fits),
    moveToProgress: (hold, channel, progress = /[1-9]\d?% done/u) => moveToProgress(world(), hold, channel, progress),
    async restart(whileAway) {
      await end();
      await whileAway();
      running = await run(dataDir, new URL(address).port);
      holds.guard(world());
    },
  };
  return {
    program,
    tidy() {
      holds.clear();
      world().graph?.faults.clear();
      world().slack?.faults.clear();
    },
    async stop() {
      await end();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * One program for all stories of a file, which saves its start. Each story has a conversation of its own; holds and
 * faults are gone after each.
 */
export function useProgram(): () => Program {
  let started: Awaited<ReturnType<typeof startProgram>> | undefined;
  beforeAll(async () => {
    if (hasBrowser) started = await startProgram();
  });
  afterEach(() => started?.tidy());
  afterAll(async () => started?.stop());
  return () => {
    if (started === undefined) throw new Error("The program hasn't started.");
    return started.program;
  };
}
