/** Hears in exact order when a job's lanes begin a call to Meta, and when the database answers them. */
import type { LaneClaim, Lease } from "#src/db/work.ts";
import type { TestWorld } from "#test/support/world.ts";

export interface Heard {
  what: "call_begins" | "sql_answers" | "block_stored";
  /** `act_…` */
  account: string | null;
  lane: number | null;
  /** What was asked, cursor aside; the SQL function. */
  call: string;
  atMs: number;
}

type Ask = () => boolean;

const isLease = (value: unknown): value is Lease =>
  typeof value === "object" && value !== null && "leaseToken" in value && "lane" in value;

const isClaim = (value: unknown): value is Extract<LaneClaim, { outcome: "claimed" }> =>
  typeof value === "object" && value !== null && "outcome" in value && value.outcome === "claimed";

/** The list grows while the world runs. To be called once, before the first job. */
export function listenTo(world: TestWorld): Heard[] {
  const heard: Heard[] = [];
  const { services } = world;
  const { meta, db } = services;
  const accountOfJob = new Map<string, string>();
  const begins = (accountId: string, call: string, mayBegin?: Ask): Ask => {
    return () => {
      const may = mayBegin?.() ?? true;
      if (may) heard.push({ what: "call_begins", account: `act_${accountId}`, lane: null, call, atMs: services.now() });
      return may;
    };
  };
  const keyOf = (request: object) => JSON.stringify({ ...request, cursor: undefined, pageSize: undefined });
  services.meta = {
    ...meta,
    fetchPage: (request, signal, mayBegin) =>
      meta.fetchPage(request, signal, begins(request.accountId, keyOf(request), mayBegin)),
    startReport: (request, signal, mayBegin) =>
      meta.startReport(request, signal, begins(request.accountId, `start ${keyOf(request)}`, mayBegin)),
    pollReport: (accountId, reportId, signal, mayBegin) =>
      meta.pollReport(accountId, reportId, signal, begins(accountId, `poll ${reportId}`, mayBegin)),
  };
  services.db = new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        const answer: unknown = await Reflect.apply(value, target, args);
        const call = String(name);
        if (call === "block")
          heard.push({ what: "block_stored", account: null, lane: null, call, atMs: services.now() });
        if (call === "claimLane" && isClaim(answer))
          accountOfJob.set(String(args[1]), `act_${answer.request.accountId}`);
        const lease = args[0];
        if (isLease(lease)) {
          const account = accountOfJob.get(lease.jobId) ?? null;
          heard.push({ what: "sql_answers", account, lane: lease.lane, call, atMs: services.now() });
        }
        return answer;
      };
    },
  });
  return heard;
}
