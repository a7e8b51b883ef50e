/** Lists of nodes: /me/adaccounts and the campaigns, ad sets, ads and creatives below a node. */
import { z } from "zod";
import { type Answer, answerJson } from "../answer.ts";
import { authorizeReading, seesNode } from "../auth.ts";
import { checkFields, parseFields, projectFields } from "../fields.ts";
import { type FilterKind, passesFilters, readFilters } from "../filtering.ts";
import { type GraphCall, readIntegerParam, readJsonParam } from "../graph-call.ts";
import { invalidCursor, invalidParameter, unsupportedObject } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import { buildPaging, decodeEdgeCursor, encodeEdgeCursor } from "../paging.ts";
import type { AccountModel, NodeRef } from "../seed/model.ts";
import { findNode } from "./find-node.ts";
import { EFFECTIVE_STATUSES } from "./statuses.ts";
import { NODE_TYPES, viewNode } from "./views.ts";

const DEFAULT_LIMIT = 25;
const HIDDEN_BY_DEFAULT = new Set(["ARCHIVED", "DELETED"]);
const statusList = z.union([z.array(z.string()), z.string().transform((one) => [one])]);

export function listMyAccounts(input: EndpointInput): Answer {
  authorizeReading(input.caller);
  const nodes = [...input.parts.world.nodes.values()].filter((node) => node.kind === "account");
  return answerPage(
    input,
    "adaccounts",
    nodes.filter((node) => seesNode(input.caller, node)),
  );
}

/** An endpoint for one edge; which parents have it follows from the tree. */
export function listChildren(kind: FilterKind): (input: EndpointInput) => Answer {
  return (input) => {
    const parent = findNode(input);
    if (!isAbove(parent.kind, kind)) throw unsupportedObject(input.call.method, input.call.segments[0] ?? "");
    const keep = listFilter(input.call, parent.account, kind);
    const nodes = childrenOf(parent, kind).filter((index) => keep(index));
    return answerPage(
      input,
      `${kind}s`,
      nodes.map((index) => ({ kind, account: parent.account, index })),
    );
  };
}

export function listCreatives(input: EndpointInput): Answer {
  const parent = findNode(input);
  if (parent.kind === "creative") throw unsupportedObject(input.call.method, input.call.segments[0] ?? "");
  const { account } = parent;
  const used = parent.kind === "ad" ? [parent.index] : childrenOf(parent, "ad");
  const creatives = [...new Set(used.map((ad) => account.ads[ad]?.creative ?? 0))].sort((a, b) => a - b);
  return answerPage(
    input,
    "adcreatives",
    creatives.map((index) => ({ kind: "creative", account, index })),
  );
}

/** Without a wish about status, archived and deleted ones are hidden; deleted ones are never listed. */
function listFilter(call: GraphCall, account: AccountModel, kind: FilterKind): (index: number) => boolean {
  const filters = readFilters(call, kind);
  const statuses = readStatuses(call, kind);
  const updatedSince = readIntegerParam(call, "updated_since", 0);
  const asksStatus = filters.some((filter) => filter.kind === kind && filter.attribute === "effective_status");
  return (index) => {
    const entity = listOf(account, kind)[index];
    if (entity === undefined || entity.effectiveStatus === "DELETED") return false;
    if (statuses !== undefined && !statuses.includes(entity.effectiveStatus)) return false;
    if (statuses === undefined && !asksStatus && HIDDEN_BY_DEFAULT.has(entity.effectiveStatus)) return false;
    if (updatedSince !== undefined && entity.updatedMs < updatedSince * 1_000) return false;
    return passesFilters(account, kind, index, filters);
  };
}

function readStatuses(call: GraphCall, kind: FilterKind): string[] | undefined {
  const statuses = readJsonParam(call, "effective_status", statusList, "an array of statuses");
  const known = EFFECTIVE_STATUSES[kind];
  for (const [index, status] of (statuses ?? []).entries()) {
    if (known.includes(status)) continue;
    throw invalidParameter(`Param effective_status[${index}] must be one of {${known.join(", ")}} - got "${status}"`);
  }
  return statuses;
}

function childrenOf(parent: NodeRef, kind: FilterKind): number[] {
  const { account } = parent;
  const indices = [...listOf(account, kind).keys()];
  if (parent.kind === "campaign") {
    return indices.filter((index) => (kind === "ad" ? account.ads : account.adSets)[index]?.campaign === parent.index);
  }
  if (parent.kind === "adset") return indices.filter((index) => account.ads[index]?.adSet === parent.index);
  return indices;
}

function answerPage(input: EndpointInput, edge: string, nodes: NodeRef[]): Answer {
  const { call, parts } = input;
  const limit = Math.min(readIntegerParam(call, "limit", 1) ?? DEFAULT_LIMIT, parts.knobs.maxEdgeLimit);
  const fields = parseFields(call.params.get("fields"));
  const type = NODE_TYPES[nodes[0]?.kind ?? kindOfEdge(edge)];
  checkFields(fields, type);
  const nowMs = parts.clock.now();
  const ids = nodes.map(idOf);
  const { start, end } = findRange(call, edge, ids, limit);
  const data = nodes.slice(start, end).map((node) => projectFields(viewNode(node, nowMs), fields));
  if (data.length === 0) return answerJson({ data });
  const paging = buildPaging(call, {
    before: encodeEdgeCursor(edge, ids[start] ?? ""),
    after: encodeEdgeCursor(edge, ids[end - 1] ?? ""),
    hasPrevious: start > 0,
    hasNext: end < nodes.length,
    limit,
  });
  return answerJson({ data, paging }, data.length);
}

function findRange(call: GraphCall, edge: string, ids: string[], limit: number): { start: number; end: number } {
  const after = call.params.get("after");
  const before = call.params.get("before");
  if (after !== undefined && after !== "") {
    const start = positionOf(edge, after, ids) + 1;
    return { start, end: Math.min(start + limit, ids.length) };
  }
  if (before !== undefined && before !== "") {
    const end = positionOf(edge, before, ids);
    return { start: Math.max(0, end - limit), end };
  }
  return { start: 0, end: Math.min(limit, ids.length) };
}

function positionOf(edge: string, cursor: string, ids: string[]): number {
  const position = ids.indexOf(decodeEdgeCursor(edge, cursor));
  if (position === -1) throw invalidCursor();
  return position;
}

function idOf(node: NodeRef): string {
  if (node.kind === "account") return `act_${node.account.spec.accountId}`;
  const list = node.kind === "creative" ? node.account.creatives : listOf(node.account, node.kind);
  return list[node.index]?.id ?? "";
}

function listOf(account: AccountModel, kind: FilterKind) {
  return kind === "campaign" ? account.campaigns : kind === "adset" ? account.adSets : account.ads;
}

function kindOfEdge(edge: string): NodeRef["kind"] {
  if (edge === "adaccounts") return "account";
  return edge === "campaigns" ? "campaign" : edge === "adsets" ? "adset" : edge === "ads" ? "ad" : "creative";
}

function isAbove(parent: NodeRef["kind"], kind: FilterKind): boolean {
  const order: NodeRef["kind"][] = ["account", "campaign", "adset", "ad"];
  return order.indexOf(parent) !== -1 && order.indexOf(parent) < order.indexOf(kind);
}
