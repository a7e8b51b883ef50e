/** The worker thread's side of the engine: makes the same world from the same two numbers and answers jobs. */
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { buildWorld } from "../seed/build-world.ts";
import { PageBuilder } from "./build-page.ts";
import type { EngineAnswer, EngineJob } from "./engine.ts";
import { sumByFormula } from "./formula.ts";

const { seed, bornDay } = z.object({ seed: z.int(), bornDay: z.int() }).parse(workerData);
const world = buildWorld(seed, bornDay);
const builder = new PageBuilder(world);

parentPort?.on("message", ({ id, job }: { id: number; job: EngineJob }) => {
  let answer: EngineAnswer;
  try {
    answer = { id, result: job.kind === "page" ? builder.build(job.query) : sumByFormula(world, job.query) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer, []);
});
