/** A part: one stream over one window, the unit that is checkpointed, retried and counted. */
import { z } from "zod";
import { levels } from "./request.ts";
import { partStates } from "./states.ts";
import { streamNames } from "./streams.ts";

/** A day in the account's zone: YYYY-MM-DD, never a Date. */
export const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** What a part reads of its stream; null is all of it. */
export const partFilterSchema = z.union([
  /** Entities changed after this instant (ISO 8601). */
  z.object({ updatedAfter: z.string() }),
  /** Insights of these campaigns, or of all but these. */
  z.object({ campaigns: z.array(z.string()).min(1) }),
  z.object({ campaignsExcept: z.array(z.string()).min(1) }),
  /** Insights of what was deleted: Meta lists it only when asked. */
  z.object({ deleted: z.literal(true) }),
]);
export type PartFilter = z.infer<typeof partFilterSchema>;

/** A part as the planner makes it. */
export const plannedPartSchema = z.object({
  stream: z.enum(streamNames),
  level: z.enum(levels).nullable(),
  /** Names of the breakdowns, sorted, with commas; empty for none. */
  breakdown: z.string(),
  /** `report`: Meta makes it in its own time, its cursor outlives the slice. */
  mode: z.enum(["get", "report"]),
  filter: partFilterSchema.nullable(),
  /** `lean` leaves out the de-duplicated figures, which cost Meta most. */
  fields: z.enum(["all", "lean"]),
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
  /** Of the report that Meta is making or has made for it; null before it is started. */
  reportId: z.string().nullable(),
  /** How many reports were started for it. */
  reportStarts: z.number().int(),
  /** How often this report was asked for while it wasn't ready. */
  polls: z.number().int(),
  reportPercent: z.number().int(),
  /** ISO 8601: when the report was started, and when its per cent last moved. */
  reportStartedAt: z.string().nullable(),
  reportMovedAt: z.string().nullable(),
});
export type Part = z.infer<typeof partSchema>;
