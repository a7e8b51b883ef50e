/** The trigger_ids handed out with each act of a person: three seconds of world time, one use. */
import { SlackRefusal } from "../refusal.ts";

const LIFETIME_MS = 3000;
/** How long a trigger_id is still known to have been one, so that it is called expired and not invalid. */
const KEPT_MS = 3_600_000;

/** What a trigger_id stands for. */
export interface Trigger {
  user: string;
  appId: string;
  /** The modal or Home view it was pressed in. */
  viewId?: string;
}

/** Kept in memory: nobody can use one after a restart of three seconds anyway. */
export class TriggerBook {
  #now: () => number;
  #triggers = new Map<string, Trigger & { madeMs: number; used: boolean }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A fresh trigger_id in Slack's form, or `id` when the same act is sent again. */
  issue(trigger: Trigger, id?: string): string {
    const nowMs = this.#now();
    this.#forget(nowMs);
    const chosen = id ?? `${nowMs}.${Math.floor(nowMs / 7)}.${crypto.randomUUID().replaceAll("-", "")}`;
    if (!this.#triggers.has(chosen)) this.#triggers.set(chosen, { ...trigger, madeMs: nowMs, used: false });
    return chosen;
  }

  #forget(nowMs: number): void {
    for (const [id, { madeMs }] of this.#triggers) {
      if (nowMs - madeMs < KEPT_MS) return;
      this.#triggers.delete(id);
    }
  }

  /** Throws SlackRefusal: invalid_trigger_id (never handed to this app), expired_trigger_id, exchanged_trigger_id. */
  exchange(id: string, appId: string): Trigger {
    const trigger = this.#triggers.get(id);
    if (trigger === undefined || trigger.appId !== appId) throw new SlackRefusal("invalid_trigger_id");
    if (trigger.used) throw new SlackRefusal("exchanged_trigger_id");
    if (this.#now() - trigger.madeMs > LIFETIME_MS) throw new SlackRefusal("expired_trigger_id");
    trigger.used = true;
    return trigger;
  }
}
