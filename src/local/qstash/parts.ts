/** What the pieces of the embedded queue share: one value, made in start-qstash.ts. */
import type { DatabaseSync } from "node:sqlite";
import type { WorldClock } from "../clock.ts";
import type { Recent } from "../recent.ts";
import type { Faults } from "./faults.ts";
import type { Limits } from "./limits.ts";
import type { Stats } from "./stats.ts";
import type { DeadLetterStore } from "./store/dead-letters.ts";
import type { DeduplicationStore } from "./store/deduplications.ts";
import type { FlowKeyStore } from "./store/flow-keys.ts";
import type { Journal } from "./store/journal.ts";
import type { MessageStore } from "./store/messages.ts";
import type { ScheduleStore } from "./store/schedules.ts";

export interface SigningKeys {
  token: string;
  currentSigningKey: string;
  nextSigningKey: string;
}

/** One call of the service's API as it was answered. */
export interface ApiCall {
  /** World time, epoch milliseconds. */
  atMs: number;
  method: string;
  /** From `/v2`, without the query: the token may stand there. */
  path: string;
  /** 0 when the connection was cut instead of an answer. */
  status: number;
  /** Real milliseconds. */
  ms: number;
}

export interface Parts {
  clock: WorldClock;
  database: DatabaseSync;
  messages: MessageStore;
  journal: Journal;
  deadLetters: DeadLetterStore;
  deduplications: DeduplicationStore;
  flowKeys: FlowKeyStore;
  schedules: ScheduleStore;
  faults: Faults;
  stats: Stats;
  /** The last calls of the API. */
  calls: Recent<ApiCall>;
  keys: SigningKeys;
  limits: Limits;
  allowHosts: readonly string[];
  region: string;
  deduplicationWindowMs: number;
  fetch: typeof fetch;
  /** World time in whole epoch milliseconds. */
  now(): number;
  /** A fresh id, unique in this store even when the random source repeats itself: `msg_…`, `scd_…`, `jwt_…`. */
  makeId(prefix: string): string;
  /** A number that this store hands out once. */
  takeSerial(): number;
  /** Tells the pump that something may have become due. */
  poke(): void;
}
