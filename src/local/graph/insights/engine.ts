/** Runs row generation: small questions at once, big ones in a worker thread so that the event loop stays free. */
import { Worker } from "node:worker_threads";
import type { EntityChange } from "../seed/apply-change.ts";
import type { World } from "../seed/model.ts";
import { PageBuilder } from "./build-page.ts";
import { sumByFormula } from "./formula.ts";
import type { DaySums, FormulaQuery, InsightsPage, InsightsQuery } from "./query.ts";

export type EngineJob = { kind: "page"; query: InsightsQuery } | { kind: "formula"; query: FormulaQuery };
export type EngineAnswer = { id: number; result: unknown } | { id: number; error: string };

/** Ad-days that may be looked at on the main thread: about 2 ms of work. */
const INLINE_AD_DAYS = 3_000;

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

export class InsightsEngine {
  #world: World;
  #builder: PageBuilder;
  #offThread: boolean;
  #worker: Worker | undefined;
  #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #changes: EntityChange[] = [];

  constructor(world: World, options: { offThread: boolean }) {
    this.#world = world;
    this.#builder = new PageBuilder(world);
    this.#offThread = options.offThread;
  }

  async page(query: InsightsQuery): Promise<InsightsPage> {
    const days = query.periods.reduce((sum, period) => sum + period.until - period.since + 1, 0);
    if (this.#isSmall(query.ads.length * days * costOf(query))) return this.#builder.build(query);
    return (await this.#ask({ kind: "page", query })) as InsightsPage;
  }

  async formula(query: FormulaQuery): Promise<DaySums[]> {
    const ads = this.#world.accounts[query.accountIndex]?.ads.length ?? 0;
    if (this.#isSmall(ads * (query.until - query.since + 1) * costOf(query))) return sumByFormula(this.#world, query);
    return (await this.#ask({ kind: "formula", query })) as DaySums[];
  }

  /** The worker's copy of the world follows a change that was applied to this one. */
  follow(change: EntityChange): void {
    this.#changes.push(change);
    this.#worker?.postMessage({ change }, []);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#failAll(new Error("The Graph stand-in was closed while it made rows: ask again after a new start."));
    await worker?.terminate();
  }

  #isSmall(adDays: number): boolean {
    return !this.#offThread || adDays <= INLINE_AD_DAYS;
  }

  #ask(job: EngineJob): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const worker = this.#startWorker();
      // Only work in hand keeps the process alive.
      worker.ref();
      worker.postMessage({ id, job }, []);
    });
  }

  #startWorker(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const { seed, bornDay, extraAccounts } = this.#world;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: { seed, bornDay, extraAccounts },
    });
    worker.on("message", (answer: EngineAnswer) => this.#settle(answer));
    worker.on("error", (error) => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#failAll(error instanceof Error ? error : new Error(String(error)));
    });
    for (const change of this.#changes) worker.postMessage({ change }, []);
    this.#worker = worker;
    return worker;
  }

  #settle(answer: EngineAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ("error" in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.result);
  }

  #failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

/** Cutting a day into the cells of a breakdown takes about as long as making twenty whole ones. */
function costOf({ breakdowns }: InsightsQuery | FormulaQuery): number {
  return breakdowns.length === 0 ? 1 : 20;
}
