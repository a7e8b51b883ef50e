/** What a finished job keeps as its result, for the clients that poll: `summary` of the HTTP status and resultData. Pure. */
import { z } from "zod";
import type { JobView } from "../sync/job.ts";
import type { Figures } from "./figures.ts";

export const resultDataSchema = z.object({
  accountId: z.string(),
  accountName: z.string().nullable(),
  currency: z.string().nullable(),
  timezone: z.string().nullable(),
  since: z.string().nullable(),
  until: z.string().nullable(),
  totalCampaigns: z.number().int(),
  /** Rows read. */
  totalProcessed: z.number().int(),
  rowsWritten: z.number().int(),
  /** Decimal text in major units. */
  totalSpend: z.string(),
  impressions: z.number().int(),
  clicks: z.number().int(),
  /** The account's own days against the sum of the level below, after a second reading of days that differed. */
  proof: z.object({ equal: z.boolean(), differingDays: z.array(z.string()).max(400) }),
});
export type ResultData = z.infer<typeof resultDataSchema>;

export function makeResult(figures: Figures | null, job: JobView | null, differingDays: readonly string[]): ResultData {
  return {
    accountId: job === null ? "" : `act_${job.request.accountId}`,
    accountName: figures?.accountName ?? job?.accountName ?? null,
    currency: figures?.currency ?? null,
    timezone: figures?.timezone ?? null,
    since: figures?.window.since ?? null,
    until: figures?.window.until ?? null,
    totalCampaigns: figures?.campaignCount ?? 0,
    totalProcessed: job?.rowsRead ?? 0,
    rowsWritten: job?.rowsWritten ?? 0,
    totalSpend: figures?.current.spend ?? "0",
    impressions: figures?.current.impressions ?? 0,
    clicks: figures?.current.clicks ?? 0,
    proof: { equal: differingDays.length === 0, differingDays: differingDays.slice(0, 400) },
  };
}
