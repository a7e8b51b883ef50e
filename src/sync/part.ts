/** A part: one stream over one window, the unit that is checkpointed, retried and counted. */
import { z } from "zod";
import { levels } from "./request.ts";
import { partStates } from "./states.ts";
import { streamNames } from "./streams.ts";

/** A day in the account's zone: YYYY-MM-DD, never a Date. */
export const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** A part as the planner makes it. */
export const plannedPartSchema = z.object({
  stream: z.enum(streamNames),
  level: z.enum(levels).nullable(),
  /** Both ends inclusive; null for entities. */
  since: daySchema.nullable(),
  until: daySchema.nullable(),
  pageSize: z.number().int().min(1).max(1000),
  expectedCalls: z.number().int().min(1),
});
export type PlannedPart = z.infer<typeof plannedPartSchema>;

/** A part as a lane holds it. */
export const partSchema = plannedPartSchema.extend({
  part: z.number().int(),
  phase: z.number().int(),
  state: z.enum(partStates),
  cursor: z.string().nullable(),
  pages: z.number().int(),
  /** The furthest that any claim of it came. */
  mostPages: z.number().int(),
  rowsRead: z.number().int(),
  rowsWritten: z.number().int(),
  /** How often it was claimed since it last came further than ever. */
  claims: z.number().int(),
  /** Failed tries that a later try may mend, since it last came further than ever. */
  transientTries: z.number().int(),
});
export type Part = z.infer<typeof partSchema>;
