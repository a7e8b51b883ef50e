/**
 * The embedded world in a process of its own: a real Postgres, QStash, Slack and the Graph API. Prints one line of JSON, the
 * variables that the app needs; answers SQL over the channel to its parent, and ends when that channel does.
 */
import { serve } from "@hono/node-server";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { z } from "zod";
import { migrate } from "../src/db/migrate.ts";
import { LATENCY_PROFILES } from "../src/local/graph/latency/profiles.ts";
import { startWorld, type World } from "../src/local/world.ts";
import { extraAccounts } from "./accounts.ts";
import { questionSchema, type Answered } from "./channel.ts";

const { values } = parseArgs({
  options: { latency: { type: "string" }, "data-dir": { type: "string" }, "app-url": { type: "string" } },
});
const settings = z
  .object({ latency: z.enum(LATENCY_PROFILES), "data-dir": z.string(), "app-url": z.url() })
  .parse(values);

const keepAliveMs = 75_000;

function variablesOf({ database, queue, graph, slack }: World, base: string): Record<string, string> {
  if (database === null || queue === null || graph === null || slack === null)
    throw new Error("Every part of this world is embedded");
  return {
    SUPABASE_URL: `${base}/_world/supabase`,
    SUPABASE_SERVICE_ROLE_KEY: database.keys.serviceRoleKey,
    SUPABASE_ANON_KEY: database.keys.anonKey,
    QSTASH_URL: `${base}/_world/qstash`,
    QSTASH_TOKEN: queue.keys.token,
    QSTASH_CURRENT_SIGNING_KEY: queue.keys.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: queue.keys.nextSigningKey,
    META_GRAPH_URL: `${base}/_world/graph`,
    META_ACCESS_TOKEN: graph.credentials.accessToken,
    SLACK_API_URL: `${base}/_world/slack/api`,
    SLACK_BOT_TOKEN: slack.credentials.botToken,
    SLACK_SIGNING_SECRET: slack.credentials.signingSecret,
  };
}

/** Resolves when the server listens; until the world is there it answers 503. */
async function listen(): Promise<{ base: string; open(world: World): void; close(): void }> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  let world: World | undefined;
  const answer = (request: Request, env: object) =>
    world?.wire.fetch(request, env) ?? new Response("Starting", { status: 503 });
  const server = serve({ port: 0, hostname: "127.0.0.1", fetch: answer }, resolve);
  server.once("error", reject);
  // As real services do. Node's 5 s let a starved server close a connection that the app was just about to use.
  (server as Server).keepAliveTimeout = keepAliveMs;
  const { port } = await promise;
  return {
    base: `http://localhost:${port}`,
    open: (started) => {
      world = started;
    },
    close: () => server.close(),
  };
}

async function start(): Promise<() => Promise<void>> {
  const door = await listen();
  const world = await startWorld({
    dataDir: settings["data-dir"],
    parts: { slack: true, queue: true, database: true, meta: true },
    databaseKind: "postgres",
    base: () => door.base,
    appUrl: () => settings["app-url"],
    meta: { extraAccounts, latency: settings.latency },
  });
  if (world.database === null) throw new Error("This world has a database");
  const { database } = world.database;
  await migrate(database);
  await world.database.afterMigrations();
  door.open(world);
  world.open();
  process.on("message", (message) => {
    const { id, sql } = questionSchema.parse(message);
    const tell = (answer: Answered) => process.send?.(answer);
    void database.query(sql).then(
      ({ rows }) => tell({ id, rows }),
      (error: unknown) => tell({ id, error: String(error) }),
    );
  });
  console.log(JSON.stringify(variablesOf(world, door.base)));
  return () => {
    door.close();
    return world.close();
  };
}

const started = start();
const end = async () => {
  const close = await started;
  await close();
  process.exit(0);
};
process.once("disconnect", () => void end());
// Ctrl-C reaches every process of the terminal; this one waits for its parent, which ends the app first.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
await started;
