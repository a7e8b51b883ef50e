/** The filters of a bulk call: in the query, or (the Python client) as ids in a JSON body. */
import type { Context } from "hono";
import type { z } from "zod";
import { ApiError } from "../api-error.ts";

/** Query and body in one; @throws ApiError 400 if there is a body that `schema` refuses. */
export async function readQueryWithBody(
  c: Context,
  schema: z.ZodType<Record<string, string[]>>,
): Promise<Record<string, string[]>> {
  const text = await c.req.text();
  if (text === "") return c.req.queries();
  const read = schema.safeParse(parseJson(text));
  if (!read.success) throw new ApiError(400, `invalid body: ${read.error.issues[0]?.message ?? "not JSON"}`);
  return { ...c.req.queries(), ...read.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
