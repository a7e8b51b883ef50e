/** Keeps SQL's clock with the world's: each move writes the one offset row that `meta_sync.clock()` adds. */
import type { WorldClock } from "../clock.ts";
import type { Database } from "./database.ts";

export interface ClockFollower {
  /** Writes the present offset; does nothing before the migration that makes the setter has run. */
  apply(): Promise<void>;
  stop(): void;
}

/** The setter belongs to the migrations; it is looked up by name, so that an empty database is fine. */
const SETTER = "meta_sync.set_clock_offset(bigint)";

export function followClock(database: Database, clock: WorldClock): ClockFollower {
  const apply = async () => {
    const { rows } = await database.query("select to_regprocedure($1) is not null as there", [SETTER]);
    if (rows[0]?.["there"] !== true) return;
    await database.query("select meta_sync.set_clock_offset($1)", [Math.round(clock.offsetMs)]);
  };
  const stop = clock.onMove(apply);
  return { apply, stop };
}
