/** A person uses a button or a menu in a modal or on the Home tab: block_actions with the view. */
import type { ViewValues } from "../shapes.ts";
import type { Workspace } from "../workspace.ts";
import { deliverPayload, tellTrouble } from "./deliver.ts";
import type { Courier, DeliveryOverrides } from "./deliver.ts";
import { describeAction, describeValue, findElement } from "./describe-action.ts";
import type { ActionValue } from "./describe-action.ts";
import { fillValues, findView } from "./find-view.ts";
import { frameAct, writeActionTs } from "./frame-act.ts";
import { ActRefused } from "./refuse-act.ts";

export type { ActionValue } from "./describe-action.ts";

export interface ViewActionOrder {
  user: string;
  viewId: string;
  actionId: string;
  /** When several blocks share an action_id. */
  blockId?: string | undefined;
  value?: ActionValue | undefined;
  /** What stands in the other inputs at that moment. */
  values?: ViewValues | undefined;
  overrides?: DeliveryOverrides | undefined;
}

export interface ViewActionAnswer {
  status: number;
  body: string;
  /** Real milliseconds until the answer. */
  ms: number;
  failure?: string;
  triggerId: string;
}

/** Throws ActRefused: no such view before the person, no such element in it, or an input that only counts at submit. */
export async function sendViewAction(
  workspace: Workspace,
  courier: Courier,
  order: ViewActionOrder,
): Promise<ViewActionAnswer> {
  const { person, view } = findView(workspace, order.user, order.viewId);
  const placed = findElement(view.blocks, order, `The view ${view.id}`);
  if (placed.input !== undefined && placed.input["dispatch_action"] !== true) {
    throw new ActRefused(`${order.actionId} stands in an input block without dispatch_action: it is sent at submit.`);
  }
  const filled = fillValues(view, order.values ?? {});
  const values = fillValues({ ...view, state: { values: filled } }, describeValue(placed, order.value));
  const { appId } = workspace.credentials;
  const triggerId = workspace.triggers.issue({ user: person.id, appId, viewId: view.id });
  const action = describeAction(placed, order.value, writeActionTs(workspace.clock.now()));
  const payload = {
    type: "block_actions",
    ...frameAct(workspace, person),
    container: { type: "view", view_id: view.id },
    trigger_id: triggerId,
    view: workspace.views.keepValues(person.id, view.id, values) ?? view,
    actions: [action],
  };
  const answer = await deliverPayload(courier, payload, order.overrides);
  const failure = tellTrouble(answer);
  const { status, body, ms } = answer;
  return { status, body, ms, ...(failure === undefined ? {} : { failure }), triggerId };
}
