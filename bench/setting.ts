/** What a measurement runs in: the app in one process, its whole world in another, and ways to order and to look. */
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { answeredSchema } from "./channel.ts";
import { endProcess, makeDirectory, readPeakMegabytes, startProcess, type Started } from "./processes.ts";

export interface Order {
  /** Digits. */
  accountId: string;
  timeframe: string;
}

export interface JobFacts {
  seconds: number;
  slices: number;
  parts: number;
  /** By the stand-in's log, the job's own account only. */
  callsByKind: Record<string, number>;
  calls: number;
  reports: number;
  /** Daily rows at ad level, in the database and by the Graph stand-in: what it served, and what its formula says. */
  rows: { stored: Sums; served: Sums; formula: Sums };
  warnings: string[];
  /** Warnings and errors of the app's log since it started: how often, and what the first of each said. */
  trouble: Map<string, { times: number; said: string }>;
}

export interface Sums {
  rows: number;
  impressions: number;
  spend: string;
}

export interface Setting {
  /** Orders a sync at the HTTP door and waits until it has succeeded. Throws when it ends otherwise. */
  sync(order: Order): Promise<JobFacts>;
  /** Of the app's process, in megabytes. */
  peakMegabytes(): number;
  stop(): Promise<void>;
}

const apiKey = "bench-key-1234567890";
const lookEveryMs = 500;

/** QStash must be told the address before the app listens. */
async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No free port on 127.0.0.1");
  return address.port;
}

type Query = <Row>(sql: string, row: z.ZodType<Row>) => Promise<Row>;

/** SQL whose answer is one row. */
function queryOver({ child }: Started): Query {
  let asked = 0;
  return async (sql, row) => {
    asked += 1;
    const id = asked;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const gone = () => reject(new Error("The world's process ended"));
    const listen = (message: unknown) => {
      const answered = answeredSchema.parse(message);
      if (answered.id === id) resolve("rows" in answered ? answered.rows[0] : reject(new Error(answered.error)));
    };
    child.on("message", listen);
    child.once("exit", gone);
    // Without a callback a channel that has closed would end the runner before it has tidied up.
    child.send({ id, sql }, (error) => {
      if (error !== null) reject(error);
    });
    try {
      return row.parse(await promise);
    } finally {
      child.off("message", listen);
      child.off("exit", gone);
    }
  };
}

async function getJson<Shape>(address: string, shape: z.ZodType<Shape>, init: RequestInit = {}): Promise<Shape> {
  const response = await fetch(address, init);
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
  return shape.parse(await response.json());
}

const count = z.coerce.number();
const jobSchema = z.object({
  state: z.string(),
  failure: z.string().nullable(),
  warnings: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  seconds: count.nullable(),
  since: z.string().nullable(),
  until: z.string().nullable(),
  parts: count,
});
const sumsSchema = z.object({ rows: count, impressions: count, spend: z.string() });
const callsSchema = z.object({ calls: z.array(z.object({ kind: z.string() })) });
const reportsSchema = z.object({ reports: z.array(z.unknown()) });
const truthSchema = z.object({ served: sumsSchema, formula: sumsSchema });

const jobSql = (jobId: string) => `select state, failure::text, warnings::text,
  extract(epoch from finished_at - created_at)::float8 as seconds, window_since::text as since, window_until::text as until,
  (select count(*)::int from meta_sync.job_parts p where p.job_id = j.id) as parts
  from public.background_jobs j where id = '${jobId}'`;
const rowsSql = (
  accountId: string,
) => `select count(*)::int as rows, coalesce(sum(impressions), 0)::float8 as impressions,
  coalesce(sum(spend), 0)::numeric(20, 2)::text as spend
  from meta_ads.insights_daily where account_id = '${accountId}' and level = 'ad' and breakdown_key = ''`;

async function waitForEnd(query: Query, jobId: string): Promise<z.infer<typeof jobSchema>> {
  for (;;) {
    const job = await query(jobSql(jobId), jobSchema);
    if (job.state === "succeeded") return job;
    if (job.state === "failed" || job.state === "cancelled") throw new Error(`The job ${job.state}: ${job.failure}`);
    await wait(lookEveryMs);
  }
}

