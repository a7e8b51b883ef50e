/** The messages between the main thread and the PGlite worker: one request, one answer, matched by id. */
import type { Row, SqlErrorFields, Statement, UnitOptions } from "./database.ts";

export interface WorkerSettings {
  /** Directory of the cluster; undefined keeps it in memory. */
  dataDir: string | undefined;
  /** An uncompressed or gzipped tar from an earlier dump. */
  snapshot: Uint8Array | undefined;
}

export type WorkerTask =
  | { kind: "query"; sql: string; params: (string | null)[] }
  | { kind: "exec"; sql: string }
  | { kind: "unit"; statements: readonly Statement[]; options: UnitOptions }
  | { kind: "dump" }
  | { kind: "close" };

export interface WorkerAnswer {
  rows: Row[];
  /** Rows of each statement of a unit. */
  units: Row[][];
  /** The last command tag, such as COMMIT. */
  command: string | undefined;
  /** The tar of a dump. */
  tar: Uint8Array | undefined;
}

export interface WorkerRequest {
  id: number;
  task: WorkerTask;
}

/** The id under which the worker reports that the cluster is open, or why not. */
export const OPENING = 0;

export type WorkerReply =
  | { kind: "answer"; id: number; answer: WorkerAnswer }
  | { kind: "refused"; id: number; error: SqlErrorFields }
  | { kind: "failed"; id: number; message: string };
