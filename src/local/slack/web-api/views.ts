/** views.*: open a modal, push onto it, change a view, publish a Home tab. */
import { z } from "zod";
import { admitView } from "../checks/check-view.ts";
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject } from "../shapes.ts";
import { isObject } from "../values.ts";
import { readStructured, word } from "./arguments.ts";
import { defineMethod } from "./method.ts";
import type { WebApiMethod } from "./method.ts";

/** The `view` argument, checked. */
function readView(raw: JsonObject, kind: "modal" | "home"): JsonObject {
  const view = readStructured(raw["view"], "invalid_arguments");
  if (view === undefined) {
    throw new SlackRefusal("invalid_arguments", { messages: ["[ERROR] missing required field: view"] });
  }
  return admitView(view, kind);
}

/** For views.update, which takes both kinds. */
function readEitherView(raw: JsonObject): JsonObject {
  const view = readStructured(raw["view"], "invalid_arguments");
  return readView(raw, isObject(view) && view["type"] === "home" ? "home" : "modal");
}

const triggered = z.object({ trigger_id: word });

const open = defineMethod({
  tier: "tier4",
  scopes: [],
  args: triggered,
  run: ({ workspace, grant, args, raw }) => {
    const view = readView(raw, "modal");
    const { user } = workspace.triggers.exchange(args.trigger_id, grant.appId);
    return { view: workspace.views.open(user, { view, grant }).view };
  },
});

const push = defineMethod({
  tier: "tier4",
  scopes: [],
  args: triggered,
  run: ({ workspace, grant, args, raw }) => {
    const view = readView(raw, "modal");
    const { user, viewId } = workspace.triggers.exchange(args.trigger_id, grant.appId);
    const isOpen = workspace.views.stack(user).some(({ id }) => id === viewId);
    // Only what was pressed inside the modal may put something on top of it.
    if (!isOpen) throw new SlackRefusal("not_found");
    return { view: workspace.views.push(user, { view, grant }).view };
  },
});

const update = defineMethod({
  tier: "tier4",
  scopes: [],
  args: z.object({ view_id: word.optional(), external_id: word.optional(), hash: word.optional() }),
  run: ({ workspace, grant, args, raw }) => {
    const { view_id: id, external_id: externalId } = args;
    if ((id === undefined) === (externalId === undefined)) {
      throw new SlackRefusal("invalid_arguments", { messages: ["[ERROR] must have either view_id or external_id"] });
    }
    const view = readEitherView(raw);
    const which = { ...(id === undefined ? {} : { id }), ...(externalId === undefined ? {} : { externalId }) };
    return { view: workspace.views.update(which, { view, grant }, args.hash) };
  },
});

const publish = defineMethod({
  tier: "tier4",
  scopes: [],
  args: z.object({ user_id: word, hash: word.optional() }),
  run: ({ workspace, grant, args, raw }) => {
    const view = readView(raw, "home");
    if (!workspace.app.homeTab) throw new SlackRefusal("not_enabled");
    const person = workspace.people.get(args.user_id);
    if (person === undefined || person.isBot) throw new SlackRefusal("user_not_found");
    return { view: workspace.views.publish(person.id, { view, grant }, args.hash).view };
  },
});

export const viewMethods: Record<string, WebApiMethod> = {
  "views.open": open,
  "views.push": push,
  "views.update": update,
  "views.publish": publish,
};
