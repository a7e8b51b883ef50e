/** The HTTP interface as zod schemas: what clients send, what they get. Times are ISO 8601 UTC. */
import { z } from "zod";
import { readBreakdowns } from "../sync/breakdowns.ts";
import { levels } from "../sync/request.ts";

export const startQuerySchema = z.object({
  action: z.literal("getData", "action must be getData"),
  accountId: z
    .string("accountId is missing: act_ and digits, or the digits")
    .trim()
    .regex(/^(?:act_)?\d{1,20}$/i, "accountId is act_ and digits, or the digits, for example act_1234567890")
    .transform((value) => value.replace(/^act_/i, "")),
  timeframe: z.string().trim().min(1).max(40).default("24h"),
  level: z.enum(levels).default("ad"),
  /** Names with commas; becomes Meta's names, sorted. */
  breakdown: z
    .string("breakdown is text with commas, for example age,gender")
    .max(100, "breakdown is too long: at most two names go together, for example age,gender")
    .default("")
    .transform((value, context) => {
      const read = readBreakdowns(value.split(","));
      if (read.ok) return read.breakdowns;
      context.addIssue({ code: "custom", message: `breakdown: ${read.problem} For example breakdown=age,gender` });
      return z.NEVER;
    }),
  /** A Slack channel that gets the job's message; without it nothing is posted. */
  channel: z
    .string()
    .regex(/^[CGD][A-Z0-9]{2,20}$/, "channel is a Slack channel's id, for example C0123456789")
    .optional(),
});

export const startedSchema = z.object({
  message: z.literal("Background job started successfully"),
  requestId: z.uuid(),
  messageId: z.string(),
  status: z.literal("queued"),
  progress: z.literal(0),
  isBackgroundJob: z.literal(true),
  estimatedDuration: z.string(),
  checkStatusUrl: z.string(),
});
export type Started = z.infer<typeof startedSchema>;

export const statusSchema = z.object({
  requestId: z.uuid(),
  status: z.enum(["queued", "processing", "completed", "failed"]),
  progress: z.number().int().min(0).max(100),
  jobType: z.literal("meta-marketing-sync"),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  completedAt: z.iso.datetime().nullable(),
  errorMessage: z.string().nullable(),
  resultData: z.record(z.string(), z.unknown()).nullable(),
  estimatedTimeRemaining: z.number().int().nullable(),
  summary: z
    .object({
      totalCampaigns: z.number().int(),
      totalProcessed: z.number().int(),
      totalSpend: z.string(),
      currency: z.string(),
      warnings: z.array(z.string()),
    })
    .optional(),
});
export type Status = z.infer<typeof statusSchema>;
