/** blocks.validate: what is wrong with blocks, a message or a view, without sending anything. */
import { z } from "zod";
import { checkBlockList } from "../checks/check-blocks.ts";
import { checkView } from "../checks/check-view.ts";
import { Findings } from "../checks/findings.ts";
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject } from "../shapes.ts";
import { isObject } from "../values.ts";
import { readStructured } from "./arguments.ts";
import { defineMethod } from "./method.ts";
import type { WebApiMethod } from "./method.ts";

const kinds = ["blocks", "message", "view"] as const;

function findFaults(kind: (typeof kinds)[number], value: unknown): Findings {
  const found = new Findings();
  const blocks = kind === "message" && isObject(value) ? (value["blocks"] ?? []) : value;
  if (kind === "view") {
    if (isObject(value)) checkView(value, value["type"] === "home" ? "home" : "modal", "", found);
    else found.add("", "must be an object");
    return found;
  }
  if (!Array.isArray(blocks) || !blocks.every(isObject)) found.add("", "must be a list of blocks");
  else checkBlockList(blocks, kind === "message" ? "/blocks" : "", found, "message");
  return found;
}

/** A fault as blocks.validate tells it; lone blocks are pointed at from their list, others from their payload. */
function showFaults(found: Findings): JsonObject[] {
  return found.list().map(({ pointer, message, constraint }) => ({
    pointer,
    code: "failed_constraint",
    message,
    ...(constraint === undefined ? {} : { constraint }),
  }));
}

const validate = defineMethod({
  tier: "tier4",
  scopes: [],
  args: z.object({}),
  run: ({ raw }) => {
    const given = kinds.filter((kind) => raw[kind] !== undefined && raw[kind] !== "");
    const [kind] = given;
    if (kind === undefined || given.length > 1) {
      const messages = ["[ERROR] provide exactly one of: blocks, message, view"];
      throw new SlackRefusal("invalid_arguments", { messages });
    }
    const found = findFaults(kind, readStructured(raw[kind], "invalid_arguments"));
    if (found.count > 0) throw new SlackRefusal(`invalid_${kind}`, { extra: { errors: showFaults(found) } });
    return {};
  },
});

export const validateMethods: Record<string, WebApiMethod> = { "blocks.validate": validate };
