/** Faults that a person or a test plants: each hits the next calls it fits, a given number of times. */
import { randomUUID } from "node:crypto";
import type { ChangeFeed } from "./state/changes.ts";

const everyCall = () => true;
const webApi = (method: string) => method !== "response_url";
const posts = (method: string) => method === "chat.postMessage" || method === "chat.postEphemeral";
const edits = (method: string) => method === "chat.update" || method === "chat.delete";

/** Which calls each kind can hit. `response_url` counts as a method. */
const fits = {
  ratelimited: everyCall,
  not_in_channel: posts,
  is_archived: posts,
  message_not_found: edits,
  cant_update_message: edits,
  invalid_blocks: (method: string) => posts(method) || method === "chat.update" || method === "response_url",
  token_revoked: webApi,
  expired_response_url: (method: string) => method === "response_url",
  /** 503 before anything is done. */
  down: everyCall,
  /** No answer until the fault is removed or the world ends. */
  hang: everyCall,
  /** The work is done, then 502. */
  lost_answer: everyCall,
  /** Real milliseconds of waiting before the work is done. */
  slow: everyCall,
} satisfies Record<string, (method: string) => boolean>;

export type FaultKind = keyof typeof fits;
export const faultKinds = Object.keys(fits) as [FaultKind, ...FaultKind[]];

export interface FaultOrder {
  kind: FaultKind;
  /** How many calls it hits; 1 unless told, null = until removed. */
  times?: number | null | undefined;
  method?: string | undefined;
  /** Channel id as the call names it. */
  channel?: string | undefined;
  /** For `ratelimited`: the Retry-After header; 1 unless told. */
  retryAfterSeconds?: number | undefined;
  /** For `slow`; 1000 unless told. */
  ms?: number | undefined;
}

export interface Fault extends FaultOrder {
  id: string;
  /** Hits left; null = until removed. */
  left: number | null;
  hits: number;
}

/** A fault was ordered for a method that it can't hit. */
export class FaultMisplaced extends Error {
  override name = "FaultMisplaced";
}

export class FaultBook {
  #faults: Fault[] = [];
  #hanging = new Map<string, Set<() => void>>();
  #changes: ChangeFeed;

  constructor(changes: ChangeFeed) {
    this.#changes = changes;
  }

  /** Throws FaultMisplaced when the kind can't hit the named method. */
  add = (order: FaultOrder): Fault => {
    if (order.method !== undefined && !fits[order.kind](order.method)) {
      throw new FaultMisplaced(
        `A ${order.kind} fault can't hit ${order.method}. Leave the method out, or name another.`,
      );
    }
    const fault: Fault = { ...order, id: randomUUID(), left: order.times === undefined ? 1 : order.times, hits: 0 };
    this.#faults.push(fault);
    this.#changes.tell({ kind: "fault" });
    return fault;
  };

  /** All that were ever ordered and not removed, used up ones too. */
  list = (): Fault[] => this.#faults.map((fault) => ({ ...fault }));

  remove = (id: string): boolean => {
    const before = this.#faults.length;
    this.#faults = this.#faults.filter((fault) => fault.id !== id);
    for (const release of this.#hanging.get(id) ?? []) release();
    this.#hanging.delete(id);
    this.#changes.tell({ kind: "fault" });
    return this.#faults.length < before;
  };

  clear = (): void => {
    for (const fault of this.list()) this.remove(fault.id);
  };

  /** The first fault that fits this call, counted as one hit. */
  take(method: string, channel: unknown): Fault | undefined {
    const fault = this.#faults.find(
      (one) =>
        one.left !== 0 &&
        fits[one.kind](method) &&
        (one.method === undefined || one.method === method) &&
        (one.channel === undefined || one.channel === channel),
    );
    if (fault === undefined) return undefined;
    fault.hits += 1;
    if (fault.left !== null) fault.left -= 1;
    this.#changes.tell({ kind: "fault" });
    return fault;
  }

  /** Resolves when the fault is removed or the caller gives up. */
  hang(fault: Fault, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#hanging.get(fault.id) ?? new Set();
      this.#hanging.set(fault.id, waiting.add(resolve));
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
