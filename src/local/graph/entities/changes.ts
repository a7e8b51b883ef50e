/** The changes that people make to entities, at a world time: kept, so that a restart finds the same world. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { WorldClock } from "../../clock.ts";
import { applyChange, type EntityChange, EntityChangeError, entityChange } from "../seed/apply-change.ts";
import { entityId } from "../seed/ids.ts";
import type { World } from "../seed/model.ts";

export const CHANGES_SCHEMA =
  "create table if not exists entity_changes (id integer primary key autoincrement, at_ms integer not null, change text not null);";

/** When a change happens: now, or at a later world time. */
export interface When {
  atMs?: number | undefined;
}

export interface NewAd extends When {
  adSetId: string;
  name: string;
}

const changedRow = z.object({ change: z.string() });

export class EntityChanges {
  #store: DatabaseSync;
  #world: World;
  #clock: WorldClock;
  #onApplied: (change: EntityChange) => void;
  /** Not applied yet, in order of time. */
  #pending: EntityChange[] = [];
  #applied: EntityChange[] = [];

  constructor(store: DatabaseSync, world: World, clock: WorldClock, onApplied: (change: EntityChange) => void) {
    this.#store = store;
    this.#world = world;
    this.#clock = clock;
    this.#onApplied = onApplied;
    const rows = store.prepare("select change from entity_changes order by at_ms, id").all();
    this.#pending = rows.map((row) => entityChange.parse(JSON.parse(changedRow.parse(row).change)));
    this.applyDue(clock.now());
  }

  rename(id: string, name: string, when: When = {}): void {
    this.#make({ kind: "rename", id, name, atMs: this.#time(when) });
  }

  /** `touchChildren` also moves the updated_time of what is below; by default only its effective status changes. */
  pause(id: string, when: When & { touchChildren?: boolean | undefined } = {}): void {
    this.#setStatus(id, "PAUSED", when);
  }

  archive(id: string, when: When & { touchChildren?: boolean | undefined } = {}): void {
    this.#setStatus(id, "ARCHIVED", when);
  }

  delete(id: string, when: When & { touchChildren?: boolean | undefined } = {}): void {
    this.#setStatus(id, "DELETED", when);
  }

  /** In minor units of the account's currency. */
  setDailyBudget(id: string, dailyBudgetMinor: number, when: When = {}): void {
    this.#make({ kind: "budget", id, dailyBudgetMinor, atMs: this.#time(when) });
  }

  /** The ids are known at once, also of an ad that comes into being later. */
  createAd({ adSetId, name, ...when }: NewAd): { id: string; creativeId: string } {
    const account = this.#world.nodes.get(adSetId)?.account;
    if (account === undefined) throw new EntityChangeError(`"${adSetId}" is not an ad set: a new ad needs one.`);
    const waiting = this.#pending.filter(
      (change) => change.kind === "new-ad" && this.#world.nodes.get(change.adSetId)?.account === account,
    ).length;
    const id = entityId(account.index, "ad", account.ads.length + waiting);
    const creativeId = entityId(account.index, "creative", account.creatives.length + waiting);
    this.#make({ kind: "new-ad", id, creativeId, adSetId, name, atMs: this.#time(when) });
    return { id, creativeId };
  }

  /** What has happened so far, in order. */
  list(): EntityChange[] {
    return this.#applied.map((change) => ({ ...change }));
  }

  /** Brings the world up to that time; cheap when nothing is due. */
  applyDue(nowMs: number): void {
    for (let next = this.#pending[0]; next !== undefined && next.atMs <= nowMs; next = this.#pending[0]) {
      this.#pending.shift();
      this.#apply(next);
    }
  }

  #setStatus(
    id: string,
    status: "PAUSED" | "ARCHIVED" | "DELETED",
    when: When & { touchChildren?: boolean | undefined },
  ) {
    this.#make({ kind: "status", id, status, touchChildren: when.touchChildren ?? false, atMs: this.#time(when) });
  }

  /** Throws an EntityChangeError; what was refused isn't kept. */
  #make(change: EntityChange): void {
    const checked = entityChange.parse(change);
    this.applyDue(this.#clock.now());
    if (checked.atMs <= this.#clock.now()) this.#apply(checked);
    else {
      this.#pending.push(checked);
      this.#pending.sort((left, right) => left.atMs - right.atMs);
    }
    const insert = this.#store.prepare("insert into entity_changes (at_ms, change) values (?, ?)");
    insert.run(checked.atMs, JSON.stringify(checked));
  }

  #apply(change: EntityChange): void {
    applyChange(this.#world, change);
    this.#applied.push(change);
    this.#onApplied(change);
  }

  #time({ atMs }: When): number {
    return Math.floor(atMs ?? this.#clock.now());
  }
}
