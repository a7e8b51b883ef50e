/** Lists in pages, as Slack cuts them: a limit and an opaque cursor. */
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject } from "../shapes.ts";

/** One page and the cursor of the next ("" when it is the last). Throws SlackRefusal: invalid_limit, invalid_cursor. */
export function cutPage<Item>(
  all: readonly Item[],
  args: { limit?: number | undefined; cursor?: string | undefined },
): { page: Item[]; metadata: { response_metadata: JsonObject } } {
  const from = args.cursor === undefined || args.cursor === "" ? 0 : decodeCursor(args.cursor);
  const limit = args.limit ?? 100;
  if (limit < 1 || limit > 1000) throw new SlackRefusal("invalid_limit");
  const next = from + limit < all.length ? Buffer.from(`next:${from + limit}`).toString("base64") : "";
  return { page: all.slice(from, from + limit), metadata: { response_metadata: { next_cursor: next } } };
}

function decodeCursor(cursor: string): number {
  const match = /^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString("utf8"));
  if (match === null) throw new SlackRefusal("invalid_cursor");
  return Number(match[1]);
}
