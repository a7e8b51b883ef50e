/** What one Web API method is: its rate limit, the scopes it takes, its arguments, its work. */
import type { z } from "zod";
import type { Tier } from "../rate-limits.ts";
import type { Grant, JsonObject } from "../shapes.ts";
import type { Workspace } from "../workspace.ts";
import { parseArguments } from "./arguments.ts";

export interface MethodCall<Args> {
  workspace: Workspace;
  grant: Grant;
  args: Args;
  /** All arguments as they came, for the ones that need their own reading (blocks, metadata). */
  raw: JsonObject;
}

export interface WebApiMethod {
  tier: Tier;
  /** The token needs one of these; none = any token will do. */
  scopes: readonly string[];
  /** Needs no token; its `grant` is nobody's. */
  isOpen?: boolean | undefined;
  run(call: MethodCall<JsonObject>): JsonObject;
}

/** Ties a method's work to the shape of its arguments; `run` throws SlackRefusal. */
export function defineMethod<Args>(method: {
  tier: Tier;
  scopes: readonly string[];
  isOpen?: boolean;
  args: z.ZodType<Args>;
  run: (call: MethodCall<Args>) => JsonObject;
}): WebApiMethod {
  return {
    tier: method.tier,
    scopes: method.scopes,
    isOpen: method.isOpen,
    run: (call) => method.run({ ...call, args: parseArguments(method.args, call.args) }),
  };
}
