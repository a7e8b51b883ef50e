/** The parts that endpoints work with, and the shape of an endpoint. */
import type { DatabaseSync } from "node:sqlite";
import type { WorldClock } from "../clock.ts";
import type { Answer } from "./answer.ts";
import type { Caller, GraphApp } from "./auth.ts";
import type { CallLog } from "./call-log.ts";
import type { EntityChanges } from "./entities/changes.ts";
import type { RuleBook } from "./faults/rule-book.ts";
import type { GraphCall } from "./graph-call.ts";
import type { Refusal } from "./insights/ceiling.ts";
import type { InsightsEngine } from "./insights/engine.ts";
import type { PaceMaker } from "./latency/pace-maker.ts";
import type { Limits } from "./limits/limits.ts";
import type { ReportFault, ReportFaults } from "./reports/report-fault.ts";
import type { ReportTable } from "./reports/report-table.ts";
import type { Chance } from "./seed/draw.ts";
import type { World } from "./seed/model.ts";
import type { ServedLog } from "./truth/served-log.ts";
import type { TokenTable } from "./tokens.ts";

export interface Knobs {
  /** Most rows of one edge page; a larger `limit` is cut silently. */
  maxEdgeLimit: number;
  /** A cursor at an entity that was deleted since gets 2642; false: the list goes on behind it. */
  cursorsDie: boolean;
  /** Signed image addresses and remaining budgets differ at each read; false makes them stand still. */
  volatileValues: boolean;
  /** So many of a hundred pages of edges hold fewer rows than asked, or none at all, and still have a next page. */
  shortPagePercent: number;
  emptyPagePercent: number;
  /** Expired versions: upgraded without a word, or refused with 2635 (the app setting). */
  expiredVersions: "upgrade" | "refuse";
  /** So many of a hundred members of batches get no answer (null). */
  batchNullPercent: number;
  /** Most rows of one insights page; a larger `limit` gets code 1 (Meta documents none; clients use up to 1,000). */
  maxInsightsLimit: number;
  /** Rows a GET of insights may ask for in all, as entities times periods times parts of the breakdown (an estimate). */
  maxInsightsRows: number;
  /** Which of Meta's errors a GET beyond `maxInsightsRows` gets. */
  insightsRefusal: Refusal;
  /** Most bytes of one insights page; a larger one gets code 1. Null is no limit. */
  maxPageBytes: number | null;
  /** Accounts (`act_…`) whose administrator opted in to the breakdowns that need it. */
  breakdownOptIns: string[];
  /** Reports are so many times as fast as estimated; Infinity makes them complete at once. */
  reportSpeed: number;
  /** Reports of more rows fail with -3/1504045. Null is no limit. */
  reportMaxRows: number | null;
  /** Meta's own example has the id as a bare number. */
  reportIdAsNumber: boolean;
  /** What befalls every report that no rule of `reports.failNext` takes. */
  reportFault: ReportFault;
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
  limits: Limits;
  chance: Chance;
  pace: PaceMaker;
  changes: EntityChanges;
  reports: ReportTable;
  reportFaults: ReportFaults;
}

export interface EndpointInput {
  parts: GraphParts;
  call: GraphCall;
  caller: Caller;
}

export type Endpoint = (input: EndpointInput) => Answer | Promise<Answer>;
