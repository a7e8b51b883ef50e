/** The embedded world: whichever of Postgres, QStash, Graph API and Slack are asked for, on one address, under one clock. */
import { Hono } from "hono";
import { z } from "zod";
import { WorldClock } from "./clock.ts";
import { startGraph, type GraphOptions, type GraphStandIn } from "./graph/start-graph.ts";
import { openIdentity, type WorldIdentity } from "./identity.ts";
import { panelDoor, panelPath } from "./panel/door.ts";
import { SlackPostman } from "./panel/slack-postman.ts";
import { lockDirectory } from "./postgres/lock.ts";
import { startPostgres, type EmbeddedPostgres, type PostgresKind } from "./postgres/index.ts";
import { createPage } from "./page/page-door.ts";
import { startQstash, type Qstash } from "./qstash/start-qstash.ts";
import { startSlack, type LocalSlack } from "./slack/start-slack.ts";

export interface WorldOptions {
  /** Absent = in memory. */
  dataDir?: string;
  parts: { slack: boolean; queue: boolean; database: boolean; meta: boolean };
  databaseKind: PostgresKind;
  /** Where this world itself is reached, without a slash at the end. */
  base: () => string;
  /** Where the app is reached. */
  appUrl: () => string;
  /** Secrets that are set are used; the rest is made and kept in the data directory. */
  slackSigningSecret?: string;
  metaAppSecret?: string;
  /** Ad accounts beyond the seeded ones, and how long Meta's answers take. */
  meta?: Pick<GraphOptions, "extraAccounts" | "latency">;
}

export interface World {
  clock: WorldClock;
  identity: Readonly<WorldIdentity>;
  /** Everything under /_world and, when Slack is embedded, its page at `/`. */
  wire: Hono;
  /** Whether a path is the world's and not the app's. */
  owns(pathname: string): boolean;
  slack: LocalSlack | null;
  queue: Qstash | null;
  graph: GraphStandIn | null;
  database: EmbeddedPostgres | null;
  /** Tells the queue where the app is now: what was pending for another port is re-addressed; then deliveries begin. */
  open(): void;
  close(): Promise<void>;
}

const clockOrderSchema = z.union([z.object({ advanceMs: z.number() }), z.object({ offsetMs: z.number() })]);

const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Nobody but this machine's own pages and programs may play with the world: no page of another origin, no name of its
 * own that points to 127.0.0.1, nobody who comes through a tunnel.
 */
function refuseStrangers(wire: Hono): void {
  wire.use("/_world/*", async (c, next) => {
    const { origin, hostname } = new URL(c.req.url);
    const isOurs = (c.req.header("origin") ?? origin) === origin && loopbackNames.has(hostname);
    if (!isOurs || c.req.header("x-forwarded-for") !== undefined) {
      return c.json({ error: "the embedded world answers this machine only" }, 403);
    }
    return next();
  });
}

function mountClock(wire: Hono, clock: WorldClock): void {
  const tell = () => ({ now: new Date(clock.now()).toISOString(), offsetMs: clock.offsetMs });
  wire.get("/_world/clock", (c) => c.json(tell()));
  wire.post("/_world/clock", async (c) => {
    const order = clockOrderSchema.safeParse(await c.req.json().catch(() => null));
    if (!order.success) return c.json({ error: 'send {"advanceMs": 60000} or {"offsetMs": 0}' }, 400);
    await ("advanceMs" in order.data ? clock.advance(order.data.advanceMs) : clock.setOffset(order.data.offsetMs));
    return c.json(tell());
  });
}

function mount(wire: Hono, name: string, part: { wire: Hono; admin: Hono } | null): void {
  if (part === null) return;
  wire.route(`/_world/${name}/admin`, part.admin);
  wire.route(`/_world/${name}`, part.wire);
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const { parts, base } = options;
  const place = options.dataDir === undefined ? {} : { dataDir: options.dataDir };
  // The database takes the directory's lock itself; without one the rest of the world still needs it.
  const lock = parts.database || options.dataDir === undefined ? null : lockDirectory(options.dataDir);
  const kept = openIdentity(options.dataDir);
  const { identity } = kept;
  const clock = new WorldClock({ offsetMs: identity.clockOffsetMs });
  clock.onMove((offsetMs) => {
    identity.clockOffsetMs = offsetMs;
    kept.save();
  });
  const database = parts.database ? await startPostgres({ kind: options.databaseKind, clock, ...place }) : null;
  const { queueToken: token, currentSigningKey, nextSigningKey } = identity;
  const keys = { token, currentSigningKey, nextSigningKey };
  const queue = parts.queue ? startQstash({ clock, ...place, ...keys, startPaused: true }) : null;
  const appSecret = options.metaAppSecret === undefined ? {} : { appSecret: options.metaAppSecret };
  const graph = parts.meta ? startGraph({ clock, ...place, ...appSecret, ...options.meta }) : null;
  const signing = options.slackSigningSecret === undefined ? {} : { signingSecret: options.slackSigningSecret };
  const publicBase = () => `${base()}/_world/slack`;
  const postman = new SlackPostman(clock.now);
  const slack = parts.slack
    ? startSlack({ clock, ...place, ...signing, appUrl: options.appUrl, publicBase, fetch: postman.fetch })
    : null;

  const wire = new Hono();
  refuseStrangers(wire);
  mountClock(wire, clock);
  wire.route(panelPath, panelDoor({ clock, slack, postman, queue, graph, database }));
  mount(wire, "slack", slack);
  const page = slack === null ? null : createPage(slack, clock);
  if (page !== null) wire.route("/", page.wire);
  mount(wire, "qstash", queue);
  mount(wire, "graph", graph);
  if (database !== null) {
    wire.route("/_world/supabase/admin", database.admin);
    // Mounted, not routed: its own answer for unknown paths must be kept.
    wire.mount("/_world/supabase", database.wire.fetch);
  }
  return {
    clock,
    identity,
    wire,
    slack,
    queue,
    graph,
    database,
    owns: (pathname) => pathname.startsWith("/_world/") || (pathname === "/" && page !== null),
    open() {
      const origin = options.appUrl();
      if (identity.origin !== null && identity.origin !== origin) queue?.readdress(identity.origin, origin);
      identity.origin = origin;
      kept.save();
      queue?.resume();
    },
    async close() {
      page?.close();
      await queue?.close();
      await graph?.close();
      slack?.close();
      await database?.close();
      clock.stop();
      lock?.release();
    },
  };
}
