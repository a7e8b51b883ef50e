/** The two faults that no HTTP answer can show: a connection that breaks, and one that stays silent. */
import { IncomingMessage } from "node:http";
import type { Context } from "hono";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

/** Destroys the caller's socket; without one (fetch called in process) the answer is a network error. */
export function resetConnection(c: Context): Response {
  const env: unknown = c.env;
  const incoming = typeof env === "object" && env !== null && "incoming" in env ? env.incoming : undefined;
  if (!(incoming instanceof IncomingMessage)) return Response.error();
  incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Resolves when the caller gives up or `closing` fires. */
export async function waitForHangUp(c: Context, closing: AbortSignal): Promise<void> {
  const either = AbortSignal.any([c.req.raw.signal, closing]);
  if (either.aborted) return;
  await new Promise<void>((resolve) => either.addEventListener("abort", () => resolve(), { once: true }));
}
