/** Argument shapes shared by the methods: forms carry text, JSON bodies carry values; both must fit. */
import { z } from "zod";
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject } from "../shapes.ts";

/** A flag as a form writes it ("true", "1") or as JSON has it. */
export const flag = z.union([
  z.boolean(),
  z.enum(["true", "false", "1", "0"]).transform((v) => v === "true" || v === "1"),
]);

/** A whole number as a form writes it or as JSON has it. */
export const wholeNumber = z.union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)]);

/** An id, a ts or a name: never empty. */
export const word = z.string().min(1);

/** Throws SlackRefusal invalid_arguments, naming each missing field as Slack does. */
export function parseArguments<Shape>(schema: z.ZodType<Shape>, args: JsonObject): Shape {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const messages = parsed.error.issues.map((issue) => {
    const field = issue.path.join("/");
    const value = args[String(issue.path[0])];
    return value === undefined || value === ""
      ? `[ERROR] missing required field: ${field}`
      : `[ERROR] invalid value [json-pointer:/${field}]`;
  });
  throw new SlackRefusal("invalid_arguments", { messages });
}

/** A structured argument that a form carries as JSON text. Throws SlackRefusal with `refusalCode` when it can't be read. */
export function readStructured(value: unknown, refusalCode: string): unknown {
  if (typeof value !== "string") return value ?? undefined;
  if (value === "") return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw new SlackRefusal(refusalCode);
  }
}
