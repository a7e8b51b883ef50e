/** PGlite as a Database: one session in a worker thread; callers wait in line, a transaction holds the line to itself. */
import { mkdirSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { bindText, DatabaseUnavailableError, SqlError, TransactionAbortedError } from "./database.ts";
import type { Database, Row, SqlSession, Statement, UnitOptions } from "./database.ts";
import { OPENING } from "./pglite-protocol.ts";
import type { WorkerAnswer, WorkerReply, WorkerRequest, WorkerSettings, WorkerTask } from "./pglite-protocol.ts";

interface Waiting {
  resolve: (answer: WorkerAnswer) => void;
  reject: (error: Error) => void;
}

export class PgliteDatabase implements Database {
  #worker: Worker;
  #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #line: Promise<unknown> = Promise.resolve();
  #gone: DatabaseUnavailableError | undefined;
  #closing: Promise<void> | undefined;
  #opened: Promise<WorkerAnswer>;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#opened = new Promise((resolve, reject) => this.#waiting.set(OPENING, { resolve, reject }));
    worker.on("message", (reply: WorkerReply) => this.#receive(reply));
    worker.on("error", (error: Error) => this.#fail(`The embedded database's thread died: ${error.message}`));
    worker.on("exit", () => this.#fail("The embedded database is closed."));
  }

  /**
   * Opens a cluster in `dataDir` (made if absent), or in memory, or in either from a dumped snapshot.
   * Two openers of one directory lose data silently: hold the directory's lock (lock.ts) first.
   */
  static async open(options: { dataDir?: string; snapshot?: Uint8Array } = {}): Promise<PgliteDatabase> {
    if (options.dataDir !== undefined) mkdirSync(options.dataDir, { recursive: true });
    const workerData: WorkerSettings = { dataDir: options.dataDir, snapshot: options.snapshot };
    // Flags of the main program, such as --input-type, are not for the worker.
    const worker = new Worker(new URL("./pglite-worker.ts", import.meta.url), { workerData, execArgv: [] });
    const database = new PgliteDatabase(worker);
    try {
      await database.#opened;
      return database;
    } catch (cause) {
      await worker.terminate();
      const place = options.dataDir ?? "memory";
      throw new DatabaseUnavailableError(`PGlite can't open its cluster in ${place}: ${String(cause)}`, { cause });
    }
  }

  async query(sql: string, params: readonly unknown[] = []): Promise<{ rows: Row[] }> {
    return await this.#inLine(() => this.#session.query(sql, params));
  }

  async exec(script: string): Promise<void> {
    await this.#inLine(() => this.#session.exec(script));
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    return await this.#inLine(async () => {
      await this.#session.exec("begin");
      let result: T;
      try {
        result = await work(this.#session);
      } catch (error) {
        await this.#session.exec("rollback");
        throw error;
      }
      const { command } = await this.#send({ kind: "exec", sql: "commit" });
      if (command === "ROLLBACK") throw new TransactionAbortedError();
      return result;
    });
  }

  async unit(statements: readonly Statement[], options: UnitOptions = {}): Promise<Row[][]> {
    return await this.#inLine(async () => (await this.#send({ kind: "unit", statements, options })).units);
  }

  /** The whole cluster as a tar, to be opened again through `snapshot`. */
  async dump(): Promise<Uint8Array> {
    const { tar } = await this.#inLine(() => this.#send({ kind: "dump" }));
    if (tar === undefined) throw new DatabaseUnavailableError("The embedded database gave an empty dump.");
    return tar;
  }

  /** Waits for what is in line, then ends the worker. Closing twice is fine. */
  async close(): Promise<void> {
    this.#closing ??= this.#inLine(async () => {
      if (this.#gone) return;
      await this.#send({ kind: "close" });
      await this.#worker.terminate();
    });
    await this.#closing;
  }

  readonly #session: SqlSession = {
    query: async (sql, params = []) => ({
      rows: (await this.#send({ kind: "query", sql, params: params.map(bindText) })).rows,
    }),
    exec: async (script) => {
      await this.#send({ kind: "exec", sql: script });
    },
  };

  async #inLine<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#line.then(work);
    this.#line = turn.catch(() => undefined);
    return await turn;
  }

  async #send(task: WorkerTask): Promise<WorkerAnswer> {
    if (this.#gone) throw this.#gone;
    const id = this.#nextId++;
    return await new Promise<WorkerAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, task } satisfies WorkerRequest);
    });
  }

  #receive(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === "answer") waiting?.resolve(reply.answer);
    else if (reply.kind === "refused") waiting?.reject(new SqlError(reply.error));
    else waiting?.reject(new DatabaseUnavailableError(`The embedded database failed: ${reply.message}`));
  }

  #fail(message: string): void {
    this.#gone ??= new DatabaseUnavailableError(message);
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
