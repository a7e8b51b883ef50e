/** The account that a call is about, by the first segment of its path: a node, or a report of one. */
import type { GraphParts } from "./graph-parts.ts";
import type { AccountModel } from "./seed/model.ts";

export function accountOf(parts: GraphParts, id: string): AccountModel | undefined {
  const node = parts.world.nodes.get(id);
  if (node !== undefined) return node.account;
  return parts.world.nodes.get(parts.reports.accountOf(id) ?? "")?.account;
}
