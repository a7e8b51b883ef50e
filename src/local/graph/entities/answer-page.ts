/** One page of an edge: limit, fields, cursors, and what becomes of a cursor whose entity is gone. */
import { z } from "zod";
import { type Answer, answerJson } from "../answer.ts";
import { type AskedField, checkFields, type NodeType, type NodeView, parseFields, projectFields } from "../fields.ts";
import { type GraphCall, readIntegerParam, readJsonParam } from "../graph-call.ts";
import { invalidCursor, invalidParameter } from "../graph-error.ts";
import type { EndpointInput, GraphParts } from "../graph-parts.ts";
import { buildPaging, decodeEdgeCursor, encodeEdgeCursor } from "../paging.ts";

const DEFAULT_LIMIT = 25;
const summaryWish = z.union([
  z.literal([true, 1]).transform(() => ["total_count"]),
  z.string().transform((names) => names.split(",")),
  z.array(z.string()),
]);
/** Of a page without rows: the same place under another cursor, so that nobody takes it for a loop. */
const EMPTY_ENDS = { hasPrevious: false, hasNext: true };

export interface EdgeItem {
  id: string;
  view: () => NodeView;
}

export interface EdgeList {
  /** Name of the edge: cursors of another one are refused. */
  edge: string;
  type: NodeType;
  items: readonly EdgeItem[];
  /** Ids of everything the edge could list, in its order: tells where a cursor goes on that is in no list any more. */
  order?: readonly string[];
  /** True for an id whose cursor is dead, because its entity was deleted. */
  isGone?: (id: string) => boolean;
  /** Fields without a wish; only the id if not given. */
  defaultFields?: string;
}

export function answerPage({ call, parts }: EndpointInput, list: EdgeList): Answer {
  const { edge, items } = list;
  const limit = Math.min(readIntegerParam(call, "limit", 0) ?? DEFAULT_LIMIT, parts.knobs.maxEdgeLimit);
  const fields: AskedField[] = parseFields(call.params.get("fields") ?? list.defaultFields);
  checkFields(fields, list.type);
  const summary = readSummary(call, items.length);
  if (limit === 0) return answerJson({ data: [], ...summary });
  const asked = findRange(call, list, limit);
  const { start } = asked;
  const end = start + rowsToGive(parts, asked.end - start);
  const data = items.slice(start, end).map((item) => projectFields(item.view(), fields));
  if (data.length === 0 && start >= items.length) return answerJson({ data, ...summary });
  if (data.length === 0) {
    const after = encodeEdgeCursor(edge, items[start - 1]?.id ?? "", parts.chance.next("cursor"));
    return answerJson({ data, paging: buildPaging(call, { ...EMPTY_ENDS, before: after, after, limit }), ...summary });
  }
  const paging = buildPaging(call, {
    before: encodeEdgeCursor(edge, items[start]?.id ?? ""),
    after: encodeEdgeCursor(edge, items[end - 1]?.id ?? ""),
    hasPrevious: start > 0,
    hasNext: end < items.length,
    limit,
  });
  return answerJson({ data, paging, ...summary }, data.length);
}

/** `summary=total_count` (or true) counts what the edge lists in all, whatever the page. */
function readSummary(call: GraphCall, total: number): { summary?: { total_count: number } } {
  const asked = call.params.get("summary");
  if (asked === undefined || asked === "" || asked === "false" || asked === "0") return {};
  const names = readJsonParam(call, "summary", summaryWish, "a list of total_count, or true");
  for (const name of names ?? []) {
    if (name !== "total_count") throw invalidParameter(`Unknown summary field: ${name}`);
  }
  return { summary: { total_count: total } };
}

/** All of them, or by the knobs and the world's seed fewer, or none: Meta filters pages after it has cut them. */
function rowsToGive({ knobs, chance }: GraphParts, rows: number): number {
  if (chance.hits("empty page", knobs.emptyPagePercent)) return 0;
  return chance.hits("short page", knobs.shortPagePercent) ? Math.ceil(rows / 2) : rows;
}

function findRange(call: GraphCall, list: EdgeList, limit: number): { start: number; end: number } {
  const count = list.items.length;
  const after = call.params.get("after");
  const before = call.params.get("before");
  if (after !== undefined && after !== "") {
    const { position, isListed } = findCursor(list, after);
    const start = position + (isListed ? 1 : 0);
    return { start, end: Math.min(start + limit, count) };
  }
  if (before !== undefined && before !== "") {
    const end = findCursor(list, before).position;
    return { start: Math.max(0, end - limit), end };
  }
  return { start: 0, end: Math.min(limit, count) };
}

/** Where the cursor stands: on an item, or before the first one that comes after its entity. */
function findCursor({ edge, items, order, isGone }: EdgeList, cursor: string): { position: number; isListed: boolean } {
  const id = decodeEdgeCursor(edge, cursor);
  if (id === "") return { position: 0, isListed: false };
  const position = items.findIndex((item) => item.id === id);
  if (position !== -1) return { position, isListed: true };
  const ranks = new Map((order ?? []).map((one, rank) => [one, rank]));
  const rank = ranks.get(id);
  if (rank === undefined || isGone?.(id) === true) throw invalidCursor();
  const next = items.findIndex((item) => (ranks.get(item.id) ?? -1) > rank);
  return { position: next === -1 ? items.length : next, isListed: false };
}
