/**
 * The database core moved by hand: jobs, lanes and pages with tiny rows, through the same calls as production.
 * One database per suite; every engine has a workspace, an env and an account of its own.
 */
import { randomUUID } from "node:crypto";
import { beforeAll } from "vitest";
import type { Order } from "#src/db/jobs.ts";
import { createDb, type Db } from "#src/db/index.ts";
import type { Lease, PageToSave } from "#src/db/work.ts";
import { WorldClock } from "#src/local/clock.ts";
import type { EmbeddedPostgres } from "#src/local/postgres/index.ts";
import { failureOf } from "#src/sync/failure.ts";
import type { Part, PlannedPart } from "#src/sync/part.ts";

export type Open = (clock?: WorldClock) => Promise<EmbeddedPostgres>;
export type Fields = Record<string, unknown>;

export const failure = failureOf("internal", "It broke on purpose.");
export const window = { since: "2026-11-01", until: "2026-11-02" };

const accountPart: PlannedPart = {
  stream: "account",
  level: null,
  since: null,
  until: null,
  breakdown: "",
  mode: "get",
  filter: null,
  fields: "all",
  pageSize: 1,
  expectedCalls: 1,
};

/** A part of phase 2 or later: campaigns unless told. */
export function planned(more: Partial<PlannedPart> = {}): PlannedPart {
  return { ...accountPart, stream: "campaigns", pageSize: 100, ...more };
}

export function campaignRow(accountId: string, id: string, name = `Campaign ${id}`): Fields {
  return { account_id: accountId, id, name, raw: {}, row_hash: `${id} ${name}` };
}

export function dayRow(accountId: string, day: string, more: Fields = {}): Fields {
  const row = {
    account_id: accountId,
    level: "account",
    date_start: day,
    entity_id: accountId,
    breakdown_key: "",
    raw: {},
    ...more,
  };
  return { ...row, row_hash: JSON.stringify(row) };
}

export interface StartSettings {
  key?: string;
  hash?: string;
  timeframe?: string;
  lanes?: number;
  sliceConcurrency?: number;
  channel?: string | null;
  userId?: string | null;
  order?: Partial<Order>;
}

export interface Engine {
  project: EmbeddedPostgres;
  clock: WorldClock;
  db: Db;
  workspaceId: string;
  env: string;
  accountId: string;
  order(settings?: StartSettings): Order;
  start(settings?: StartSettings): ReturnType<Db["startJob"]>;
  /** A job that has just been started. */
  newJob(settings?: StartSettings): Promise<string>;
  /** The lane's lease, for the message that the lane now waits for. */
  claim(jobId: string, lane?: number): Promise<Lease>;
  /** Parts that a claim handed out; fails when it handed out none. */
  takeParts(lease: Lease, max?: number): Promise<Part[]>;
  page(part: number, more?: Partial<PageToSave>): PageToSave;
  /** Saves one last page for each part. */
  finishParts(lease: Lease, parts: readonly { part: number }[]): Promise<void>;
  /** Works the account and plans phase 2 with these parts (phases up to `phase`, one part each, before). Holds lane 1. */
  reach(jobId: string, parts: readonly PlannedPart[], phase?: number): Promise<Lease>;
  /** Claims, works and plans until the job has succeeded. */
  finishJob(jobId: string, lease: Lease): Promise<void>;
  job(jobId: string): Promise<Fields>;
  lanes(jobId: string): Promise<Fields[]>;
  parts(jobId: string): Promise<Fields[]>;
  outbox(jobId: string): Promise<Fields[]>;
  rows(sql: string, params?: unknown[]): Promise<Fields[]>;
  /** The same database seen by another deployment. */
  dbOf(env: string): Db;
}

/** Any SQL as JSON rows, past the functions: for assertions and for what a person with psql could do. */
export async function readRows(project: EmbeddedPostgres, sql: string, params: unknown[] = []): Promise<Fields[]> {
  const wrapped = `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from (${sql}) t`;
  const { rows } = await project.database.query(wrapped, params);
  return JSON.parse(String(rows[0]?.["rows"])) as Fields[];
}

const tablesSql = `
  select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and (n.nspname in ('meta_sync', 'meta_ads') or c.oid = 'public.background_jobs'::regclass)
    and c.relname <> 'clock_offset' order by 1`;

/** Every row of every table, as sorted text: equal dumps = nothing changed. */
export async function dumpTables(project: EmbeddedPostgres): Promise<Record<string, string>> {
  const dump: Record<string, string> = {};
  for (const { name } of await readRows(project, tablesSql)) {
    const [row] = await readRows(
      project,
      `select coalesce(string_agg(t::text, e'\n' order by t::text), '') as text from ${String(name)} t`,
    );
    dump[String(name)] = String(row?.["text"]);
  }
  return dump;
}

function makeDb(project: EmbeddedPostgres, env: string): Db {
  return createDb({
    url: "https://project.supabase.co",
    serviceRoleKey: project.keys.serviceRoleKey,
    timeoutMs: 20_000,
    env,
    metaApp: "test-app",
    fetch: async (input, init) => project.wire.fetch(new Request(input, init)),
  });
}

let counter = 0;

