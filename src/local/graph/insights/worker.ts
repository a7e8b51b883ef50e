/** The worker thread's side of the engine: makes the same world from the same numbers and answers jobs. */
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import type { AccountSpec } from "../seed/accounts.ts";
import { applyChange, type EntityChange } from "../seed/apply-change.ts";
import { buildWorld } from "../seed/build-world.ts";
import type { World } from "../seed/model.ts";
import { PageBuilder } from "./build-page.ts";
import type { EngineAnswer, EngineJob } from "./engine.ts";
import { sumByFormula } from "./formula.ts";

const world = readWorld(workerData);
const builder = new PageBuilder(world);

function readWorld(data: unknown): World {
  const made = z
    .object({ seed: z.int(), bornDay: z.int(), extraAccounts: z.array(z.custom<AccountSpec>()) })
    .parse(data);
  return buildWorld(made.seed, made.bornDay, made.extraAccounts);
}

parentPort?.on("message", (message: { id: number; job: EngineJob } | { change: EntityChange }) => {
  if ("change" in message) return applyChange(world, message.change);
  const { id, job } = message;
  let answer: EngineAnswer;
  try {
    answer = { id, result: job.kind === "page" ? builder.build(job.query) : sumByFormula(world, job.query) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  return parentPort?.postMessage(answer, []);
});