const claimSchema = z.object({ event: z.literal("slice_claim"), jobId: z.string(), outcome: z.literal("claimed") });

/** Counts the claims in the app's log: each is a slice. */
function countSlices(app: Started): (jobId: string) => number {
  const byJob = new Map<string, number>();
  app.onLog((line) => {
    if (!line.includes('"slice_claim"')) return;
    const claim = claimSchema.safeParse(JSON.parse(line)).data;
    if (claim) byJob.set(claim.jobId, (byJob.get(claim.jobId) ?? 0) + 1);
  });
  return (jobId) => byJob.get(jobId) ?? 0;
}

const troubleSchema = z.object({
  event: z.string(),
  level: z.enum(["warn", "error"]),
  error: z.unknown(),
});
const causedSchema = z.object({ message: z.string(), cause: z.unknown() });

/** An error's message, and those of its causes. */
function tell(error: unknown): string {
  const known = causedSchema.safeParse(error).data;
  if (known === undefined) return "";
  return [known.message, tell(known.cause)].filter((said) => said !== "").join(" ← ");
}

/** A stack or a failed call that the job got over is seen here only. */
function watchTrouble(app: Started): JobFacts["trouble"] {
  const trouble: JobFacts["trouble"] = new Map();
  app.onLog((line) => {
    if (!/"level":"(?:warn|error)"/.test(line)) return;
    const { event, error } = troubleSchema.parse(JSON.parse(line));
    const before = trouble.get(event) ?? { times: 0, said: tell(error) };
    trouble.set(event, { ...before, times: before.times + 1 });
  });
  return trouble;
}

function countByKind(calls: readonly { kind: string }[]): Record<string, number> {
  const groups = Object.groupBy(calls, ({ kind }) => kind);
  return Object.fromEntries(Object.entries(groups).map(([kind, group = []]) => [kind, group.length]));
}

/**
 * Starts world and app, each with nothing in it yet. `variables` are the app's, on top of the addresses and keys; its
 * Slack is embedded in the world too, so that the living message costs what it costs.
 */
export async function startSetting(options: {
  latency: "instant" | "real";
  variables?: Record<string, string>;
}): Promise<Setting> {
  const port = await findFreePort();
  const appUrl = `http://localhost:${port}`;
  const words = ["--latency", options.latency, "--data-dir", makeDirectory(), "--app-url", appUrl];
  const world = startProcess("./start-world.ts", words, {});
  const variables = z.record(z.string(), z.string()).parse(JSON.parse(await world.firstLine));
  const app = startProcess("../src/main.ts", [], {
    ...variables,
    PORT: String(port),
    WEBHOOK_BASE_URL: appUrl,
    API_KEYS: `bench:${apiKey}`,
    ...options.variables,
  });
  await app.firstLine;
  const query = queryOver(world);
  const slicesOf = countSlices(app);
  const trouble = watchTrouble(app);
  const admin = `${variables["META_GRAPH_URL"]}/admin`;

  async function sync({ accountId, timeframe }: Order): Promise<JobFacts> {
    const order = { action: "getData", accountId: `act_${accountId}`, timeframe, channel: "C0ADS" };
    const { requestId } = await getJson(`${appUrl}/api/meta-marketing-daily`, z.object({ requestId: z.uuid() }), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify(order),
    });
    const job = await waitForEnd(query, requestId);
    const account = `account=act_${accountId}`;
    const { calls } = await getJson(`${admin}/calls?${account}`, callsSchema);
    const { reports } = await getJson(`${admin}/reports?${account}`, reportsSchema);
    const window = `level=ad&since=${job.since}&until=${job.until}&deleted=with`;
    const truth = await getJson(`${admin}/truth?${account}&${window}`, truthSchema);
    return {
      seconds: job.seconds ?? Number.NaN,
      slices: slicesOf(requestId),
      parts: job.parts,
      callsByKind: countByKind(calls),
      calls: calls.length,
      reports: reports.length,
      rows: { stored: await query(rowsSql(accountId), sumsSchema), ...truth },
      warnings: job.warnings,
      trouble,
    };
  }

  return {
    sync,
    peakMegabytes: () => readPeakMegabytes(app.child),
    stop: async () => {
      await endProcess(app.child);
      await endProcess(world.child);
    },
  };
}
