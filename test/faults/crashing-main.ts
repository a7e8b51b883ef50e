/**
 * The whole program in a process of its own, which kills itself with SIGKILL at one outgoing call, before it leaves or when
 * its answer has arrived in full and nobody has seen it. CRASH_POINT names the call; it counts from the first order on.
 * Prints its address as one JSON line, and on stderr each call that leaves and each answer it sees, written before it goes on.
 * Answers SQL that its parent sends, for what a test looks at past the doors, and moves its clock when nothing is under way.
 */
import { writeSync } from "node:fs";
import { z } from "zod";
import { nameCall } from "./call-names.ts";

const pointSchema = z.object({ when: z.enum(["before", "after"]), call: z.string(), nth: z.number() });
const askSchema = z.union([
  z.object({ id: z.number(), sql: z.string() }),
  z.object({ id: z.number(), jumpMs: z.number() }),
]);
/** Between two calls of one piece of work there is less time than this. */
const quietMs = 300;

const { CRASH_POINT: given } = process.env;
const point = given === undefined ? null : pointSchema.parse(JSON.parse(given));
let isArmed = false;
let seen = 0;
let underWay = 0;
let quietSinceMs = Date.now();

/** Synchronous, so that nothing the program did is missing when it is dead. */
function tell(what: "left" | "answered", call: string): void {
  writeSync(2, `${JSON.stringify({ [what]: call })}\n`);
}

/** SIGKILL can't be caught, so nothing after this line runs. */
function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
}

const fetchReally = globalThis.fetch;
/** Counts, so that time is never moved under work that would have ended within a second. */
const send = async (request: Request): Promise<Response> => {
  underWay += 1;
  try {
    return await fetchReally(request);
  } finally {
    underWay -= 1;
    quietSinceMs = Date.now();
  }
};
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const url = new URL(request.url);
  const isCall = url.pathname.startsWith("/_world/");
  const name = isCall ? nameCall(url, await request.clone().text()) : null;
  // The sweep and the list of accounts at start are no part of the order's path.
  if (url.pathname === "/api/slack/events") isArmed = true;
  if (!isArmed || name === null) return send(request);
  const isPoint = point !== null && name === point.call && (seen += 1) === point.nth;
  if (isPoint && point.when === "before") return die();
  tell("left", name);
  const response = await send(request);
  await response.clone().arrayBuffer();
  tell("answered", name);
  return isPoint ? die() : response;
};

// After the replacement: clients may take the fetch of their time.
const { readEnvironment } = await import("#src/config.ts");
const { learnAccounts } = await import("#src/duties.ts");
const { start } = await import("#src/start.ts");

const environment = readEnvironment(process.env);
const running = await start(environment, { isPortChosen: true, write: (line) => process.stderr.write(`${line}\n`) });
await learnAccounts(running.services);
await running.services.background.settle();

async function answer(asked: z.infer<typeof askSchema>): Promise<Record<string, unknown>[]> {
  const { world } = running;
  if (world === null || world.database === null) throw new Error("This program runs on embedded parts only");
  if ("sql" in asked) return (await world.database.database.query(asked.sql)).rows;
  const isQuiet = underWay === 0 && Date.now() - quietSinceMs > quietMs;
  if (isQuiet) await world.clock.advance(asked.jumpMs);
  return [{ jumped: isQuiet }];
}

process.on("message", (message) => {
  const asked = askSchema.parse(message);
  void answer(asked).then((rows) => process.send?.({ id: asked.id, answer: rows }));
});
process.on("SIGTERM", () => void running.stop().then(() => process.exit(0)));
// The parent is gone: nobody would end this process.
process.on("disconnect", () => process.exit(1));
console.log(JSON.stringify({ address: running.address }));
