/** The one shape of an error at the HTTP doors: {error:{code,message,hint?}}. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

export function answerError(
  c: Context,
  status: ContentfulStatusCode,
  code: string,
  message: string,
  hint?: string,
): Response {
  return c.json({ error: { code, message, ...(hint === undefined ? {} : { hint }) } }, status);
}
