/**
 * The whole program in one process, for stories told through the doors: the four stand-ins behind the real services'
 * host names (msw; any other request fails), the app behind its public address, a clock and a queue moved by hand.
 */
import { createHash } from "node:crypto";
import { http, HttpResponse, passthrough } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, onTestFinished } from "vitest";
import { createApp } from "#src/app.ts";
import { parseApiKeys } from "#src/access/api-keys.ts";
import type { Config } from "#src/config.ts";
import { learnAccounts } from "#src/duties.ts";
import { WorldClock } from "#src/local/clock.ts";
import { startGraph, type GraphStandIn } from "#src/local/graph/start-graph.ts";
import type { EmbeddedPostgres, PostgresKind } from "#src/local/postgres/index.ts";
import { startQstash, type Qstash } from "#src/local/qstash/start-qstash.ts";
import { renderText } from "#src/local/slack/render-text.ts";
import { startSlack, type LocalSlack } from "#src/local/slack/start-slack.ts";
import { createLog } from "#src/log.ts";
import { createServices, type Services } from "#src/services.ts";
import { startTestPostgres } from "./postgres.ts";

export const appOrigin = "https://app.example.test";
export const apiKey = "test-key-0123456789";
/** Midday in Europe: the same day in every sample account's zone but Lord Howe's. */
const startOfTests = Date.parse("2026-11-15T12:00:00Z");

export const accounts = {
  berlin: "act_2026110001",
  tokyo: "act_2026110002",
  kolkata: "act_2026110003",
  losAngeles: "act_2026110004",
  lordHowe: "act_2026110005",
} as const;

export interface TestWorld {
  clock: WorldClock;
  slack: LocalSlack;
  queue: Qstash;
  graph: GraphStandIn;
  postgres: EmbeddedPostgres;
  services: Services;
  /** Every line the product logged, as text. */
  logLines: string[];
  /** The app through its front door. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** A person types in a channel (#ads unless told). */
  type(text: string, options?: { user?: string; channel?: string }): ReturnType<LocalSlack["sendCommand"]>;
  /** Delivers what is due and lets background work end, until nothing moves any more. The clock stands still. */
  settle(): Promise<void>;
  /** `settle`, then moves the clock to the next message that waits, again and again, until the queue is empty. */
  run(): Promise<void>;
  /** The roots of a channel as people read them, each followed by its thread. */
  read(channel?: string): { root: string; replies: string[]; ts: string }[];
  /** SQL straight at the database, past the doors: for assertions only. */
  query(sql: string, params?: unknown[]): Promise<Record<string, unknown>[]>;
  /** A digest of every table of ours: equal digests = nothing changed. */
  digest(): Promise<string>;
}

interface Handlers {
  [host: string]: (request: Request) => Response | Promise<Response>;
}

let current: Handlers | null = null;
/** Requests to hosts that no stand-in answers: a test with one fails. */
const unexpected: string[] = [];

/** One msw server for the file. Loopback is left alone: the stand-ins' own workers and servers use it. */
const server = setupServer(
  http.all(/^http:\/\/127\.0\.0\.1/, () => passthrough()),
  http.all("*", async ({ request }) => {
    const handler = current?.[new URL(request.url).host];
    if (handler !== undefined) return handler(request);
    unexpected.push(`${request.method} ${request.url}`);
    return HttpResponse.error();
  }),
);

/** To be called once at the top of a scenario file. */
export function useWorlds(): void {
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterEach(() => expect(unexpected.splice(0), "requests to hosts that nothing answers").toEqual([]));
  afterAll(() => server.close());
}

function makeConfig(
  parts: Pick<TestWorld, "slack" | "queue" | "graph" | "postgres">,
  changes: Partial<Config>,
): Config {
  const { slack, queue, graph, postgres } = parts;
  const keys = parseApiKeys(`tester:${apiKey}`);
  return {
    production: false,
    env: "test",
    workspaceId: "default",
    publicUrl: appOrigin,
    publishRefusal: null,
    sampleData: false,
    database: {
      url: "https://project.supabase.co",
      serviceRoleKey: postgres.keys.serviceRoleKey,
      anonKey: postgres.keys.anonKey,
    },
    queue: { url: "https://qstash.upstash.io", ...queue.keys },
    slack: {
      apiUrl: "https://slack.com/api/",
      botToken: slack.credentials.botToken,
      signingSecrets: [slack.credentials.signingSecret],
    },
    meta: {
      graphUrl: "https://graph.facebook.com",
      version: "v26.0",
      accessToken: graph.credentials.accessToken,
      appSecret: graph.credentials.appSecret,
      app: "test-app",
      delayMs: 0,
    },
    secretsKey: "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=",
    apiKeys: keys.ok ? keys.keys : [],
    trustLoopback: false,
    corsOrigins: [],
    sliceSeconds: 50,
    sliceConcurrency: 4,
    workersPerJob: 2,
    defaultRole: "operator",
    ...changes,
  };
}

