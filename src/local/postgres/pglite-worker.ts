/** PGlite in a worker thread: takes requests one by one, so that a large upsert never blocks the app's event loop. */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { bindText, PARSED_TYPES, readSqlErrorFields } from "./database.ts";
import type { Row } from "./database.ts";
import { OPENING } from "./pglite-protocol.ts";
import type { WorkerAnswer, WorkerReply, WorkerRequest, WorkerSettings, WorkerTask } from "./pglite-protocol.ts";

const port = parentPort;
if (port === null) throw new Error("pglite-worker.ts runs only as a worker thread of pglite.ts.");

const settings: WorkerSettings = workerData;
const nothing: WorkerAnswer = { rows: [], units: [], command: undefined, tar: undefined };
const reply = (message: WorkerReply) => port.postMessage(message);

/** Opens the cluster in UTC, with values read and written as text except for PARSED_TYPES. */
async function open(): Promise<PGlite> {
  const { dataDir, snapshot } = settings;
  const database = await PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(snapshot === undefined ? {} : { loadDataDir: new Blob([new Uint8Array(snapshot)]) }),
  });
  for (const oid of Object.keys(database.serializers)) database.serializers[oid] = String;
  for (const oid of Object.keys(database.parsers)) {
    if (!PARSED_TYPES.has(Number(oid))) database.parsers[oid] = (text: string) => text;
  }
  await database.exec("set time zone 'UTC'");
  return database;
}

async function run(database: PGlite, task: WorkerTask): Promise<WorkerAnswer> {
  switch (task.kind) {
    case "query": {
      const result = await database.query<Row>(task.sql, task.params);
      return { ...nothing, rows: result.rows };
    }
    case "exec": {
      const results = await database.exec(task.sql);
      return { ...nothing, command: results.at(-1)?.command };
    }
    case "unit":
      return { ...nothing, units: await runUnit(database, task) };
    case "dump": {
      const tar = await database.dumpDataDir("none");
      return { ...nothing, tar: new Uint8Array(await tar.arrayBuffer()) };
    }
    case "close":
      await database.close();
      return nothing;
    default:
      throw new Error(`Unknown task: ${JSON.stringify(task satisfies never)}`);
  }
}

async function runUnit(database: PGlite, task: WorkerTask & { kind: "unit" }): Promise<Row[][]> {
  await database.exec(task.options.readOnly === true ? "begin read only" : "begin");
  try {
    const units: Row[][] = [];
    for (const { sql, params = [] } of task.statements) {
      units.push((await database.query<Row>(sql, params.map(bindText))).rows);
    }
    const { rollbackWhen } = task.options;
    const undo = rollbackWhen !== undefined && units.at(-1)?.[0]?.[rollbackWhen] === true;
    await database.exec(undo ? "rollback" : "commit");
    return units;
  } catch (error) {
    await database.exec("rollback");
    throw error;
  }
}

async function serve(database: PGlite, { id, task }: WorkerRequest): Promise<void> {
  try {
    reply({ kind: "answer", id, answer: await run(database, task) });
  } catch (error) {
    const fields = readSqlErrorFields(error);
    if (fields) reply({ kind: "refused", id, error: fields });
    else reply({ kind: "failed", id, message: String(error) });
  }
  if (task.kind === "close") port?.close();
}

try {
  const database = await open();
  let queue = Promise.resolve();
  port.on("message", (request: WorkerRequest) => {
    queue = queue.then(() => serve(database, request));
  });
  reply({ kind: "answer", id: OPENING, answer: nothing });
} catch (error) {
  reply({
    kind: "failed",
    id: OPENING,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
