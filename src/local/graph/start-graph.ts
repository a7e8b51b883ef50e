/** Starts the embedded Graph API: a read-only Meta with seeded ad accounts that official SDKs can talk to. */
import type { Hono } from "hono";
import type { WorldClock } from "../clock.ts";
import { buildAdmin } from "./admin.ts";
import { CallLog } from "./call-log.ts";
import { formatDay, parseDay } from "./days.ts";
import { RuleBook } from "./faults/rule-book.ts";
import type { GraphParts, Knobs } from "./graph-parts.ts";
import { InsightsEngine } from "./insights/engine.ts";
import { type AccountSummary, listAccounts } from "./list-accounts.ts";
import { buildWire } from "./routes.ts";
import { buildWorld } from "./seed/build-world.ts";
import type { ServeHooks } from "./serve.ts";
import { makeAppId, makeAppSecret, openGraphStore, rememberSetting } from "./settings.ts";
import { type TokenChange, TokenTable } from "./tokens.ts";
import { ServedLog, type TruthQuery } from "./truth/served-log.ts";
import { type Truth, truthFormula, truthServed } from "./truth/truth.ts";

export interface GraphOptions extends ServeHooks {
  clock: WorldClock;
  /** Where `graph.sqlite` lies; without it everything is in memory. */
  dataDir?: string | undefined;
  /** Same seed and same birthday, same world. 1 by default. */
  seed?: number | undefined;
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
  truthServed(query: TruthQuery): Truth;
  truthFormula(query: TruthQuery): Promise<Truth>;
  /** Ends the worker, hanging calls and the store; a second call does nothing. */
  close(): Promise<void>;
}

const DEFAULT_KNOBS: Knobs = { maxEdgeLimit: 1_000, maxInsightsLimit: 1_000, maxInsightsRows: 200_000 };

export function startGraph(options: GraphOptions): GraphStandIn {
  const closing = new AbortController();
  const parts = makeParts(options);
  const accessToken = setDefaultToken(parts, options);
  const { beforeAnswer, onServe } = options;
  return {
    wire: buildWire({ parts, hooks: { beforeAnswer, onServe }, closing: closing.signal }),
    admin: buildAdmin(parts),
    credentials: { accessToken, appId: parts.app.appId, appSecret: parts.app.appSecret },
    accounts: listAccounts(parts.world),
    tokens: parts.tokens,
    calls: parts.calls,
    faults: parts.rules,
    knobs: parts.knobs,
    truthServed: (query) => truthServed(parts, query),
    truthFormula: (query) => truthFormula(parts, query),
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
  const world = buildWorld(options.seed ?? 1, bornDay);
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
    engine: new InsightsEngine(world, { offThread: options.offThread ?? true }),
    calls: new CallLog(store),
    served: new ServedLog(store),
    rules: new RuleBook(),
  };
}

function setDefaultToken(parts: GraphParts, options: GraphOptions): string {
  parts.tokens.set({ name: "default", token: options.accessToken });
  for (const token of options.tokens ?? []) parts.tokens.set(token);
  const row = parts.tokens.list().find((token) => token.name === "default");
  return row?.token ?? "";
}
