/** Starts the embedded Graph API: a read-only Meta with seeded ad accounts that official SDKs can talk to. */
import type { Hono } from "hono";
import type { WorldClock } from "../clock.ts";
import { buildAdmin } from "./admin.ts";
import { CallLog } from "./call-log.ts";
import { EntityChanges } from "./entities/changes.ts";
import { formatDay, parseDay } from "./days.ts";
import { RuleBook } from "./faults/rule-book.ts";
import type { GraphParts, Knobs } from "./graph-parts.ts";
import { openLatency, openLimits } from "./open-limits.ts";
import type { PaceMaker } from "./latency/pace-maker.ts";
import type { LatencyProfile } from "./latency/profiles.ts";
import type { Limits } from "./limits/limits.ts";
import type { LimitChange } from "./limits/quotas.ts";
import { InsightsEngine } from "./insights/engine.ts";
import { type AccountSummary, listAccounts } from "./list-accounts.ts";
import { buildWire } from "./routes.ts";
import type { AccountSpec } from "./seed/accounts.ts";
import { buildWorld } from "./seed/build-world.ts";
import { Chance } from "./seed/draw.ts";
import type { ServeHooks } from "./serve.ts";
import { makeAppId, makeAppSecret, openGraphStore, rememberSetting } from "./settings.ts";
import { type TokenChange, TokenTable } from "./tokens.ts";
import { NO_FAULT, ReportFaults } from "./reports/report-fault.ts";
import { ReportTable } from "./reports/report-table.ts";
import { openReportsDoor, type ReportsDoor } from "./reports/reports-door.ts";
import { ServedLog } from "./truth/served-log.ts";
import {
  type ConversionTruth,
  type DayTruth,
  formulaSide,
  servedSide,
  type Truth,
  type TruthQuery,
} from "./truth/truth.ts";

export interface GraphOptions extends ServeHooks {
  clock: WorldClock;
  /** Where `graph.sqlite` lies; without it everything is in memory. */
  dataDir?: string | undefined;
  /** Same seed and same birthday, same world. 1 by default. */
  seed?: number | undefined;
  /** Accounts beyond the five seeded ones, such as BULK_ACCOUNT. */
  extraAccounts?: readonly AccountSpec[] | undefined;
  /** The day the world was made (ISO); by default today at the first start, then remembered. */
  bornOn?: string | undefined;
  /** The default token; by default made at the first start, then remembered. */
  accessToken?: string | undefined;
  appId?: string | undefined;
  appSecret?: string | undefined;
  /** The app setting "Require App Secret". */
  requireAppSecretProof?: boolean | undefined;
  /** More tokens, or changes of the one named "default". */
  tokens?: TokenChange[] | undefined;
  knobs?: Partial<Knobs> | undefined;
  /** Quotas other than Meta's, tiers of accounts, missing headers: on top of what the data directory remembers. */
  limits?: LimitChange | undefined;
  /** How long answers take, by real time; "instant" at first, then what the data directory remembers. */
  latency?: LatencyProfile | undefined;
  /** False makes all rows on the main thread. True by default: only small answers are made there. */
  offThread?: boolean | undefined;
}

export interface GraphStandIn {
  /** The real service's paths at its root; mount with `app.route(prefix, wire)`, so that `paging.next` keeps the prefix. */
  wire: Hono;
  admin: Hono;
  credentials: { accessToken: string; appId: string; appSecret: string };
  accounts: AccountSummary[];
  tokens: TokenTable;
  calls: CallLog;
  faults: RuleBook;
  knobs: Knobs;
  /** Quotas and blocks, by world time. */
  limits: Limits;
  latency: PaceMaker;
  /** What people do to entities in Ads Manager. */
  entities: EntityChanges;
  /** Async reports: what was started, and which of the next ones go wrong. */
  reports: ReportsDoor;
  /** What was served, by last served value; the same by day; and the conversions by day. */
  truthServed(query: TruthQuery): Truth;
  daysServed(query: TruthQuery): DayTruth[];
  conversionsServed(query: TruthQuery): ConversionTruth[];
  /** The same from the seed, as of now in world time. */
  truthFormula(query: TruthQuery): Promise<Truth>;
  daysFormula(query: TruthQuery): Promise<DayTruth[]>;
  conversionsFormula(query: TruthQuery): Promise<ConversionTruth[]>;
  /** Ends the worker, hanging calls and the store; a second call does nothing. */
  close(): Promise<void>;
}

