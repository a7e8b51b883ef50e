/** A person types into a menu whose options come from the app: block_suggestion. */
import { Findings } from "../checks/findings.ts";
import { checkOptionGroups, checkOptions } from "../checks/text.ts";
import type { JsonObject, Person } from "../shapes.ts";
import { isObject, listObjects, spell } from "../values.ts";
import type { Workspace } from "../workspace.ts";
import { findShown, placeOf } from "./click.ts";
import { deliverPayload, tellTrouble } from "./deliver.ts";
import type { Courier } from "./deliver.ts";
import { findElement } from "./describe-action.ts";
import { findView } from "./find-view.ts";
import { frameAct } from "./frame-act.ts";
import { ActRefused, findPlace } from "./refuse-act.ts";

/** How much must be typed before Slack asks, unless the menu says otherwise. */
const LEAST_TYPED = 3;

export interface SuggestOrder {
  user: string;
  /** The modal or Home view the menu stands in; otherwise channel and ts of its message. */
  viewId?: string | undefined;
  channel?: string | undefined;
  ts?: string | undefined;
  actionId: string;
  blockId: string;
  typed: string;
}

export interface SuggestAnswer {
  /** Option objects; those of groups too, in order. */
  options: JsonObject[];
  /** As the app grouped them, when it did: {label, options}. */
  optionGroups?: JsonObject[];
  failure?: string;
}

/** Throws ActRefused when the person has no such menu before them. */
export async function suggestOptions(
  workspace: Workspace,
  courier: Courier,
  order: SuggestOrder,
): Promise<SuggestAnswer> {
  const { person, place, blocks } = findMenuPlace(workspace, order);
  const { element, blockId } = findElement(blocks, order, "This place");
  if (!spell(element["type"]).includes("external_select")) {
    throw new ActRefused(`${order.actionId} is a ${spell(element["type"])}: its options don't come from the app.`);
  }
  const least = element["min_query_length"] ?? LEAST_TYPED;
  if (typeof least === "number" && order.typed.length < least) return { options: [] };
  const answer = await deliverPayload(courier, {
    type: "block_suggestion",
    ...frameAct(workspace, person),
    ...place,
    action_id: order.actionId,
    block_id: blockId,
    value: order.typed,
  });
  const failure = tellTrouble(answer);
  return failure === undefined ? readOptions(answer.body) : { options: [], failure };
}

interface MenuPlace {
  person: Person;
  place: JsonObject;
  blocks: readonly JsonObject[];
}

function findMenuPlace(workspace: Workspace, order: SuggestOrder): MenuPlace {
  if (order.viewId !== undefined) {
    const { person, view } = findView(workspace, order.user, order.viewId);
    return { person, place: { container: { type: "view", view_id: view.id }, view }, blocks: view.blocks };
  }
  if (order.channel === undefined || order.ts === undefined) {
    throw new ActRefused("Name the view, or the channel and ts of the message, that holds the menu.");
  }
  const { person, channel } = findPlace(workspace, order.user, order.channel);
  const shown = findShown(workspace, channel.id, { user: person.id, ts: order.ts });
  return { person, place: placeOf(workspace, channel, shown), blocks: shown.message.blocks ?? [] };
}

/** The app's options, when Slack could show them. */
function readOptions(body: string): SuggestAnswer {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return { options: [], failure: "The app answered no JSON" };
  }
  if (!isObject(answer)) return { options: [], failure: "The app answered no object" };
  const found = new Findings();
  checkOptions(answer["options"], "/options", found, { min: 0, max: 100 });
  checkOptionGroups(answer["option_groups"], "/option_groups", found);
  if (found.count > 0) {
    return { options: [], failure: `Slack can't show these options: ${found.messages().join("; ")}` };
  }
  const optionGroups = listObjects(answer["option_groups"]);
  const options = [
    ...listObjects(answer["options"]),
    ...optionGroups.flatMap((group) => listObjects(group["options"])),
  ];
  return { options, ...(optionGroups.length === 0 ? {} : { optionGroups }) };
}
