/** Changes of entities as the admin API takes them. */
import { z } from "zod";
import type { EntityChanges } from "./changes.ts";

const when = { atMs: z.int().optional() };
const status = { ...when, id: z.string(), touchChildren: z.boolean().optional() };

export const changeOrder = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("rename"), id: z.string(), name: z.string(), ...when }),
  z.strictObject({ kind: z.literal("pause"), ...status }),
  z.strictObject({ kind: z.literal("archive"), ...status }),
  z.strictObject({ kind: z.literal("delete"), ...status }),
  z.strictObject({ kind: z.literal("budget"), id: z.string(), dailyBudgetMinor: z.int(), ...when }),
  z.strictObject({ kind: z.literal("new-ad"), adSetId: z.string(), name: z.string(), ...when }),
]);
export type ChangeOrder = z.output<typeof changeOrder>;

/** The ids of what the order is about: of the new ad and creative, or the one it names. */
export function obey(changes: EntityChanges, order: ChangeOrder): { id: string; creativeId?: string } {
  if (order.kind === "new-ad") return changes.createAd(order);
  if (order.kind === "rename") changes.rename(order.id, order.name, order);
  else if (order.kind === "budget") changes.setDailyBudget(order.id, order.dailyBudgetMinor, order);
  else changes[order.kind](order.id, order);
  return { id: order.id };
}