const tablesSql = `
  select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and (n.nspname in ('meta_sync', 'meta_ads') or (n.nspname = 'public' and c.relname = 'background_jobs'))
    and c.relname <> 'clock_offset' order by 1, 2`;

async function digestOf(postgres: EmbeddedPostgres): Promise<string> {
  const hash = createHash("sha256");
  const { rows: tables } = await postgres.database.query(tablesSql);
  for (const table of tables) {
    const { rows } = await postgres.database.query(
      `select coalesce(string_agg(t::text, e'\\n' order by t::text), '') as text from ${String(table["schema"])}.${String(table["name"])} t`,
    );
    hash.update(`${String(table["name"])}\n${String(rows[0]?.["text"])}\n`);
  }
  return hash.digest("hex");
}

export interface WorldSettings {
  /** A real Postgres unless told: it is what a hosted project runs, and starts in a tenth of PGlite's time. */
  kind?: PostgresKind;
  config?: Partial<Config>;
  /** Signed addresses and remaining budgets that change at each read, as Meta's do; off, so that tables can be compared. */
  volatileValues?: boolean;
  /** Called before each answer of the Graph API: to move the clock while pages are read. */
  beforeGraphAnswer?: (clock: WorldClock) => void | Promise<void>;
}

/** A fresh world for one test; it is closed when the test ends. */
export async function createWorld(settings: WorldSettings = {}): Promise<TestWorld> {
  const clock = new WorldClock({ offsetMs: startOfTests - Date.now() });
  const postgres = await startTestPostgres(settings.kind ?? "postgres", clock);
  const { beforeGraphAnswer } = settings;
  const graph = startGraph({
    clock,
    seed: 1,
    bornOn: "2026-11-15",
    knobs: { volatileValues: settings.volatileValues ?? false },
    ...(beforeGraphAnswer === undefined ? {} : { beforeAnswer: () => beforeGraphAnswer(clock) }),
  });
  const queue = startQstash({ clock, autoDeliver: false, allowHosts: ["app.example.test"] });
  const slack = startSlack({ clock, appUrl: () => appOrigin });
  const logLines: string[] = [];
  const log = createLog("debug", clock.now, (line) => logLines.push(line));
  const config = makeConfig({ slack, queue, graph, postgres }, settings.config ?? {});
  let app: ReturnType<typeof createApp> | undefined;
  current = {
    "slack.com": (request) => slack.wire.fetch(request),
    "hooks.slack.com": (request) => slack.wire.fetch(request),
    "qstash.upstash.io": (request) => queue.wire.fetch(request),
    "graph.facebook.com": (request) => graph.wire.fetch(request),
    "project.supabase.co": (request) => postgres.wire.fetch(request),
    "app.example.test": (request) => app?.fetch(request) ?? new Response("starting", { status: 503 }),
  };
  // After msw listens: clients take the fetch of their time. Pauses move the clock instead of taking time.
  const wait = (ms: number) => clock.advance(ms);
  const services = createServices(config, { now: clock.now, wait, random: () => 0.5, log });
  app = createApp(services);
  await learnAccounts(services);
  onTestFinished(async () => {
    await services.background.settle();
    await queue.close();
    await graph.close();
    slack.close();
    clock.stop();
    current = null;
  });

  const settle = async () => {
    for (;;) {
      await services.background.settle();
      const delivered = await queue.deliverDue();
      await services.background.settle();
      if (delivered === 0) return;
    }
  };
  const runToEnd = async () => {
    for (let step = 0; step < 500; step += 1) {
      await settle();
      const times = queue
        .pending()
        .filter((message) => message.scheduleId === null)
        .map((message) => message.nextDeliveryAt ?? 0);
      if (times.length === 0) return;
      await clock.advance(Math.max(0, Math.min(...times) - clock.now()) + 1);
    }
    throw new Error(`The queue isn't empty after 500 steps: ${JSON.stringify(queue.pending())}`);
  };
  return {
    clock,
    slack,
    queue,
    graph,
    postgres,
    services,
    logLines,
    request: async (path, init) => fetch(`${appOrigin}${path}`, init),
    type: (text, options = {}) =>
      slack.sendCommand({
        user: options.user ?? "U0ANA",
        channel: options.channel ?? "C0ADS",
        command: "/meta-sync",
        text,
      }),
    settle,
    run: runToEnd,
    read: (channel = "C0ADS") =>
      slack.threads(channel).map(({ message, replies }) => ({
        root: renderText(message),
        replies: replies.map((reply) => renderText(reply)),
        ts: message.ts,
      })),
    query: async (sql, params) => (await postgres.database.query(sql, params)).rows,
    digest: () => digestOf(postgres),
  };
}

export const withKey = { headers: { authorization: `Bearer ${apiKey}` } } as const;
