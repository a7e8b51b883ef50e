/**
 * The whole program in a process of its own, which kills itself with SIGKILL at one outgoing call, before it leaves or when
 * its answer has arrived in full and nobody has seen it. CRASH_POINT names the call; it counts from the first order on.
 * Prints its address as one JSON line. Answers SQL that its parent sends: for what a test looks at, past the doors.
 */
import { z } from "zod";
import { nameCall } from "./call-names.ts";

const pointSchema = z.object({ when: z.enum(["before", "after"]), call: z.string(), nth: z.number() });
const askSchema = z.object({ id: z.number(), sql: z.string() });

const { CRASH_POINT: given } = process.env;
const point = given === undefined ? null : pointSchema.parse(JSON.parse(given));
const calls: string[] = [];
let isArmed = false;
let seen = 0;

/** SIGKILL can't be caught, so nothing after this line runs. */
function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
}

const send = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const url = new URL(request.url);
  const isCall = url.pathname.startsWith("/_world/");
  const name = isCall ? nameCall(url, await request.clone().text()) : null;
  // The sweep and the list of accounts at start are no part of the order's path.
  if (url.pathname === "/api/slack/events") isArmed = true;
  if (!isArmed || name === null) return send(request);
  calls.push(name);
  const isPoint = point !== null && name === point.call && (seen += 1) === point.nth;
  if (isPoint && point.when === "before") return die();
  const response = await send(request);
  if (!isPoint) return response;
  await response.arrayBuffer();
  return die();
};

// After the replacement: clients may take the fetch of their time.
const { readEnvironment } = await import("#src/config.ts");
const { learnAccounts } = await import("#src/duties.ts");
const { start } = await import("#src/start.ts");

const environment = readEnvironment(process.env);
const running = await start(environment, { isPortChosen: true, write: (line) => process.stderr.write(`${line}\n`) });
await learnAccounts(running.services);
await running.services.background.settle();

process.on("message", (message) => {
  const { id, sql } = askSchema.parse(message);
  const ask = sql === "" ? Promise.resolve(calls) : running.world?.database?.database.query(sql).then(({ rows }) => rows);
  void ask?.then((answer) => process.send?.({ id, answer }));
});
process.on("SIGTERM", () => void running.stop().then(() => process.exit(0)));
// The parent is gone: nobody would end this process.
process.on("disconnect", () => process.exit(1));
console.log(JSON.stringify({ address: running.address }));
