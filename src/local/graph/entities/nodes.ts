/** Single nodes: GET /me and GET /{id}. */
import { type Answer, answerJson } from "../answer.ts";
import { authorizeBusiness } from "../auth.ts";
import { checkFields, parseFields, projectFields } from "../fields.ts";
import type { EndpointInput } from "../graph-parts.ts";
import { type Business, findBusiness, viewBusiness } from "./businesses.ts";
import { findNode } from "./find-node.ts";
import { NODE_TYPES, readingOf, viewNode } from "./views.ts";

export function getMe({ call, caller }: EndpointInput): Answer {
  const fields = parseFields(call.params.get("fields") ?? "id,name");
  checkFields(fields, "User");
  return answerJson(projectFields({ id: caller.token.userId, name: caller.token.userName }, fields));
}

function getBusiness({ call, caller }: EndpointInput, business: Business): Answer {
  authorizeBusiness(caller);
  const fields = parseFields(call.params.get("fields") ?? "id,name");
  checkFields(fields, "Business");
  return answerJson(projectFields(viewBusiness(business), fields));
}

/** Any node by id, deleted ones too. Without fields: the id, and for accounts `account_id`. */
export function getNode(input: EndpointInput): Answer {
  const business = findBusiness(input.call.segments[0] ?? "");
  if (business !== undefined) return getBusiness(input, business);
  const node = findNode(input);
  const fallback = node.kind === "account" ? "account_id,id" : "id";
  const fields = parseFields(input.call.params.get("fields") ?? fallback);
  checkFields(fields, NODE_TYPES[node.kind]);
  return answerJson(projectFields(viewNode(node, readingOf(input)), fields));
}
