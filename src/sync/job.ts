/** A job as everyone sees it: what `db.jobView` returns, what progress, reports and the HTTP status are made of. */
import { z } from "zod";
import { failureSchema } from "./failure.ts";
import { daySchema } from "./part.ts";
import { originSchema, syncRequestSchema } from "./request.ts";
import { jobStates } from "./states.ts";
import { streamNames } from "./streams.ts";

export const windowSchema = z.object({ since: daySchema, until: daySchema });
/** Days in the account's zone, both ends inclusive. */
export type Window = z.infer<typeof windowSchema>;

/** ISO 8601; Postgres writes +00:00, so a plain Date.parse reads it. */
const instantSchema = z.string();

export const streamCountSchema = z.object({
  stream: z.enum(streamNames),
  parts: z.number().int(),
  partsDone: z.number().int(),
  partsFailed: z.number().int(),
  rowsRead: z.number().int(),
  rowsWritten: z.number().int(),
  calls: z.number().int(),
  expectedCalls: z.number().int(),
});
export type StreamCount = z.infer<typeof streamCountSchema>;

export const slackPlaceSchema = z.object({ channel: z.string(), ts: z.string(), threadTs: z.string().nullable() });
/** Where a message stands in Slack. `threadTs` is set when the message itself is a reply. */
export type SlackPlace = z.infer<typeof slackPlaceSchema>;

export const jobViewSchema = z.object({
  workspaceId: z.string(),
  env: z.string(),
  jobId: z.string(),
  request: syncRequestSchema,
  origin: originSchema,
  /** What people call the account; null until phase 1 has read it. */
  accountName: z.string().nullable(),
  currency: z.string().nullable(),
  timezone: z.string().nullable(),
  window: windowSchema.nullable(),
  previousWindow: windowSchema.nullable(),
  state: z.enum(jobStates),
  attempt: z.number().int(),
  phase: z.number().int(),
  /** Grows with every change that people can see. */
  revision: z.number().int(),
  /** Whole per cent, never falls within an attempt. */
  progress: z.number().int().min(0).max(100),
  snoozeReason: z.enum(["meta", "queue", "quota"]).nullable(),
  snoozedUntil: instantSchema.nullable(),
  failure: failureSchema.nullable(),
  warnings: z.array(z.string()),
  /** Slack user id or API key name of who cancelled. */
  cancelledBy: z.string().nullable(),
  createdAt: instantSchema,
  startedAt: instantSchema.nullable(),
  updatedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  /** Null before the insights are planned; 0 only when final. */
  estimatedSecondsLeft: z.number().int().nullable(),
  streams: z.array(streamCountSchema),
  rowsRead: z.number().int(),
  rowsWritten: z.number().int(),
  quarantined: z.number().int(),
  calls: z.number().int(),
  root: slackPlaceSchema.nullable(),
  resultData: z.record(z.string(), z.unknown()).nullable(),
  userId: z.string().nullable(),
});
export type JobView = z.infer<typeof jobViewSchema>;