const DEFAULT_KNOBS: Knobs = {
  maxEdgeLimit: 1_000,
  cursorsDie: true,
  volatileValues: true,
  shortPagePercent: 0,
  emptyPagePercent: 0,
  expiredVersions: "upgrade",
  batchNullPercent: 0,
  maxInsightsLimit: 1_000,
  maxInsightsRows: 200_000,
  insightsRefusal: "reduce",
  maxPageBytes: null,
  breakdownOptIns: [],
  reportSpeed: 1,
  reportMaxRows: null,
  reportIdAsNumber: false,
  reportFault: NO_FAULT,
};

export function startGraph(options: GraphOptions): GraphStandIn {
  const closing = new AbortController();
  const parts = makeParts(options);
  const accessToken = setDefaultToken(parts, options);
  const { beforeAnswer, onServe } = options;
  return {
    wire: buildWire({ parts, hooks: { beforeAnswer, onServe }, closing: closing.signal }),
    admin: buildAdmin(parts),
    credentials: { accessToken, appId: parts.app.appId, appSecret: parts.app.appSecret },
    get accounts() {
      return listAccounts(parts.world);
    },
    tokens: parts.tokens,
    calls: parts.calls,
    faults: parts.rules,
    knobs: parts.knobs,
    limits: parts.limits,
    latency: parts.pace,
    entities: parts.changes,
    reports: openReportsDoor(parts.reports, parts.reportFaults, parts.clock),
    truthServed: (query) => servedSide(parts, query).total,
    daysServed: (query) => servedSide(parts, query).days,
    conversionsServed: (query) => servedSide(parts, query).conversions,
    truthFormula: async (query) => (await formulaSide(parts, query)).total,
    daysFormula: async (query) => (await formulaSide(parts, query)).days,
    conversionsFormula: async (query) => (await formulaSide(parts, query)).conversions,
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      await parts.engine.close();
      parts.store.close();
    },
  };
}

function makeParts(options: GraphOptions): GraphParts {
  const { clock } = options;
  const store = openGraphStore(options.dataDir);
  const today = () => formatDay(Math.floor(clock.now() / 86_400_000));
  const bornOn = rememberSetting(store, "born_on", today, options.bornOn);
  const bornDay = parseDay(bornOn);
  if (bornDay === undefined) throw new RangeError(`bornOn "${bornOn}" is not a day: write it as YYYY-MM-DD.`);
  const world = buildWorld(options.seed ?? 1, bornDay, options.extraAccounts);
  const chance = new Chance(world.seed);
  const engine = new InsightsEngine(world, { offThread: options.offThread ?? true });
  const calls = new CallLog(store);
  return {
    clock,
    store,
    world,
    tokens: new TokenTable(store, clock.now),
    app: {
      appId: rememberSetting(store, "app_id", makeAppId, options.appId),
      appSecret: rememberSetting(store, "app_secret", makeAppSecret, options.appSecret),
      appName: "meta-sync local",
      requireProof: options.requireAppSecretProof ?? false,
    },
    knobs: { ...DEFAULT_KNOBS, ...options.knobs },
    engine,
    calls,
    served: new ServedLog(store),
    rules: new RuleBook(chance),
    chance,
    limits: openLimits(store, calls, clock, options.limits),
    pace: openLatency(store, world.seed, options.latency),
    changes: new EntityChanges(store, world, clock, (change) => engine.follow(change)),
    reports: new ReportTable(store),
    reportFaults: new ReportFaults(),
  };
}

function setDefaultToken(parts: GraphParts, options: GraphOptions): string {
  parts.tokens.set({ name: "default", token: options.accessToken });
  for (const token of options.tokens ?? []) parts.tokens.set(token);
  const row = parts.tokens.list().find((token) => token.name === "default");
  return row?.token ?? "";
}
