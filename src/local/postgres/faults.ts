/** Trouble on demand for the gateway: it can hang, or say that it is down. */
import type { MiddlewareHandler } from "hono";

export const FAULT_MODES = ["none", "hang", "down"] as const;
export type FaultMode = (typeof FAULT_MODES)[number];

/** `mode` may be set at any time; requests that hang go on as soon as it changes. */
export class Faults {
  #mode: FaultMode = "none";
  #changed = new EventTarget();

  get mode(): FaultMode {
    return this.#mode;
  }

  set mode(mode: FaultMode) {
    this.#mode = mode;
    this.#changed.dispatchEvent(new Event("change"));
  }

  /** Resolves when `mode` is no longer "hang"; rejects with the signal's reason when the client gives up first. */
  async untilAnswering(signal: AbortSignal): Promise<void> {
    while (this.#mode === "hang") {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#changed.addEventListener("change", () => resolve(), { once: true });
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    signal.throwIfAborted();
  }
}

/** A request whose client gave up while it hung is dropped before it reaches the database. */
export function applyFaults(faults: Faults): MiddlewareHandler {
  return async (context, next) => {
    try {
      await faults.untilAnswering(context.req.raw.signal);
    } catch {
      return new Response(null, { status: 499 });
    }
    if (faults.mode === "down") {
      return context.json({ message: "name resolution failed" }, 503, { "retry-after": "5" });
    }
    return await next();
  };
}
