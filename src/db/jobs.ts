/** Jobs as people and doors see them: start, settle, look, cancel, retry. One function per SQL function. */
import { z } from "zod";
import { plannedPartSchema } from "../sync/part.ts";
import { jobViewSchema, type JobView } from "../sync/job.ts";
import { accountIdSchema, originSchema, syncRequestSchema } from "../sync/request.ts";
import { jobStates } from "../sync/states.ts";
import type { CallFunction } from "./client.ts";

export const orderSchema = z.object({
  /** accountId is filled in by the database, which resolves aliases, names and the channel's default in the same call. */
  request: syncRequestSchema.omit({ accountId: true }),
  account: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("id"), accountId: accountIdSchema }),
    z.object({ kind: z.literal("name"), name: z.string() }),
    z.object({ kind: z.literal("default") }),
  ]),
  twinKey: z.string(),
  origin: originSchema,
  /** Supabase user whose job it is, or null. */
  userId: z.string().nullable(),
  /** access/policy: cell of facts → "allow" or a reason; null when the door has decided already. */
  policy: z.record(z.string(), z.string()).nullable(),
  personId: z.string().nullable(),
  lanes: z.number().int(),
  sliceConcurrency: z.number().int(),
  parts: z.array(plannedPartSchema),
  sealedResponseUrl: z.string().nullable().default(null),
  /** A fact that is still missing now counts as no. */
  isLastTry: z.boolean().default(false),
});
export type Order = z.infer<typeof orderSchema>;

const jobIdSchema = z.uuid();
export const knownAccountSchema = z.object({ accountId: z.string(), name: z.string(), aliases: z.array(z.string()) });

const startedSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("started"), jobId: jobIdSchema, repeated: z.boolean().default(false) }),
  z.object({
    outcome: z.literal("twin"),
    jobId: jobIdSchema,
    repeated: z.boolean().default(false),
    /** The running twin as people see it. */
    view: jobViewSchema.nullable().default(null),
  }),
  z.object({ outcome: z.literal("refused"), reason: z.string() }),
  z.object({ outcome: z.literal("waiting") }),
  z.object({ outcome: z.literal("not_started") }),
  z.object({ outcome: z.literal("conflict"), jobId: jobIdSchema.nullable() }),
  z.object({ outcome: z.literal("unknown_account"), known: z.array(knownAccountSchema) }),
]);
export type StartOutcome = z.infer<typeof startedSchema>;

const settledSchema = z.object({
  outcome: z.enum(["started", "twin", "refused", "waiting", "not_started"]),
  jobId: jobIdSchema.nullable(),
  reason: z.string().nullable(),
});

const waitingSchema = z
  .object({
    order: orderSchema,
    requestHash: z.string(),
    sealedResponseUrl: z.string().nullable(),
    createdAt: z.string(),
  })
  .nullable();

const cancelledSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("cancelled") }),
  z.object({ outcome: z.literal("already_final"), state: z.enum(jobStates), by: z.string().nullable() }),
  z.object({ outcome: z.literal("not_found") }),
]);
export type CancelOutcome = z.infer<typeof cancelledSchema>;

const retriedSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("retried"), attempt: z.number() }),
  z.object({ outcome: z.literal("already_retried"), attempt: z.number() }),
  z.object({ outcome: z.literal("not_retryable"), state: z.enum(jobStates) }),
  z.object({ outcome: z.literal("twin"), jobId: jobIdSchema }),
  z.object({ outcome: z.literal("not_found") }),
]);
export type RetryOutcome = z.infer<typeof retriedSchema>;

/** The ack of a slash command waits for this one call, so it gives up early (milliseconds). */
const startTimeoutMs = 1500;
/** One of several tries within the minute that the person was promised. */
const settleTimeoutMs = 5000;

export function jobFunctions(call: CallFunction, env: string) {
  return {
    /** Idempotent on the key within the workspace. */
    startJob(
      workspaceId: string,
      key: string,
      requestHash: string,
      order: Order,
      timeoutMs = startTimeoutMs,
    ): Promise<StartOutcome> {
      return call(
        "meta_sync_start_job",
        { p_workspace_id: workspaceId, p_env: env, p_key: key, p_request_hash: requestHash, p_order: order },
        startedSchema,
        { timeoutMs },
      );
    },
    settleStart(workspaceId: string, key: string) {
      const args = { p_workspace_id: workspaceId, p_env: env, p_key: key };
      return call("meta_sync_settle_start", args, settledSchema, { timeoutMs: settleTimeoutMs });
    },
    /** An order that waits for facts about person or channel, or null once it is decided. */
    waitingOrder(workspaceId: string, key: string) {
      return call("meta_sync_waiting_order", { p_workspace_id: workspaceId, p_env: env, p_key: key }, waitingSchema);
    },
    jobView(workspaceId: string, jobId: string): Promise<JobView | null> {
      return call("meta_sync_job_view", { p_workspace_id: workspaceId, p_job_id: jobId }, jobViewSchema.nullable());
    },
    /** Running ones first, then the newest; `channelId` null = the whole workspace. */
    recentJobs(workspaceId: string, channelId: string | null, limit: number): Promise<JobView[]> {
      return call(
        "meta_sync_recent_jobs",
        { p_workspace_id: workspaceId, p_channel_id: channelId, p_limit: limit },
        z.array(jobViewSchema),
      );
    },
    /** True at the first sight of an event's id: a redelivered "cancel" must not find another job. */
    seeEvent(workspaceId: string, eventId: string): Promise<boolean> {
      const args = { p_workspace_id: workspaceId, p_env: env, p_event_id: eventId };
      return call("meta_sync_see_event", args, z.boolean());
    },
    cancelJob(workspaceId: string, jobId: string, actor: string): Promise<CancelOutcome> {
      return call(
        "meta_sync_cancel_job",
        { p_workspace_id: workspaceId, p_job_id: jobId, p_actor: actor },
        cancelledSchema,
      );
    },
    /** `attempt`: the one the button stood under, or null for whatever is the latest. */
    retryJob(workspaceId: string, jobId: string, attempt: number | null): Promise<RetryOutcome> {
      return call(
        "meta_sync_retry_job",
        { p_workspace_id: workspaceId, p_job_id: jobId, p_attempt: attempt },
        retriedSchema,
      );
    },
    firstMessageId(workspaceId: string, jobId: string): Promise<string> {
      return call("meta_sync_first_message_id", { p_workspace_id: workspaceId, p_job_id: jobId }, z.string());
    },
  };
}