export function makeEngine(project: EmbeddedPostgres, clock: WorldClock, workspaceId = `W${randomUUID()}`): Engine {
  const env = `env-${randomUUID()}`;
  const accountId = String(7_000_000_000 + (counter += 1));
  const db = makeDb(project, env);
  const rows = (sql: string, params?: unknown[]) => readRows(project, sql, params);

  const engine: Engine = {
    project,
    clock,
    db,
    workspaceId,
    env,
    accountId,
    rows,
    dbOf: (other) => makeDb(project, other),
    order: (settings = {}) => ({
      request: { timeframe: settings.timeframe ?? "7d", level: "ad", breakdowns: [], full: false, dryRun: false },
      account: { kind: "id", accountId },
      twinKey: settings.timeframe ?? "7d",
      origin: { kind: "http", caller: "tester", channel: settings.channel ?? null },
      userId: settings.userId ?? null,
      policy: null,
      personId: null,
      lanes: settings.lanes ?? 2,
      sliceConcurrency: settings.sliceConcurrency ?? 2,
      parts: [accountPart],
      sealedResponseUrl: null,
      isLastTry: false,
      ...settings.order,
    }),
    start: (settings = {}) =>
      db.startJob(workspaceId, settings.key ?? randomUUID(), settings.hash ?? "hash", engine.order(settings)),
    newJob: async (settings) => {
      const started = await engine.start(settings);
      if (started.outcome !== "started") throw new Error(`Not started: ${JSON.stringify(started)}`);
      return started.jobId;
    },
    claim: async (jobId, lane = 1) => {
      const [row] = await rows("select seq from meta_sync.lanes where job_id = $1 and lane = $2", [jobId, lane]);
      const seq = Number(row?.["seq"]);
      const claim = await db.claimLane(workspaceId, jobId, lane, seq);
      if (claim.outcome !== "claimed") throw new Error(`Lane ${lane} not claimed: ${JSON.stringify(claim)}`);
      return { workspaceId, jobId, lane, seq, leaseToken: claim.leaseToken };
    },
    takeParts: async (lease, max = 50) => {
      const claim = await db.claimParts(lease, max);
      if (claim.outcome !== "parts") throw new Error(`No parts: ${JSON.stringify(claim)}`);
      return claim.parts;
    },
    page: (part, more = {}) => ({
      part,
      page: 0,
      table: "campaigns",
      rows: [campaignRow(accountId, `${part}00`)],
      quarantined: [],
      cursor: null,
      done: true,
      callMs: 500,
      ...more,
    }),
    finishParts: async (lease, parts) => {
      for (const { part } of parts) {
        const saved = await db.savePage(lease, engine.page(part));
        if (saved.outcome !== "saved") throw new Error(`Part ${part} not saved: ${saved.outcome}`);
      }
    },
    reach: async (jobId, parts, phase = 2) => {
      const lease = await engine.claim(jobId);
      await engine.takeParts(lease);
      const account = {
        id: accountId,
        name: `Acme ${accountId}`,
        currency: "EUR",
        currency_minor_digits: 2,
        timezone_name: "Europe/Berlin",
        raw: {},
        row_hash: "1",
      };
      await db.savePage(lease, engine.page(1, { table: "ad_accounts", rows: [account] }));
      for (let next = 2; next <= phase; next += 1) {
        const claim = await db.claimParts(lease, 1);
        if (claim.outcome !== "plan") throw new Error(`No planning: ${JSON.stringify(claim)}`);
        await db.finishPhase(lease, next, next === phase ? parts : [planned()], { window, warnings: [] });
        if (next < phase) await engine.finishParts(lease, await engine.takeParts(lease));
      }
      return lease;
    },
    finishJob: async (jobId, lease) => {
      for (;;) {
        const claim = await db.claimParts(lease, 50);
        if (claim.outcome === "parts") await engine.finishParts(lease, claim.parts);
        else if (claim.outcome !== "plan") throw new Error(`Stuck: ${JSON.stringify(claim)}`);
        else if (claim.phase <= 4) await db.finishPhase(lease, claim.phase, [planned()], { window, warnings: [] });
        else return void (await db.finishJob(lease, { figures: null }, []));
      }
    },
    job: async (jobId) => (await rows("select * from public.background_jobs where id = $1", [jobId]))[0] ?? {},
    lanes: (jobId) => rows("select * from meta_sync.lanes where job_id = $1 order by lane", [jobId]),
    parts: (jobId) => rows("select * from meta_sync.job_parts where job_id = $1 order by part", [jobId]),
    outbox: (jobId) => rows("select * from meta_sync.outbox where job_id = $1 order by id", [jobId]),
  };
  return engine;
}

/** To be called once in a suite: opens its database; each call of the result is an engine of its own on it. */
export function useEngines(open: Open): (workspaceId?: string) => Engine {
  let project: EmbeddedPostgres | undefined;
  const clock = new WorldClock();
  beforeAll(async () => {
    project = await open(clock);
  });
  return (workspaceId) => {
    if (project === undefined) throw new Error("The suite's database isn't open yet");
    return makeEngine(project, clock, workspaceId);
  };
}

/** Waits until so many sessions of this database wait for a lock: then the race is set up. Real Postgres only. */
export async function untilBlocked(project: EmbeddedPostgres, sessions: number): Promise<void> {
  const sql =
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    const { rows } = await project.database.query(sql);
    if (Number(rows[0]?.["n"]) >= sessions) return;
  }
  throw new Error(`Fewer than ${sessions} sessions wait for a lock after 10 s`);
}
