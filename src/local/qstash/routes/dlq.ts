/** /v2/dlq: messages that failed for good. */
import type { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { MESSAGE_FILTERS, parseFilter, type Filter, type FilterName } from "../filters.ts";
import type { StoredMessage } from "../message.ts";
import type { Parts } from "../parts.ts";
import { retryDeadLetter } from "../retry-dead-letter.ts";
import type { DeadLetter } from "../store/dead-letters.ts";
import type { Answer } from "../store/journal.ts";
import { showDeadLetter } from "../wire-shapes.ts";
import { readQueryWithBody } from "./read-query.ts";

const DLQ_FILTERS: FilterName[] = ["dlqIds", "messageId", "responseStatus", ...MESSAGE_FILTERS];
const idsBody = z.strictObject({ dlqIds: z.array(z.string().min(1)).min(1) });

interface Entry {
  letter: DeadLetter;
  message: StoredMessage;
  answer: Answer | null;
}

export function addDlqRoutes(wire: Hono, parts: Parts): void {
  wire.get("/v2/dlq", (c) => {
    const { entries, cursor } = takePage(parts, parseFilter(c.req.queries(), DLQ_FILTERS));
    const messages = entries.map(({ letter, message, answer }) => showDeadLetter(letter, message, answer));
    return c.json({ messages, cursor });
  });
  wire.get("/v2/dlq/:id", (c) => {
    const { letter, message, answer } = findEntry(parts, c.req.param("id"));
    return c.json(showDeadLetter(letter, message, answer));
  });
  wire.delete("/v2/dlq/:id", (c) => {
    parts.deadLetters.remove(findEntry(parts, c.req.param("id")).letter.id);
    return c.body(null, 200);
  });
  wire.delete("/v2/dlq", async (c) => {
    const { entries, cursor } = takePage(parts, parseFilter(await readQueryWithBody(c, idsBody), DLQ_FILTERS));
    for (const { letter } of entries) parts.deadLetters.remove(letter.id);
    return c.json({ deleted: entries.length, cursor });
  });
  wire.post("/v2/dlq/retry", (c) => {
    const { entries, cursor } = takePage(parts, parseFilter(c.req.queries(), DLQ_FILTERS));
    const responses = entries.map(({ letter, message }) => ({ messageId: retryDeadLetter(parts, letter, message) }));
    return c.json({ cursor: cursor ?? "", responses }, 201);
  });
  wire.post("/v2/dlq/retry/:id", (c) => {
    const { letter, message } = findEntry(parts, c.req.param("id"));
    return c.json({ responses: [{ messageId: retryDeadLetter(parts, letter, message) }] }, 201);
  });
}

/** One page, newest first; `cursor` only if more follow. */
function takePage(parts: Parts, filter: Filter): { entries: Entry[]; cursor: string | undefined } {
  const entries: Entry[] = [];
  for (const letter of parts.deadLetters.list(filter.beforeSeq)) {
    const entry = completeEntry(parts, letter);
    if (entry === undefined) continue;
    const { message, answer } = entry;
    const subject = { message, timeMs: letter.createdAtMs, dlqId: letter.id, responseStatus: answer?.status ?? 0 };
    if (!filter.matches(subject)) continue;
    if (entries.length === filter.count) return { entries, cursor: String(entries.at(-1)?.letter.seq ?? 0) };
    entries.push(entry);
  }
  return { entries, cursor: undefined };
}

function findEntry(parts: Parts, id: string): Entry {
  const letter = parts.deadLetters.find(id);
  const entry = letter === undefined ? undefined : completeEntry(parts, letter);
  if (entry === undefined) throw new ApiError(404, `dlq message ${id} not found`);
  return entry;
}

function completeEntry(parts: Parts, letter: DeadLetter): Entry | undefined {
  const message = parts.messages.find(letter.messageId);
  if (message === undefined) return undefined;
  const attempt = letter.attemptSeq === null ? undefined : parts.journal.findAttempt(letter.attemptSeq);
  return { letter, message, answer: attempt?.answer ?? null };
}
