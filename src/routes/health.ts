/** GET /healthz: the process lives. GET /readyz: it can do its work, because the database answers. */
import { Hono } from "hono";
import { DbError } from "../db/errors.ts";
import type { Services } from "../services.ts";
import { answerError } from "./error-answer.ts";

export function healthRoutes(services: Services): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/readyz", async (c) => {
    try {
      await services.db.ready();
      return c.json({ ok: true, database: "answers" });
    } catch (error) {
      if (!(error instanceof DbError)) throw error;
      services.log.warn("not_ready", { error });
      return answerError(c, 503, "not_ready", error.message);
    }
  });
  return app;
}
