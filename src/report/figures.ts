/** The stored figures that a report is made of: what `db.reportFigures` returns. Sums only; ratios are made here. */
import { z } from "zod";
import { windowSchema } from "../sync/job.ts";

/** action_type → count, or → value in the account's currency, as decimal text. */
const actionsSchema = z.record(z.string(), z.string());

export const sumsSchema = z.object({
  /** Decimal text in major units of the account's currency. */
  spend: z.string(),
  impressions: z.number().int(),
  clicks: z.number().int(),
  inlineLinkClicks: z.number().int(),
  actions: actionsSchema,
  actionValues: actionsSchema,
  /** Days of the window that have a row. */
  days: z.number().int(),
});
export type Sums = z.infer<typeof sumsSchema>;

const campaignFiguresSchema = z.object({
  id: z.string(),
  name: z.string(),
  spend: z.string(),
  impressions: z.number().int(),
  clicks: z.number().int(),
  actions: actionsSchema,
  actionValues: actionsSchema,
});

export const figuresSchema = z.object({
  accountId: z.string(),
  accountName: z.string(),
  currency: z.string(),
  timezone: z.string(),
  window: windowSchema,
  /** Null when Meta no longer keeps all of it. */
  previousWindow: windowSchema.nullable(),
  /** From account-level days. */
  current: sumsSchema,
  previous: sumsSchema,
  /** Spend summed over the level the job asked for, to compare with the account's own total. */
  levelSpend: z.string().nullable(),
  /** De-duplicated over the whole window, from one all_days row; never a sum of days. */
  reach: z.number().int().nullable(),
  /** By spend, largest first, at most 10. */
  campaigns: z.array(campaignFiguresSchema),
  campaignCount: z.number().int(),
  /** Attribution settings seen on the rows, for example "7d_click_1d_view". */
  attributionSettings: z.array(z.string()),
});
export type Figures = z.infer<typeof figuresSchema>;
