/** For hosts that want a fetch handler (Vercel). Importing it does nothing: everything is made at the first request. */
import { waitUntil } from "@vercel/functions";
import { Hono } from "hono";
import { createApp } from "./app.ts";
import { readEnvironment } from "./config.ts";
import { createLog } from "./log.ts";
import { resolveConfig } from "./resolve-config.ts";
import { createServices } from "./services.ts";

let built: Hono | undefined;

function build(): Hono {
  // A fetch host has no embedded parts, so what production needs is needed here whatever it calls itself.
  const environment = readEnvironment({ ...process.env, NODE_ENV: "production" });
  const log = createLog(environment.LOG_LEVEL, Date.now, (line) => process.stderr.write(`${line}\n`));
  const config = resolveConfig(environment, null, environment.PORT);
  return createApp(createServices(config, { now: Date.now, random: Math.random, log, keepAlive: waitUntil }));
}

const app = new Hono();
app.all("*", async (c) => {
  try {
    built ??= build();
  } catch (error) {
    // The list names variables, never values; it belongs in the log, not in an answer to anybody.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return c.json(
      { error: { code: "not_configured", message: "meta-sync isn't configured; its log lists what is missing." } },
      503,
    );
  }
  return built.fetch(c.req.raw, c.env);
});

export default app;
