/** /v2/messages: look at a message that is still to be delivered, cancel one or many. */
import type { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { cancelMessage } from "../cancel-message.ts";
import { MESSAGE_FILTERS, parseFilter } from "../filters.ts";
import type { StoredMessage } from "../message.ts";
import type { Parts } from "../parts.ts";
import { showMessage } from "../wire-shapes.ts";
import { readQueryWithBody } from "./read-query.ts";

const idsBody = z.strictObject({ messageIds: z.array(z.string().min(1)).min(1) });

export function addMessageRoutes(wire: Hono, parts: Parts): void {
  wire.get("/v2/messages/:id", (c) => c.json(showMessage(findOpen(parts, c.req.param("id")))));

  wire.delete("/v2/messages/:id", (c) => {
    const message = findOpen(parts, c.req.param("id"));
    return c.json({ cancelled: cancelMessage(parts, message) ? 1 : 0 });
  });

  // Without any filter the service cancels everything, and so does this.
  wire.delete("/v2/messages", async (c) => {
    const query = await readQueryWithBody(c, idsBody);
    const filter = parseFilter(query, ["messageIds", ...MESSAGE_FILTERS]);
    const wanted = parts.messages
      .listOpen()
      .filter((message) => filter.matches({ message, timeMs: message.createdAtMs }));
    return c.json({ cancelled: wanted.filter((message) => cancelMessage(parts, message)).length });
  });
}

/** The service forgets a message once it is final. */
function findOpen(parts: Parts, id: string): StoredMessage {
  const message = parts.messages.find(id);
  if (message === undefined || message.finishedAtMs !== null) throw new ApiError(404, `message ${id} not found`);
  return message;
}
