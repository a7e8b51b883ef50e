/** Work that goes on after an answer: tracked, logged when it fails, waited for at a clean stop. */
import type { Log } from "./log.ts";

export interface Background {
  /** Starts `work` beside the answer. It must not be the only copy of anything: durable work goes by the outbox. */
  run(what: string, work: () => Promise<unknown>): void;
  /** Resolves when nothing started so far is under way. */
  settle(): Promise<void>;
}

/** `keepAlive` is the host's waitUntil, where functions freeze after their answer; plain hosts need none. */
export function createBackground(log: Log, keepAlive: (work: Promise<unknown>) => void = () => {}): Background {
  const underWay = new Set<Promise<void>>();
  return {
    run(what, work) {
      const tracked = async () => {
        try {
          await work();
        } catch (error) {
          log.warn("background_failed", { what, error });
        }
      };
      const done = tracked().finally(() => underWay.delete(done));
      underWay.add(done);
      keepAlive(done);
    },
    async settle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
