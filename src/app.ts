/** The house's front: every door in one Hono app, one answer for what nobody expected. */
import { Hono } from "hono";
import { cors } from "hono/cors";
import { DbError } from "./db/errors.ts";
import { answerError } from "./routes/error-answer.ts";
import { healthRoutes } from "./routes/health.ts";
import { startPath, startRoutes } from "./routes/start.ts";
import { statusRoutes } from "./routes/status.ts";
import { workerRoutes } from "./routes/worker.ts";
import { wordsRoutes } from "./routes/words.ts";
import type { Services } from "./services.ts";

const slackPath = "/api/slack/events";

/** Bolt costs 200 ms to load, so the first Slack request pays for it, and the worker's path never does. */
function slackDoor(services: Services): (request: Request) => Promise<Response> {
  const { slack } = services.config;
  let door: Promise<(request: Request) => Promise<Response>> | undefined;
  return async (request) => {
    if (slack === null)
      return new Response("No Slack is connected: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET.", { status: 503 });
    door ??= import("./routes/slack/bolt.ts").then(({ createSlackDoor }) => createSlackDoor(services, slack));
    // A failed import is tried again with the next request.
    door.catch(() => {
      door = undefined;
    });
    const handle = await door;
    return handle(request);
  };
}

export function createApp(services: Services): Hono {
  const app = new Hono();
  const { corsOrigins } = services.config;
  if (corsOrigins.length > 0) {
    const options = { origin: [...corsOrigins], allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key"] };
    app.use(`${startPath}/*`, cors(options));
    app.use(startPath, cors(options));
  }
  app.route("/", healthRoutes(services));
  app.route("/", startRoutes(services));
  app.route("/", statusRoutes(services));
  app.route("/", workerRoutes(services));
  app.route("/", wordsRoutes(services));
  const toSlack = slackDoor(services);
  app.post(slackPath, (c) => toSlack(c.req.raw));
  app.notFound((c) => answerError(c, 404, "not_found", `There is nothing at ${c.req.method} ${c.req.path}.`));
  app.onError((error, c) => {
    services.log.error("request_failed", { path: c.req.path, error });
    if (error instanceof DbError && (error.kind === "unavailable" || error.kind === "contended")) {
      c.header("Retry-After", "5");
      return answerError(
        c,
        503,
        "unavailable",
        "The database doesn't answer; try again in a moment. Nothing was lost.",
      );
    }
    return answerError(c, 500, "internal", "Something broke here; the log has the reason.");
  });
  return app;
}
