/** The modal or Home tab that a person has before them. */
import type { Person, SlackView, ViewValues } from "../shapes.ts";
import { listElements, listOptions, readState, valueFields } from "../state/view-state.ts";
import type { PlacedElement } from "../state/view-state.ts";
import { isObject, spell } from "../values.ts";
import type { Workspace } from "../workspace.ts";
import { findOption } from "./describe-action.ts";
import { ActRefused, findPerson } from "./refuse-act.ts";

/** Throws ActRefused: the view isn't open for that person, or another modal lies over it. */
export function findView(workspace: Workspace, userId: string, viewId: string): { person: Person; view: SlackView } {
  const person = findPerson(workspace, userId);
  const top = workspace.views.stack(person.id).at(-1);
  if (top?.id === viewId) return { person, view: top.view };
  const home = workspace.views.home(person.id);
  if (home?.id !== viewId) throw new ActRefused(`${person.id} has no view ${viewId} before them.`);
  if (top !== undefined) throw new ActRefused(`The modal ${top.id} lies over ${person.id}'s Home tab.`);
  return { person, view: home.view };
}

/** The state of the view when what is in `values` is typed over it. Throws ActRefused for inputs that aren't there. */
export function fillValues(view: SlackView, values: ViewValues): ViewValues {
  const placed = listElements(view.blocks);
  const typed: ViewValues = structuredClone(view.state.values);
  for (const [blockId, actions] of Object.entries(values)) {
    for (const [actionId, value] of Object.entries(actions)) {
      const found = placed.find((one) => one.blockId === blockId && one.element["action_id"] === actionId);
      if (found === undefined) throw new ActRefused(`The view ${view.id} has no input ${blockId}/${actionId}.`);
      (typed[blockId] ??= {})[actionId] = { ...value, ...completeOptions(found, value) };
    }
  }
  return readState(view.blocks, typed);
}

/** Slack sends whole option objects, whatever of them its client kept. */
function completeOptions({ element }: PlacedElement, value: Record<string, unknown>): Record<string, unknown> {
  const rule = valueFields[spell(element["type"])];
  if (rule?.isOption !== true || listOptions(element).length === 0) return {};
  const chosen = value[rule.field];
  if (Array.isArray(chosen)) return { [rule.field]: chosen.map((item) => findOption(element, item)) };
  return isObject(chosen) ? { [rule.field]: findOption(element, chosen) } : {};
}
