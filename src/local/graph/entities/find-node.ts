/** From an id in the path to a node that the caller may see, or Meta's refusal. */
import { authorizeAccount, seesNode } from "../auth.ts";
import { unsupportedObject } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import type { NodeRef } from "../seed/model.ts";

/** Throws 200 for an account that was not given to the token, 100/33 for anything unknown or hidden. */
export function findNode({ parts, call, caller }: EndpointInput): NodeRef {
  const id = call.segments[0] ?? "";
  const node = parts.world.nodes.get(id);
  if (node === undefined) throw unsupportedObject(call.method, id);
  if (node.kind === "account" || seesNode(caller, node)) {
    authorizeAccount(caller, `act_${node.account.spec.accountId}`);
    return node;
  }
  throw unsupportedObject(call.method, id);
}
