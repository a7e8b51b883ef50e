/** The gate before the doors: knows which requests are under way, so that a stop waits for their answers and lets nobody else in. */
import type { FetchHandler } from "./listen.ts";

export interface Gate {
  enter: FetchHandler;
  /** From here on requests are answered 503, to be tried again elsewhere; resolves when the last one under way is answered. */
  close(): Promise<void>;
}

export function createGate(answer: FetchHandler): Gate {
  const underWay = new Set<Promise<Response>>();
  let isClosed = false;
  return {
    async enter(request, env) {
      if (isClosed) return new Response("Stopping", { status: 503, headers: { "Retry-After": "1" } });
      const answered = Promise.resolve(answer(request, env));
      underWay.add(answered);
      try {
        return await answered;
      } finally {
        underWay.delete(answered);
      }
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
    },
  };
}
