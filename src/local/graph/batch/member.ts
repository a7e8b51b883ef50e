/** How a call that came inside a batch is told from one that came by itself: by what the batch puts beside its request. */
import type { Context } from "hono";
import { z } from "zod";

const member = z.object({
  /** Origin and prefix under which the batch was called: the base of the member's paging links. */
  base: z.string(),
  /** The batch gives up on it: it gets no answer. */
  timesOut: z.boolean(),
});
export type BatchMember = z.output<typeof member>;

export function memberOf(c: Context): BatchMember | undefined {
  return z.object({ batchMember: member }).safeParse(c.env).data?.batchMember;
}
