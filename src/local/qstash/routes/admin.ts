/** The admin door: what a person or a test asks the queue, outside the service's own API. JSON in and out. */
import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { Desk } from "../desk.ts";
import type { StoredMessage } from "../message.ts";
import type { Parts } from "../parts.ts";
import type { Pump } from "../pump.ts";
import { showDeadLetter, showMessage, showSchedule } from "../wire-shapes.ts";

const listQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(200) });

export function createAdmin(parts: Parts, pump: Pump, desk: Desk): Hono {
  const admin = new Hono();
  addMessageRoutes(admin, parts, pump, desk);
  addScheduleRoutes(admin, parts, desk);
  addFaultRoutes(admin, parts);
  admin.get("/stats", (c) => c.json(parts.stats.read()));
  admin.post("/deliver-due", async (c) => c.json({ delivered: await pump.deliverDue() }));
  admin.all("*", (c) =>
    c.json({ error: `${c.req.method} ${c.req.path} is no admin call of the embedded QStash` }, 404),
  );
  admin.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ error: error.message }, error.status);
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400);
    return c.json({ error: `internal error: ${error.message}` }, 500);
  });
  return admin;
}

function addMessageRoutes(admin: Hono, parts: Parts, pump: Pump, desk: Desk): void {
  admin.get("/messages", (c) => {
    const { limit } = listQuery.parse(c.req.query());
    return c.json({ messages: parts.messages.listNewest(limit).map((message) => describeMessage(parts, message)) });
  });
  admin.post("/messages/:id/deliver", async (c) => {
    const id = c.req.param("id");
    await pump.deliverNow(id);
    const message = parts.messages.find(id);
    return c.json(message === undefined ? {} : describeMessage(parts, message));
  });
  admin.get("/dlq", (c) => {
    const messages = desk.deadLetters().map(({ letter, message, answer }) => showDeadLetter(letter, message, answer));
    return c.json({ messages });
  });
}

function addScheduleRoutes(admin: Hono, parts: Parts, desk: Desk): void {
  admin.get("/schedules", (c) =>
    c.json({ schedules: parts.schedules.list().map((schedule) => showSchedule(parts, schedule)) }),
  );
  admin.post("/schedules/:id/fire", (c) => c.json({ messageId: desk.fireSchedule(c.req.param("id")) }));
}

function addFaultRoutes(admin: Hono, parts: Parts): void {
  admin.get("/faults", (c) => c.json({ faults: parts.faults.list() }));
  admin.post("/faults", async (c) => {
    const rule = await c.req.json<unknown>().catch(() => undefined);
    return c.json(parts.faults.add(rule), 201);
  });
  admin.delete("/faults", (c) => {
    parts.faults.clear();
    return c.json({ faults: [] });
  });
  admin.delete("/faults/:id", (c) => {
    if (!parts.faults.remove(c.req.param("id"))) throw new ApiError(404, `fault ${c.req.param("id")} not found`);
    return c.json({ faults: parts.faults.list() });
  });
}

/** A message as the API shows it, with its state and every attempt. */
function describeMessage(parts: Parts, message: StoredMessage): Record<string, unknown> {
  return {
    ...showMessage(message),
    state: message.state,
    retried: message.retried,
    nextDeliveryAt: message.nextDeliveryAtMs,
    finishedAt: message.finishedAtMs,
    sourceMessageId: message.sourceMessageId ?? undefined,
    attempts: parts.journal.listAttempts(message.id).map((attempt) => ({
      retried: attempt.retried,
      copy: attempt.copy,
      startedAt: attempt.startedAtMs,
      endedAt: attempt.endedAtMs,
      status: attempt.answer?.status ?? null,
      error: attempt.answer?.error ?? null,
    })),
  };
}
