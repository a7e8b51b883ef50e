/** A plain fetch client for the embedded Graph API, and a world whose clock stands at a known moment. */
import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { WorldClock } from "#src/local/clock.ts";
import { type GraphOptions, type GraphStandIn, startGraph } from "#src/local/graph/start-graph.ts";

/** Sunday, 13:30 in Berlin; it is Sunday in every seeded zone. */
export const NOON = Date.parse("2026-11-15T12:30:00Z");
export const BORN_ON = "2026-11-10";

const row = z.record(z.string(), z.unknown());
const page = z.object({
  data: z.array(row),
  paging: z
    .object({ cursors: z.object({ before: z.string(), after: z.string() }), next: z.string().optional() })
    .optional(),
  summary: row.optional(),
});
const failure = z.object({
  error: z.looseObject({
    message: z.string(),
    type: z.string(),
    code: z.int(),
    error_subcode: z.int().optional(),
    fbtrace_id: z.string(),
  }),
});
export type Row = z.output<typeof row>;
type Page = z.output<typeof page>;

export function clockAt(ms: number): WorldClock {
  return new WorldClock({ offsetMs: ms - Date.now() });
}

/** A started stand-in that is closed when the test ends, and ways to ask it. */
export function openGraph(options: Partial<GraphOptions> = {}) {
  const clock = options.clock ?? clockAt(NOON);
  const graph = startGraph({ bornOn: BORN_ON, ...options, clock });
  onTestFinished(() => graph.close());
  return { graph, clock, ...clientOf(graph) };
}

function clientOf(graph: GraphStandIn) {
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${graph.credentials.accessToken}`);
    const url = path.startsWith("https:") ? path : `https://graph.facebook.com/v26.0${path}`;
    return graph.wire.fetch(new Request(url, { ...init, headers }));
  };
  const list = async (path: string, params: Record<string, unknown> = {}): Promise<Page> => {
    const response = await send(withParams(path, params));
    const body: unknown = await response.json();
    expect({ status: response.status, body }).toMatchObject({ status: 200 });
    return page.parse(body);
  };
  const listAll = async (path: string, params: Record<string, unknown> = {}): Promise<Row[]> => {
    const rows: Row[] = [];
    let current = await list(path, params);
    rows.push(...current.data);
    while (current.paging?.next !== undefined) {
      current = await list(current.paging.next);
      rows.push(...current.data);
    }
    return rows;
  };
  const get = async (path: string, params: Record<string, unknown> = {}): Promise<Row> =>
    row.parse(await (await send(withParams(path, params))).json());
  const fail = async (path: string, params: Record<string, unknown> = {}, init: RequestInit = {}) => {
    const response = await send(withParams(path, params), init);
    return { http: response.status, ...failure.parse(await response.json()).error };
  };
  /** Starts a report; its id. */
  const start = async (path: string, params: Record<string, unknown> = {}): Promise<string> => {
    const response = await send(withParams(path, params), { method: "POST" });
    return z.object({ report_run_id: z.string() }).parse(await response.json()).report_run_id;
  };
  return { send, list, listAll, get, fail, start };
}

function withParams(path: string, params: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    query.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  const text = query.toString();
  if (text === "") return path;
  return `${path}${path.includes("?") ? "&" : "?"}${text}`;
}

/** Sum of a decimal column in minor units, exact. */
export function sumMinor(rows: readonly Row[], column: string, digits: number): number {
  return rows.reduce((sum, one) => sum + Math.round(Number(one[column] ?? 0) * 10 ** digits), 0);
}
