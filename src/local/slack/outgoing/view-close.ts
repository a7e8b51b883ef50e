/** A person closes a modal, or the whole stack: view_closed for each view that asked to be told. */
import type { Workspace } from "../workspace.ts";
import { deliverPayload } from "./deliver.ts";
import type { Courier } from "./deliver.ts";
import { findView } from "./find-view.ts";
import { frameAct } from "./frame-act.ts";
import { ActRefused } from "./refuse-act.ts";

export interface CloseOrder {
  user: string;
  viewId: string;
  /** The X that closes the whole stack, not only the view on top. */
  clear?: boolean | undefined;
}

export interface CloseAnswer {
  /** The views that were closed, top first. */
  closed: string[];
  /** How many of them told the app (notify_on_close). */
  notified: number;
}

/** Throws ActRefused when the view isn't on top for that person, or is their Home tab. */
export async function closeView(workspace: Workspace, courier: Courier, order: CloseOrder): Promise<CloseAnswer> {
  const { person, view } = findView(workspace, order.user, order.viewId);
  if (view.type === "home") throw new ActRefused("Nobody can close a Home tab.");
  const isCleared = order.clear === true || view["clear_on_close"] === true;
  const closed = workspace.views.close(person.id, isCleared);
  const told = closed.filter((one) => one.view["notify_on_close"] === true);
  for (const one of told) {
    await deliverPayload(courier, {
      type: "view_closed",
      ...frameAct(workspace, person),
      view: one.view,
      is_cleared: isCleared,
    });
  }
  return { closed: closed.map(({ id }) => id), notified: told.length };
}
