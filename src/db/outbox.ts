/** The outbox and the sweep: what must still go out, and what went missing. Rows of this deployment's env only. */
import { z } from "zod";
import type { CallFunction } from "./client.ts";

const outboxRowSchema = z.object({
  id: z.number().int(),
  workspaceId: z.string(),
  kind: z.enum(["slice", "report", "post", "admit"]),
  jobId: z.string().nullable(),
  lane: z.number().int().nullable(),
  seq: z.number().int().nullable(),
  copy: z.number().int().nullable(),
  attempt: z.number().int().nullable(),
  orderKey: z.string().nullable(),
  accountId: z.string().nullable(),
  delaySeconds: z.number().int(),
  tries: z.number().int(),
});
export type OutboxRow = z.infer<typeof outboxRowSchema>;

const overdueLaneSchema = z.object({
  workspaceId: z.string(),
  jobId: z.string(),
  lane: z.number().int(),
  seq: z.number().int(),
  copy: z.number().int(),
  messageId: z.string().nullable(),
});
export type OverdueLane = z.infer<typeof overdueLaneSchema>;

const nothing = z.unknown();

export function outboxFunctions(call: CallFunction, env: string) {
  return {
    /** Due rows under a 15 s lease; with a job id, that job's only. */
    takeOutbox(limit: number, jobId: string | null = null): Promise<OutboxRow[]> {
      return call("meta_sync_take_outbox", { p_env: env, p_limit: limit, p_job_id: jobId }, z.array(outboxRowSchema));
    },
    markOutbox(id: number, messageId: string) {
      return call("meta_sync_mark_outbox", { p_id: id, p_message_id: messageId }, nothing);
    },
    /** `seconds` null: a growing while, at most a minute. */
    delayOutbox(id: number, error: string, seconds: number | null = null) {
      return call("meta_sync_delay_outbox", { p_id: id, p_error: error, p_seconds: seconds }, nothing);
    },
    sweep(): Promise<OverdueLane[]> {
      return call("meta_sync_sweep", { p_env: env }, z.array(overdueLaneSchema));
    },
    republishLane(lane: OverdueLane): Promise<boolean> {
      return call(
        "meta_sync_republish_lane",
        {
          p_workspace_id: lane.workspaceId,
          p_job_id: lane.jobId,
          p_lane: lane.lane,
          p_seq: lane.seq,
          p_copy: lane.copy,
        },
        z.boolean(),
      );
    },
    ready() {
      return call("meta_sync_ready", {}, z.object({ now: z.string() }), { timeoutMs: 2000 });
    },
  };
}
