/** The JSON of an answer as what was asked for, or an error that says where it differs. */
import type { z } from "zod";
import type { Answer } from "./call.ts";

/** Parses an answer's JSON; one that has another shape counts as trouble on the way, not as a page. */
export function parseAnswer<T>(answer: Answer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer.json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw answer.refuse(`JSON of another shape, at ${issue?.path.join(".") || "its root"}: ${issue?.message}`);
  }
  return parsed.data;
}
