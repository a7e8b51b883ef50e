/** What someone orders: one ad account, one timeframe as it was written, options. Every door makes one of these. */
import { z } from "zod";

/** Digits of an ad account, without `act_`. Meta's ids have up to 18 digits, so they are text everywhere. */
export const accountIdSchema = z
  .string()
  .regex(/^\d{1,20}$/, "an ad account is act_ and digits, for example act_123456789");

export const levels = ["account", "campaign", "adset", "ad"] as const;
export type Level = (typeof levels)[number];

export const syncRequestSchema = z.object({
  accountId: accountIdSchema,
  /** As written: "7d", "24h", "last_month", "2026-11-01..2026-11-15". `timeframe.ts` reads it. */
  timeframe: z.string().min(1).max(40),
  level: z.enum(levels).default("ad"),
  breakdowns: z.array(z.string().max(40)).max(4).default([]),
  /** Ignore what is stored and read all again. */
  full: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});
export type SyncRequest = z.infer<typeof syncRequestSchema>;

/** Two orders with the same key are twins: while one runs, the other is answered with it. */
export function twinKey(request: SyncRequest): string {
  const options = [
    request.level,
    request.breakdowns.toSorted().join("+"),
    request.full ? "full" : "",
    request.dryRun ? "dry" : "",
  ];
  return [request.timeframe, ...options].join("|");
}

/** Where an order came from, and so where its messages go. */
export const originSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("slack"),
    channel: z.string(),
    /** Set when the order was made inside a thread: then everything is said there. */
    threadTs: z.string().nullable().default(null),
    userId: z.string(),
  }),
  z.object({ kind: z.literal("http"), caller: z.string(), channel: z.string().nullable().default(null) }),
]);
export type Origin = z.infer<typeof originSchema>;
