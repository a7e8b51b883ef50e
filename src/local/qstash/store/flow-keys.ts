/** Flow-control keys: the last message's configuration, and how much of the current period is used. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { FlowControl } from "../message.ts";

export interface FlowKey extends FlowControl {
  windowStartMs: number;
  windowCount: number;
}

const row = z.object({
  key: z.string(),
  parallelism: z.number().nullable(),
  rate: z.number().nullable(),
  period_seconds: z.number(),
  window_start: z.number(),
  window_count: z.number(),
});

export type FlowKeyStore = ReturnType<typeof createFlowKeyStore>;

export function createFlowKeyStore(database: DatabaseSync) {
  const configure = database.prepare(
    `insert into flow_keys (key, parallelism, rate, period_seconds) values (?, ?, ?, ?)
     on conflict (key) do update set parallelism = excluded.parallelism, rate = excluded.rate,
       period_seconds = excluded.period_seconds`,
  );
  const byKey = database.prepare("select * from flow_keys where key = ?");
  const count = database.prepare("update flow_keys set window_start = ?, window_count = ? where key = ?");

  return {
    /** The last message wins, as at the service. */
    configure(flow: FlowControl): void {
      configure.run(flow.key, flow.parallelism, flow.rate, flow.periodSeconds);
    },
    find(key: string): FlowKey | undefined {
      const found = byKey.get(key);
      if (found === undefined) return undefined;
      const read = row.parse(found);
      return {
        key: read.key,
        parallelism: read.parallelism,
        rate: read.rate,
        periodSeconds: read.period_seconds,
        windowStartMs: read.window_start,
        windowCount: read.window_count,
      };
    },
    setWindow: (key: string, startMs: number, used: number): void => void count.run(startMs, used, key),
  };
}
