/** GET /v2/events: what happened to the messages, newest first. */
import type { Hono } from "hono";
import { MESSAGE_FILTERS, parseFilter, type FilterName } from "../filters.ts";
import type { Parts } from "../parts.ts";
import { showEvent } from "../wire-shapes.ts";

const EVENT_FILTERS: FilterName[] = ["messageIds", "messageId", "state", ...MESSAGE_FILTERS];

export function addEventRoutes(wire: Hono, parts: Parts): void {
  wire.get("/v2/events", (c) => {
    const filter = parseFilter(c.req.queries(), EVENT_FILTERS);
    const events: Record<string, unknown>[] = [];
    let lastSeq = 0;
    for (const event of parts.journal.iterateEvents(filter.beforeSeq)) {
      const message = parts.messages.find(event.messageId);
      if (message === undefined || !filter.matches({ message, timeMs: event.timeMs, state: event.state })) continue;
      if (events.length === filter.count) return c.json({ events, cursor: String(lastSeq) });
      const attempt = event.attemptSeq === null ? undefined : parts.journal.findAttempt(event.attemptSeq);
      events.push(showEvent(event, message, attempt?.answer ?? null));
      lastSeq = event.seq;
    }
    return c.json({ events });
  });
}
