/** Moves due messages out: at once and by timers, or only when asked, with what is in flight kept in view. */
import type { Wake } from "../clock.ts";
import { ApiError } from "./api-error.ts";
import { claimMessage, deliverMessage, redeliverFinal } from "./deliver-message.ts";
import { fireDueSchedules } from "./fire-schedules.ts";
import type { StoredMessage } from "./message.ts";
import type { Parts } from "./parts.ts";
import { pickDue, type PumpState } from "./pick-due.ts";

export class Pump {
  #parts: Parts;
  #isAutomatic: boolean;
  #isPaused = false;
  #askedToDeliver = 0;
  #started = 0;
  #stop = new AbortController();
  #inFlight = new Map<string, Promise<void>>();
  #state: PumpState = { active: 0, activeByFlowKey: new Map(), ended: 0, holds: new Map() };
  #wake: Wake | undefined;
  #wakeAtMs: number | undefined;

  constructor(parts: Parts, isAutomatic: boolean) {
    this.#parts = parts;
    this.#isAutomatic = isAutomatic;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.poke();
  }

  /** Something may have become due. Automatic delivery looks in the next turn of the event loop. */
  poke(): void {
    if (this.#askedToDeliver > 0) this.#startDue();
    else this.#arm(this.#parts.now());
  }

  /** Delivers until nothing is due any more, also what becomes due meanwhile; returns the deliveries it began. */
  async deliverDue(): Promise<number> {
    const before = this.#started;
    this.#askedToDeliver += 1;
    try {
      this.#startDue();
      await this.#drain();
    } finally {
      this.#askedToDeliver -= 1;
    }
    this.poke();
    return this.#started - before;
  }

  /**
   * Delivers one message now, whatever its time, its flow key or a pause say; waits for the outcome.
   * A final message is sent once more and keeps its state.
   * @throws ApiError 404 if unknown, 409 if it is in flight.
   */
  async deliverNow(id: string): Promise<void> {
    const message = this.#parts.messages.find(id);
    if (message === undefined) throw new ApiError(404, `message ${id} not found`);
    if (this.#inFlight.has(id)) throw new ApiError(409, `message ${id} is in flight`);
    if (message.nextDeliveryAtMs === null) this.#track(message, redeliverFinal);
    else this.#begin(id);
    await this.#inFlight.get(id);
  }

  isInFlight(id: string): boolean {
    return this.#inFlight.has(id);
  }

  /** Waits until nothing is in flight and, if delivery is automatic, nothing that could leave now is waiting. */
  async settle(): Promise<void> {
    if (this.#isAutomatic) this.#startDue();
    await this.#drain();
  }

  /** Breaks off what is in flight without recording an outcome: the next start delivers it again. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake?.cancel();
    await this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.race(this.#inFlight.values());
  }

  #startDue(): void {
    this.#wake?.cancel();
    this.#wakeAtMs = undefined;
    if (this.#stop.signal.aborted) return;
    fireDueSchedules(this.#parts);
    const schedulesAtMs = this.#parts.schedules.findNextTimeMs();
    if (this.#isPaused || this.#parts.faults.isDown()) return this.#armFirst([schedulesAtMs]);
    const choice = pickDue(this.#parts, this.#state);
    for (const id of choice.ids) this.#begin(id);
    this.#armFirst([schedulesAtMs, choice.wakeAtMs, this.#parts.messages.findNextTimeMs(this.#parts.now())]);
  }

  #begin(id: string): void {
    const message = claimMessage(this.#parts, id);
    if (message !== undefined) this.#track(message, deliverMessage);
  }

  #track(message: StoredMessage, deliver: typeof deliverMessage): void {
    const flowKey = message.options.flowControl?.key;
    this.#started += 1;
    this.#countActive(flowKey, 1);
    const delivery = deliver(this.#parts, message, this.#stop.signal).finally(() => {
      this.#inFlight.delete(message.id);
      this.#countActive(flowKey, -1);
      this.#state.ended += 1;
      this.poke();
    });
    this.#inFlight.set(message.id, delivery);
  }

  #countActive(flowKey: string | undefined, change: 1 | -1): void {
    this.#state.active += change;
    if (flowKey === undefined) return;
    const active = this.#state.activeByFlowKey;
    const now = (active.get(flowKey) ?? 0) + change;
    if (now > 0) active.set(flowKey, now);
    else active.delete(flowKey);
  }

  #armFirst(times: (number | null)[]): void {
    const known = times.filter((at) => at !== null);
    if (known.length > 0) this.#arm(Math.min(...known));
  }

  /** Keeps the earlier of the timer that runs and the one asked for. */
  #arm(atMs: number): void {
    if (!this.#isAutomatic || this.#stop.signal.aborted) return;
    if (this.#wakeAtMs !== undefined && this.#wakeAtMs <= atMs) return;
    this.#wake?.cancel();
    this.#wakeAtMs = atMs;
    this.#wake = this.#parts.clock.wakeAt(atMs, () => this.#startDue());
  }
}
