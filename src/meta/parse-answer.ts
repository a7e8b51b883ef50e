/** The JSON of an answer as what was asked for, or an error that says where it differs; and where a list goes on. */
import type { z } from "zod";
import type { Answer } from "./call.ts";
import type { listSchema } from "./schemas.ts";

/** Parses an answer's JSON; one that has another shape counts as trouble on the way, not as a page. */
export function parseAnswer<T>(answer: Answer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer.json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw answer.refuse(`JSON of another shape, at ${issue?.path.join(".") || "its root"}: ${issue?.message}`);
  }
  return parsed.data;
}

export type List = z.infer<typeof listSchema>;

/** A list ends when `next` is missing, not when a page is short. A cursor that stands still would never end. */
export function nextCursorOf(list: List, cursor: string | null, answer: Answer): string | null {
  if (list.paging?.next === undefined) return null;
  const after = list.paging.cursors?.after;
  if (after === undefined) throw answer.refuse("a next page without cursors.after");
  if (after === cursor) throw answer.refuse(`cursors.after is "${after}", the cursor that was sent`);
  return after;
}
