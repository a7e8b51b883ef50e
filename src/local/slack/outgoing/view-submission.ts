/** A person presses a modal's submit button: view_submission, and what the answer makes of the stack. */
import { admitView } from "../checks/check-view.ts";
import { SlackRefusal } from "../refusal.ts";
import { writeResponseUrl } from "../response-url-door.ts";
import { team } from "../seed.ts";
import type { Grant, JsonObject, Person, SlackView, ViewValues } from "../shapes.ts";
import { listElements } from "../state/view-state.ts";
import { isObject, spell } from "../values.ts";
import type { Workspace } from "../workspace.ts";
import { checkValues } from "./check-values.ts";
import { deliverPayload, isAccepted } from "./deliver.ts";
import type { Courier, DeliveryAnswer, DeliveryOverrides } from "./deliver.ts";
import { fillValues, findView } from "./find-view.ts";
import { frameAct } from "./frame-act.ts";
import { ActRefused } from "./refuse-act.ts";

/** What Slack writes into a modal whose app didn't answer well. */
const TROUBLE = "We had some trouble connecting. Try again?";

export interface SubmitOrder {
  user: string;
  viewId: string;
  /** What stands in the inputs, as `view.state.values`; an input that is not named keeps its initial value. */
  values?: ViewValues | undefined;
  overrides?: DeliveryOverrides | undefined;
}

export interface SubmitAnswer {
  /** HTTP status; 0 when no answer came, or when Slack's own check kept the form from being sent. */
  status: number;
  /** Real milliseconds until the answer. */
  ms: number;
  /** What Slack writes into the modal when the app didn't take it; the modal stays. */
  failure?: string;
  /** By block_id: what the app, or Slack's own check, has against an input. */
  errors?: Record<string, string>;
  action?: "update" | "push" | "clear" | "close";
}

/** Throws ActRefused: the view isn't on top for that person, is no form, or has no such inputs or options. */
export async function submitView(workspace: Workspace, courier: Courier, order: SubmitOrder): Promise<SubmitAnswer> {
  const { person, view } = findView(workspace, order.user, order.viewId);
  if (view["submit"] === null) throw new ActRefused(`The view ${view.id} has no submit button.`);
  const values = fillValues(view, order.values ?? {});
  const errors = checkValues(view.blocks, values);
  if (Object.keys(errors).length > 0) return { status: 0, ms: 0, errors };
  const { appId } = workspace.credentials;
  const sent = workspace.views.keepValues(person.id, view.id, values) ?? view;
  const payload = {
    type: "view_submission",
    ...frameAct(workspace, person),
    trigger_id: workspace.triggers.issue({ user: person.id, appId, viewId: view.id }),
    view: sent,
    response_urls: makeResponseUrls(workspace, person, sent),
  };
  const answer = await deliverPayload(courier, payload, order.overrides);
  const { status, ms } = answer;
  return { status, ms, ...follow(workspace, person, sent, answer) };
}

/** An address for each channel that the form asked for with response_url_enabled. */
function makeResponseUrls(workspace: Workspace, person: Person, view: SlackView): JsonObject[] {
  return listElements(view.blocks).flatMap(({ element, blockId }) => {
    const actionId = spell(element["action_id"]);
    const value = view.state.values[blockId]?.[actionId];
    const channel = value?.["selected_channel"] ?? value?.["selected_conversation"];
    if (element["response_url_enabled"] !== true || typeof channel !== "string") return [];
    const url = workspace.responseUrls.make({ kind: "commands", team: team.id, channel, user: person.id });
    const responseUrl = writeResponseUrl(workspace, url);
    return [{ block_id: blockId, action_id: actionId, channel_id: channel, response_url: responseUrl }];
  });
}

type Outcome = Pick<SubmitAnswer, "failure" | "errors" | "action">;

/** Does what the app answered; an answer that Slack can't use leaves the modal as it is. */
function follow(workspace: Workspace, person: Person, view: SlackView, answer: DeliveryAnswer): Outcome {
  if (!isAccepted(answer)) return { failure: TROUBLE };
  const order = readAnswer(answer.body);
  const grant = workspace.grants.find(workspace.credentials.botToken);
  if (order === undefined || grant === undefined) return { failure: TROUBLE };
  try {
    return act(workspace, grant, person, view, order);
  } catch (error) {
    if (error instanceof SlackRefusal) return { failure: TROUBLE };
    throw error;
  }
}

function readAnswer(body: string): JsonObject | undefined {
  if (body.trim() === "") return {};
  try {
    const order: unknown = JSON.parse(body);
    return isObject(order) ? order : undefined;
  } catch {
    return undefined;
  }
}

function act(workspace: Workspace, grant: Grant, person: Person, view: SlackView, order: JsonObject): Outcome {
  switch (order["response_action"]) {
    case undefined:
      workspace.views.close(person.id, false);
      return { action: "close" };
    case "clear":
      workspace.views.close(person.id, true);
      return { action: "clear" };
    case "update":
      workspace.views.update({ id: view.id }, { view: admitView(order["view"], "modal"), grant });
      return { action: "update" };
    case "push":
      workspace.views.push(person.id, { view: admitView(order["view"], "modal"), grant });
      return { action: "push" };
    case "errors":
      return readErrors(view, order["errors"]);
    default:
      return { failure: TROUBLE };
  }
}

/** Slack takes errors for input blocks only. */
function readErrors(view: SlackView, errors: unknown): Outcome {
  const inputs = new Set(view.blocks.filter(({ type }) => type === "input").map((block) => block.block_id));
  const entries = isObject(errors) ? Object.entries(errors) : [];
  const isFit = entries.length > 0 && entries.every(([id, text]) => inputs.has(id) && typeof text === "string");
  if (!isFit) return { failure: TROUBLE };
  return { errors: Object.fromEntries(entries.map(([id, text]) => [id, spell(text)])) };
}
