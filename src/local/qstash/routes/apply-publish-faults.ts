/** The faults of the publish calls: refused, never answered, or accepted with the answer lost on the way. */
import type { Context } from "hono";
import type { FaultKind, FaultSubject } from "../faults.ts";
import type { Parts } from "../parts.ts";

/** What `@hono/node-server` gives to a request that came by HTTP; absent when `fetch` is called directly. */
interface NodeBindings {
  outgoing?: { destroy(): void };
}

/** Runs `publish` unless a fault forbids it, and gives its answer unless a fault loses it. */
export async function applyPublishFaults(
  parts: Parts,
  c: Context,
  subjects: FaultSubject[],
  publish: () => Response,
): Promise<Response> {
  if (take(parts, "publish-5xx", subjects)) return c.json({ error: "internal server error (fault)" }, 500);
  if (take(parts, "publish-hang", subjects)) {
    await parts.faults.hang(c.req.raw.signal);
    return c.json({ error: "the call hung and was let go (fault)" }, 503);
  }
  const answer = publish();
  return take(parts, "lost-publish-answer", subjects) ? breakConnection(c) : answer;
}

function take(parts: Parts, kind: FaultKind, subjects: FaultSubject[]): boolean {
  const isHit = subjects.some((subject) => parts.faults.take(kind, subject) !== undefined);
  if (isHit) parts.stats.count(`faults.${kind}`);
  return isHit;
}

/** Cuts the socket where there is one; a direct caller gets what a proxy says of a broken upstream: 502, no body. */
function breakConnection(c: Context): Response {
  const { outgoing } = (c.env ?? {}) as NodeBindings;
  if (outgoing === undefined) return c.body(null, 502);
  outgoing.destroy();
  // Tells the Node server that there is nothing left to write.
  return new Response(null, { headers: { "x-hono-already-sent": "true" } });
}
