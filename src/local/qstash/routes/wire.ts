/** The API of the service at the paths of the service: who may call, one route file per family, one form of error. */
import { timingSafeEqual } from "node:crypto";
import { Hono, type Context } from "hono";
import { ApiError } from "../api-error.ts";
import type { Parts } from "../parts.ts";
import { addBatchRoutes } from "./batch.ts";
import { addDlqRoutes } from "./dlq.ts";
import { addEventRoutes } from "./events.ts";
import { addKeyRoutes } from "./keys.ts";
import { addMessageRoutes } from "./messages.ts";
import { addPublishRoutes } from "./publish.ts";
import { addScheduleRoutes } from "./schedules.ts";

export function createWire(parts: Parts): Hono {
  const wire = new Hono();
  wire.use("/v2/*", async (c, next) => {
    const startedMs = performance.now();
    await next();
    // Where it is mounted is left out, so that the path reads as the service's own.
    const path = c.req.path.slice(c.req.path.indexOf("/v2/"));
    const isCut = c.res.headers.has("x-hono-already-sent");
    const ms = Math.round(performance.now() - startedMs);
    parts.calls.add({ atMs: parts.now(), method: c.req.method, path, status: isCut ? 0 : c.res.status, ms });
  });
  wire.use("/v2/*", async (c, next) => {
    if (parts.faults.isDown()) {
      parts.faults.take("down", { labels: [], url: c.req.url });
      parts.stats.count("faults.down");
      return c.json({ error: "service unavailable (fault)" }, 503);
    }
    await next();
    parts.stats.count(`calls.${c.res.status}`);
    return undefined;
  });
  wire.use("/v2/*", async (c, next) => {
    const given = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? c.req.query("qstash_token");
    if (given === undefined || !isSame(given, parts.keys.token)) return c.json({ error: "unauthorized" }, 401);
    await next();
    return undefined;
  });
  addPublishRoutes(wire, parts);
  addBatchRoutes(wire, parts);
  addMessageRoutes(wire, parts);
  addScheduleRoutes(wire, parts);
  addDlqRoutes(wire, parts);
  addEventRoutes(wire, parts);
  addKeyRoutes(wire, parts);
  const answerUnknown = (c: Context) =>
    c.json({ error: `${c.req.method} ${c.req.path} is not known to the embedded QStash` }, 404);
  // A mounted app's notFound isn't asked, so the answer is a route of its own too.
  wire.all("/v2/*", answerUnknown);
  wire.notFound(answerUnknown);
  wire.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ error: error.message }, error.status);
    return c.json({ error: `internal error: ${error.message}` }, 500);
  });
  return wire;
}

function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}
