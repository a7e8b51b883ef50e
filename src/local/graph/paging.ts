/** Cursors and the `paging` block. */
import { invalidCursor } from "./graph-error.ts";
import type { GraphCall } from "./graph-call.ts";

export interface Paging {
  cursors: { before: string; after: string };
  previous?: string;
  next?: string;
}

export interface PageEnds {
  before: string;
  after: string;
  hasPrevious: boolean;
  hasNext: boolean;
  limit: number;
}

/** Insights: base64 of the row index with `=` written as `ZD` ("MAZDZD" is 0), as in Meta's own examples. */
export function encodeIndexCursor(index: number): string {
  return Buffer.from(String(index)).toString("base64").replaceAll("=", "ZD");
}

/** Throws code 2642 for anything `encodeIndexCursor` doesn't make. */
export function decodeIndexCursor(cursor: string): number {
  const text = Buffer.from(
    cursor.replace(/(ZD)+$/, (tail) => "=".repeat(tail.length / 2)),
    "base64",
  ).toString();
  const index = Number(text);
  if (!/^\d+$/.test(text) || encodeIndexCursor(index) !== cursor) throw invalidCursor();
  return index;
}

/**
 * Edges: opaque to clients. Holds the edge and the id of the row, so that a cursor of one edge fails on another; a
 * number behind them tells cursors of the same place apart.
 */
export function encodeEdgeCursor(edge: string, id: string, number?: number): string {
  const text = number === undefined ? `${edge}:${id}` : `${edge}:${id}:${number}`;
  return `QVFI${Buffer.from(text).toString("base64url")}`;
}

/** The id in an edge cursor; throws code 2642 if it is not one of this edge. */
export function decodeEdgeCursor(edge: string, cursor: string): string {
  const [cursorEdge, id] = Buffer.from(cursor.slice(4), "base64url").toString().split(":");
  if (!cursor.startsWith("QVFI") || cursorEdge !== edge || id === undefined) throw invalidCursor();
  return id;
}

/** The token is repeated in the links only if it came by query: a trap that careful clients must survive. */
export function buildPaging(call: GraphCall, ends: PageEnds): Paging {
  return {
    cursors: { before: ends.before, after: ends.after },
    ...(ends.hasPrevious ? { previous: linkTo(call, ends.limit, "before", ends.before) } : {}),
    ...(ends.hasNext ? { next: linkTo(call, ends.limit, "after", ends.after) } : {}),
  };
}

function linkTo(call: GraphCall, limit: number, side: "before" | "after", cursor: string): string {
  const query = new URLSearchParams();
  if (call.tokenInQuery && call.token !== undefined) query.set("access_token", call.token);
  for (const [name, value] of call.params) if (name !== "before" && name !== "after") query.set(name, value);
  query.set("limit", String(limit));
  query.set(side, cursor);
  return `${call.url}?${query}`;
}
