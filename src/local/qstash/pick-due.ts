/** Chooses which due messages may leave now: flow control, room, and the faults that hold a message back. */
import type { StoredMessage } from "./message.ts";
import type { Parts } from "./parts.ts";
import type { FlowKey } from "./store/flow-keys.ts";

const REORDER_HOLD_SECONDS = 5;

/** A message that a "reorder" fault holds back. */
interface Hold {
  untilMs: number;
  /** Deliveries that had ended when it was held: one more lets it go. */
  endedBefore: number;
}

export interface PumpState {
  /** Deliveries in flight. */
  active: number;
  activeByFlowKey: Map<string, number>;
  /** Deliveries that have ended since start. */
  ended: number;
  holds: Map<string, Hold>;
}

interface Choice {
  ids: string[];
  /** When one of those left behind may go, if time alone decides; null if the end of a delivery does. */
  wakeAtMs: number | null;
}

/** Reads only, but for the windows of rate-limited keys and the postponing done by faults. */
export function pickDue(parts: Parts, state: PumpState): Choice {
  const nowMs = parts.now();
  const ids: string[] = [];
  const wakes: number[] = [];
  const delayed: { id: string; untilMs: number }[] = [];
  const keys = new FlowBudget(parts, state, nowMs);
  for (const waiting of parts.messages.iterateDue(nowMs)) {
    if (state.active + ids.length >= parts.limits.globalParallelism) break;
    const heldUntilMs = findHold(parts, state, waiting.id, nowMs);
    if (heldUntilMs !== undefined) {
      wakes.push(heldUntilMs);
      continue;
    }
    const delayUntilMs = findFaultDelay(parts, waiting.id, nowMs);
    if (delayUntilMs !== undefined) {
      delayed.push({ id: waiting.id, untilMs: delayUntilMs });
      continue;
    }
    const free = waiting.flowKey === null ? true : keys.take(waiting.flowKey);
    if (free === true) ids.push(waiting.id);
    else if (free !== null) wakes.push(free);
  }
  keys.commit();
  for (const { id, untilMs } of delayed) parts.messages.postpone(id, untilMs);
  return { ids, wakeAtMs: wakes.length > 0 ? Math.min(...wakes) : null };
}

/** World time until which a "reorder" fault holds the message, or undefined if it may go. */
function findHold(parts: Parts, state: PumpState, id: string, nowMs: number): number | undefined {
  const held = state.holds.get(id);
  if (held !== undefined) {
    if (state.ended === held.endedBefore && nowMs < held.untilMs) return held.untilMs;
    state.holds.delete(id);
    return undefined;
  }
  const fault = takeForMessage(parts, "reorder", id);
  if (fault === undefined) return undefined;
  const untilMs = nowMs + (fault.delaySeconds ?? REORDER_HOLD_SECONDS) * 1000;
  state.holds.set(id, { untilMs, endedBefore: state.ended });
  return untilMs;
}

function findFaultDelay(parts: Parts, id: string, nowMs: number): number | undefined {
  const fault = takeForMessage(parts, "delay", id);
  return fault === undefined ? undefined : nowMs + Math.round((fault.delaySeconds ?? 0) * 1000);
}

function takeForMessage(parts: Parts, kind: "reorder" | "delay", id: string) {
  if (!parts.faults.has(kind)) return undefined;
  const message: StoredMessage | undefined = parts.messages.find(id);
  if (message === undefined) return undefined;
  const fault = parts.faults.takeOnce(kind, { labels: message.options.labels, url: message.url }, id);
  if (fault !== undefined) parts.stats.count(`faults.${kind}`);
  return fault;
}

/** What each key of this round still has: slots by what is in flight, starts by what the period has used. */
class FlowBudget {
  #parts: Parts;
  #state: PumpState;
  #nowMs: number;
  #keys = new Map<string, { flow: FlowKey; active: number; isTouched: boolean }>();

  constructor(parts: Parts, state: PumpState, nowMs: number) {
    this.#parts = parts;
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** true = taken; a number = the time at which the key's next period begins; null = wait for a delivery to end. */
  take(key: string): true | number | null {
    const entry = this.#read(key);
    if (entry === undefined) return true;
    const { flow } = entry;
    if (flow.parallelism !== null && entry.active >= flow.parallelism) return null;
    if (flow.rate !== null) {
      if (flow.windowCount >= flow.rate) return flow.windowStartMs + flow.periodSeconds * 1000;
      flow.windowCount += 1;
      entry.isTouched = true;
    }
    entry.active += 1;
    return true;
  }

  commit(): void {
    for (const { flow, isTouched } of this.#keys.values()) {
      if (isTouched) this.#parts.flowKeys.setWindow(flow.key, flow.windowStartMs, flow.windowCount);
    }
  }

  #read(key: string) {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const flow = this.#parts.flowKeys.find(key);
    if (flow === undefined) return undefined;
    // A window that lies in the future was opened before the clock was moved back.
    const isOpen = this.#nowMs >= flow.windowStartMs && this.#nowMs < flow.windowStartMs + flow.periodSeconds * 1000;
    if (!isOpen) Object.assign(flow, { windowStartMs: this.#nowMs, windowCount: 0 });
    const entry = { flow, active: this.#state.activeByFlowKey.get(key) ?? 0, isTouched: false };
    this.#keys.set(key, entry);
    return entry;
  }
}
