/** For browser tests: the whole program on a port and a data directory of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "#src/config.ts";
import { learnAccounts } from "#src/duties.ts";
import type { World } from "#src/local/world.ts";
import { start, type Running } from "#src/start.ts";
import { atEnd } from "./open-page.ts";

export interface Program {
  address: string;
  world(): World;
  /** Ends it and starts it again on the same port and data. */
  restart(): Promise<void>;
}

async function run(dataDir: string, port: string): Promise<Running> {
  const environment = readEnvironment({ META_SYNC_DATA_DIR: dataDir, PORT: port, LOG_LEVEL: "error" });
  const running = await start(environment, { isPortChosen: port !== "0", write: () => {} });
  await learnAccounts(running.services);
  return running;
}

export async function startProgram(): Promise<Program> {
  const dataDir = mkdtempSync(join(tmpdir(), "meta-sync-page-"));
  let running = await run(dataDir, "0");
  const { address } = running;
  atEnd(async () => {
    await running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    address,
    world() {
      if (running.world === null) throw new Error("The program runs without an embedded world.");
      return running.world;
    },
    async restart() {
      await running.stop();
      running = await run(dataDir, new URL(address).port);
    },
  };
}
