/** Calls that only count: how many objects a list has, and how many objects of an account had figures on a day. */
import { z } from "zod";
import type { Level } from "../sync/request.ts";
import type { CallGraph } from "./call.ts";
import { callForPage, type PartRequest } from "./page-url.ts";
import { parseAnswer } from "./parse-answer.ts";
import { listSchema } from "./schemas.ts";
import type { Usage } from "./usage.ts";

const summarySchema = z.object({
  summary: z.object({ total_count: z.coerce.number().int().nonnegative() }).optional().catch(undefined),
});

/** As many rows as Meta gives in one answer. */
const sampleRows = 1000;

export interface CountRequest extends PartRequest {
  /** Effective statuses to count instead of those that are listed. */
  statuses?: readonly string[];
}

/** Objects that an entity part would list, or null when Meta gives no total. Throws MetaError. */
export async function countListed(
  callGraph: CallGraph,
  request: CountRequest,
  signal: AbortSignal,
): Promise<{ total: number | null; usage: Usage }> {
  const call = callForPage({ ...request, reportId: null, cursor: null, pageSize: 1 });
  const { statuses } = request;
  const params = {
    ...call.params,
    fields: "id",
    summary: "total_count",
    ...(statuses === undefined ? {} : { effective_status: JSON.stringify(statuses) }),
  };
  const answer = await callGraph({ ...call, params }, signal);
  return { total: parseAnswer(answer, summarySchema).summary?.total_count ?? null, usage: answer.usage };
}

export interface RowSample {
  /** Rows of the first page; all there are when `complete`. */
  rows: number;
  /** Different objects among them. */
  objects: number;
  complete: boolean;
  usage: Usage;
}

const objectSchema = z.record(z.string(), z.unknown());

/** The first page of an insights part with nothing but the objects' ids. Throws MetaError. */
export async function sampleInsights(
  callGraph: CallGraph,
  request: PartRequest & { level: Level },
  signal: AbortSignal,
): Promise<RowSample> {
  const call = callForPage({ ...request, reportId: null, cursor: null, pageSize: sampleRows });
  const key = `${request.level}_id`;
  const answer = await callGraph({ ...call, params: { ...call.params, fields: key } }, signal);
  const list = parseAnswer(answer, listSchema);
  const ids = list.data.map((row) => objectSchema.safeParse(row).data?.[key]);
  return {
    rows: list.data.length,
    objects: new Set(ids).size,
    complete: list.paging?.next === undefined,
    usage: answer.usage,
  };
}
