/** Lists of nodes: accounts of a person or a business, and the campaigns, ad sets, ads and creatives below a node. */
import { z } from "zod";
import type { Answer } from "../answer.ts";
import { authorizeBusiness, authorizeReading, seesNode } from "../auth.ts";
import { type FilterKind, passesFilters, readFilters } from "../filtering.ts";
import { type GraphCall, readIntegerParam, readJsonParam } from "../graph-call.ts";
import { invalidParameter, unsupportedObject } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import type { AccountModel, NodeRef } from "../seed/model.ts";
import { answerPage, type EdgeItem } from "./answer-page.ts";
import { accountsOf, findBusiness, myBusinesses, viewBusiness } from "./businesses.ts";
import { findNode } from "./find-node.ts";
import { EFFECTIVE_STATUSES } from "./statuses.ts";
import { NODE_TYPES, readingOf, viewNode } from "./views.ts";

const HIDDEN_BY_DEFAULT = new Set(["ARCHIVED", "DELETED"]);
const statusList = z.union([z.array(z.string()), z.string().transform((one) => [one])]);

export function listMyAccounts(input: EndpointInput): Answer {
  authorizeReading(input.caller);
  return answerAccounts(input, "adaccounts", input.parts.world.accounts);
}

export function listMyBusinesses(input: EndpointInput): Answer {
  authorizeBusiness(input.caller);
  const items = myBusinesses().map((business) => ({ id: business.id, view: () => viewBusiness(business) }));
  return answerPage(input, { edge: "businesses", type: "Business", items, defaultFields: "id,name" });
}

/** The accounts that a business owns, or works for as a partner. */
export function listBusinessAccounts(edge: "owned" | "client"): (input: EndpointInput) => Answer {
  return (input) => {
    const id = input.call.segments[0] ?? "";
    const business = findBusiness(id);
    if (business === undefined) throw unsupportedObject(input.call.method, id);
    authorizeBusiness(input.caller);
    authorizeReading(input.caller);
    return answerAccounts(input, `${edge}_ad_accounts`, accountsOf(input.parts.world, business, edge));
  };
}

/** An endpoint for one edge; which parents have it follows from the tree. */
export function listChildren(kind: FilterKind): (input: EndpointInput) => Answer {
  return (input) => {
    const parent = findNode(input);
    if (!isAbove(parent.kind, kind)) throw unsupportedObject(input.call.method, input.call.segments[0] ?? "");
    const { account } = parent;
    const keep = listFilter(input.call, account, kind);
    const entities = listOf(account, kind);
    return answerPage(input, {
      edge: `${kind}s`,
      type: NODE_TYPES[kind],
      items: childrenOf(parent, kind)
        .filter((index) => keep(index))
        .map((index) => itemOf(input, { kind, account, index })),
      order: entities.map(({ id }) => id),
      isGone: (id) => input.parts.knobs.cursorsDie && entities.some((one) => one.id === id && one.status === "DELETED"),
    });
  };
}

export function listCreatives(input: EndpointInput): Answer {
  const parent = findNode(input);
  if (parent.kind === "creative") throw unsupportedObject(input.call.method, input.call.segments[0] ?? "");
  const { account } = parent;
  const used = parent.kind === "ad" ? [parent.index] : childrenOf(parent, "ad");
  const creatives = [...new Set(used.map((ad) => account.ads[ad]?.creative ?? 0))].sort((a, b) => a - b);
  const items = creatives.map((index) => itemOf(input, { kind: "creative", account, index }));
  return answerPage(input, { edge: "adcreatives", type: "AdCreative", items });
}

function answerAccounts(input: EndpointInput, edge: string, accounts: readonly AccountModel[]): Answer {
  const nodes = accounts.map((account): NodeRef => ({ kind: "account", account, index: 0 }));
  const seen = nodes.filter((node) => seesNode(input.caller, node));
  return answerPage(input, { edge, type: "AdAccount", items: seen.map((node) => itemOf(input, node)) });
}

function itemOf(input: EndpointInput, node: NodeRef): EdgeItem {
  return { id: idOf(node), view: () => viewNode(node, readingOf(input)) };
}

/** Without a wish about status, archived and deleted ones are hidden; deleted ones are never listed. */
function listFilter(call: GraphCall, account: AccountModel, kind: FilterKind): (index: number) => boolean {
  const filters = readFilters(call, kind);
  const statuses = readStatuses(call, kind);
  // Meta's list of campaigns has no such parameter and ignores it.
  const updatedSince = kind === "campaign" ? undefined : readIntegerParam(call, "updated_since", 0);
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

function idOf(node: NodeRef): string {
  if (node.kind === "account") return `act_${node.account.spec.accountId}`;
  const list = node.kind === "creative" ? node.account.creatives : listOf(node.account, node.kind);
  return list[node.index]?.id ?? "";
}

function listOf(account: AccountModel, kind: FilterKind) {
  return kind === "campaign" ? account.campaigns : kind === "adset" ? account.adSets : account.ads;
}

function isAbove(parent: NodeRef["kind"], kind: FilterKind): boolean {
  const order: NodeRef["kind"][] = ["account", "campaign", "adset", "ad"];
  return order.indexOf(parent) !== -1 && order.indexOf(parent) < order.indexOf(kind);
}
