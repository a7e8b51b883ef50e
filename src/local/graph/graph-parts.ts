/** The parts that endpoints work with, and the shape of an endpoint. */
import type { DatabaseSync } from "node:sqlite";
import type { WorldClock } from "../clock.ts";
import type { Answer } from "./answer.ts";
import type { Caller, GraphApp } from "./auth.ts";
import type { CallLog } from "./call-log.ts";
import type { RuleBook } from "./faults/rule-book.ts";
import type { GraphCall } from "./graph-call.ts";
import type { InsightsEngine } from "./insights/engine.ts";
import type { World } from "./seed/model.ts";
import type { ServedLog } from "./truth/served-log.ts";
import type { TokenTable } from "./tokens.ts";

export interface Knobs {
  /** Most rows of one edge page; a larger `limit` is cut silently. */
  maxEdgeLimit: number;
  /** Most rows of one insights page; a larger `limit` gets code 1 (Meta documents none; clients use up to 1,000). */
  maxInsightsLimit: number;
  /** Rows a GET of insights may ask for in all, as entities times periods; more gets code 1 (an estimate). */
  maxInsightsRows: number;
}

export interface GraphParts {
  clock: WorldClock;
  store: DatabaseSync;
  world: World;
  tokens: TokenTable;
  app: GraphApp;
  knobs: Knobs;
  engine: InsightsEngine;
  calls: CallLog;
  served: ServedLog;
  rules: RuleBook;
}

export interface EndpointInput {
  parts: GraphParts;
  call: GraphCall;
  caller: Caller;
}

export type Endpoint = (input: EndpointInput) => Answer | Promise<Answer>;
