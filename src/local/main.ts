/** `npm run world`: the embedded world alone, for programs that bring their own app. Prints where each part is reached. */
import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { startWorld, type World } from "./world.ts";

const appUrl = process.env["WEBHOOK_BASE_URL"] ?? "http://localhost:3000";
let world: World | undefined;

const server = serve(
  {
    port: Number(process.env["PORT"] ?? 0),
    hostname: "127.0.0.1",
    fetch: (request, env) => world?.wire.fetch(request, env) ?? new Response("Starting", { status: 503 }),
  },
  (info: AddressInfo) => {
    void open(`http://localhost:${info.port}`).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    });
  },
);

async function open(base: string): Promise<void> {
  world = await startWorld({
    dataDir: process.env["META_SYNC_DATA_DIR"] ?? ".meta-sync",
    parts: { slack: true, queue: true, database: true, meta: true },
    databaseKind: process.env["META_SYNC_DB"] === "postgres" ? "postgres" : "pglite",
    base: () => base,
    appUrl: () => appUrl,
  });
  world.open();
  const { database, queue, slack, graph } = world;
  console.log(
    [
      `The embedded world runs at ${base}; it expects the app at ${appUrl} (WEBHOOK_BASE_URL).`,
      "",
      `  Supabase  ${base}/_world/supabase   service role key ${database?.keys.serviceRoleKey ?? ""}`,
      `  QStash    ${base}/_world/qstash     token ${queue?.keys.token ?? ""}`,
      `            signing keys ${queue?.keys.currentSigningKey ?? ""} ${queue?.keys.nextSigningKey ?? ""}`,
      `  Slack     ${base}/_world/slack/api/ bot token ${slack?.credentials.botToken ?? ""}`,
      `            signing secret ${slack?.credentials.signingSecret ?? ""}`,
      `  Meta      ${base}/_world/graph      access token ${graph?.credentials.accessToken ?? ""}`,
      "",
      "These secrets belong to this directory's sample data only.",
    ].join("\n"),
  );
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close();
    void (world?.close() ?? Promise.resolve()).then(() => process.exit(0));
  });
}
