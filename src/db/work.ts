/** The worker's calls: claim, save, postpone, split, fail, plan, finish, end. Every one is fenced by the lease token. */
import { z } from "zod";
import type { Failure } from "../sync/failure.ts";
import { daySchema, partSchema, type PlannedPart } from "../sync/part.ts";
import { levels, syncRequestSchema, type Level } from "../sync/request.ts";
import { windowSchema, type Window } from "../sync/job.ts";
import { jobStates } from "../sync/states.ts";
import { streamNames, type StreamName, type TargetTable } from "../sync/streams.ts";
import type { CallFunction } from "./client.ts";

/** What a lane shows at each call. */
export interface Lease {
  workspaceId: string;
  jobId: string;
  lane: number;
  seq: number;
  leaseToken: string;
}

/** Longer than the longest call (20 s) by 10 s: a lane that dies is free again after this. */
const leaseSeconds = 30;

const claimedSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("claimed"),
    leaseToken: z.string(),
    request: syncRequestSchema,
    sliceConcurrency: z.number().int(),
    attempt: z.number().int(),
  }),
  z.object({ outcome: z.literal("leased"), retryAfterSeconds: z.number().int() }),
  z.object({ outcome: z.literal("final"), state: z.enum(jobStates) }),
  z.object({ outcome: z.enum(["gone", "other_env", "stale"]) }),
]);
export type LaneClaim = z.infer<typeof claimedSchema>;

export const planFactsSchema = z.object({
  timezone: z.string().nullable(),
  window: windowSchema.nullable(),
  previousWindow: windowSchema.nullable(),
  entityCounts: z.object({ campaigns: z.number(), ad_sets: z.number(), ads: z.number() }),
  learned: z.array(
    z.object({
      stream: z.enum(streamNames),
      level: z.enum(levels).nullable(),
      breakdown: z.string(),
      pageSize: z.number().int().nullable(),
      maxDays: z.number().int().nullable(),
    }),
  ),
  /** By stream: changes are known until then, and when the whole edge was last listed. ISO 8601. */
  listed: z.partialRecord(z.enum(streamNames), z.object({ until: z.string(), whole: z.string().nullable() })),
  differingDays: z.array(daySchema),
  failedStreams: z.array(z.enum(streamNames)),
});
export type StoredPlanFacts = z.infer<typeof planFactsSchema>;

const partsSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("parts"), parts: z.array(partSchema) }),
  z.object({ outcome: z.literal("plan"), phase: z.number().int(), facts: planFactsSchema }),
  z.object({ outcome: z.literal("poison"), part: partSchema }),
  z.object({ outcome: z.literal("blocked"), until: z.string() }),
  /** `nextAt`: when a part can be claimed; null while other lanes hold what is left. */
  z.object({ outcome: z.literal("idle"), nextAt: z.string().nullable() }),
  z.object({ outcome: z.enum(["final", "lease_lost"]) }),
]);
export type PartsClaim = z.infer<typeof partsSchema>;

const savedSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("saved"), rowsWritten: z.number().int(), blockedUntil: z.string().nullable() }),
  z.object({ outcome: z.enum(["final", "lease_lost"]) }),
]);
export type SaveOutcome = z.infer<typeof savedSchema>;

const fencedSchema = z.object({
  outcome: z.string(),
  jobFailed: z.boolean().default(false),
  /** ISO 8601; told with every answer about a part in the lane's hand. */
  blockedUntil: z.string().nullable().default(null),
});
const endedSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("snoozed"), until: z.string() }),
  z.object({ outcome: z.enum(["sent", "parked", "final", "stale"]) }),
]);

export interface PageToSave {
  part: number;
  /** Counted from 0 within this claim. */
  page: number;
  table: TargetTable;
  rows: readonly unknown[];
  quarantined: readonly { reason: string; raw: unknown }[];
  cursor: string | null;
  done: boolean;
  /** Mean wall time of this lane's recent calls, for the estimate. */
  callMs: number;
}

const laneArgs = (lease: Lease) => ({
  p_workspace_id: lease.workspaceId,
  p_job_id: lease.jobId,
  p_lane: lease.lane,
  p_lease_token: lease.leaseToken,
});

/** `metaApp` names the Meta app whose quota our calls count towards. */
export function workFunctions(call: CallFunction, env: string, metaApp: string) {
  return {
    claimLane(workspaceId: string, jobId: string, lane: number, seq: number): Promise<LaneClaim> {
      return call(
        "meta_sync_claim_lane",
        {
          p_workspace_id: workspaceId,
          p_env: env,
          p_job_id: jobId,
          p_lane: lane,
          p_seq: seq,
          p_meta_app: metaApp,
          p_lease_seconds: leaseSeconds,
        },
        claimedSchema,
      );
    },
    claimParts(lease: Lease, maxParts: number): Promise<PartsClaim> {
      return call(
        "meta_sync_claim_parts",
        { ...laneArgs(lease), p_max_parts: maxParts, p_lease_seconds: leaseSeconds },
        partsSchema,
      );
    },
    /** Rows, checkpoint, counters and lease in one transaction; repeating it after a lost answer changes nothing. */
    savePage(lease: Lease, page: PageToSave): Promise<SaveOutcome> {
      return call(
        "meta_sync_save_page",
        {
          ...laneArgs(lease),
          p_part: page.part,
          p_page: page.page,
          p_table: page.table,
          p_rows: page.rows,
          p_quarantined: page.quarantined,
          p_cursor: page.cursor,
          p_done: page.done,
          p_lease_seconds: leaseSeconds,
          p_call_ms: Math.round(page.callMs),
        },
        savedSchema,
      );
    },
    failPart(lease: Lease, part: number, failure: Failure, endsJob: boolean) {
      return call(
        "meta_sync_fail_part",
        { ...laneArgs(lease), p_part: part, p_failure: failure, p_ends_job: endsJob },
        fencedSchema,
      );
    },
    /** For what no part can mend: the job ends with this failure. */
    failJob(lease: Lease, failure: Failure) {
      return call("meta_sync_fail_job", { ...laneArgs(lease), p_failure: failure }, fencedSchema);
    },
    postponePart(lease: Lease, part: number, seconds: number, transient: boolean) {
      return call(
        "meta_sync_postpone_part",
        { ...laneArgs(lease), p_part: part, p_seconds: seconds, p_transient: transient },
        fencedSchema,
      );
    },
    /** To be called right after Meta gave the id: a report without a home would be made twice. */
    startReport(lease: Lease, part: number, reportId: string) {
      return call("meta_sync_start_report", { ...laneArgs(lease), p_part: part, p_report_id: reportId }, fencedSchema);
    },
    awaitReport(lease: Lease, part: number, seconds: number, percent: number) {
      const args = { ...laneArgs(lease), p_part: part, p_seconds: seconds, p_percent: Math.round(percent) };
      return call("meta_sync_await_report", args, fencedSchema);
    },
    dropReport(lease: Lease, part: number) {
      return call("meta_sync_drop_report", { ...laneArgs(lease), p_part: part }, fencedSchema);
    },
    /** What Meta could answer for this account; null leaves a value as it is. */
    learn(
      workspaceId: string,
      accountId: string,
      about: { stream: StreamName; level: Level | null; breakdown: string },
      learned: { pageSize?: number | null; maxDays?: number | null },
    ) {
      const args = {
        p_workspace_id: workspaceId,
        p_account_id: accountId,
        p_stream: about.stream,
        p_level: about.level,
        p_breakdown: about.breakdown,
        p_page_size: learned.pageSize ?? null,
        p_max_days: learned.maxDays ?? null,
      };
      return call("meta_sync_learn", args, fencedSchema);
    },
    /** The account's campaigns, stored and delivering, to cut a part by. */
    campaignIds(workspaceId: string, accountId: string) {
      return call(
        "meta_sync_campaign_ids",
        { p_workspace_id: workspaceId, p_account_id: accountId },
        z.object({ ids: z.array(z.string()) }),
      );
    },
    splitPart(lease: Lease, part: number, parts: readonly PlannedPart[]) {
      return call("meta_sync_split_part", { ...laneArgs(lease), p_part: part, p_parts: parts }, fencedSchema);
    },
    /** `key`: digits of the account, or the Meta app's id. */
    block(scope: "account" | "app", key: string, seconds: number, reason: string) {
      return call(
        "meta_sync_block",
        { p_scope: scope, p_key: key, p_seconds: seconds, p_reason: reason },
        z.object({ blockedUntil: z.string() }),
      );
    },
    finishPhase(
      lease: Lease,
      phase: number,
      parts: readonly PlannedPart[],
      plan: { window?: Window; previousWindow?: Window; warnings: readonly string[] },
    ) {
      const { p_lane: _lane, ...args } = laneArgs(lease);
      return call("meta_sync_finish_phase", { ...args, p_phase: phase, p_parts: parts, p_plan: plan }, fencedSchema);
    },
    finishJob(lease: Lease, result: Record<string, unknown>, warnings: readonly string[]) {
      const { p_lane: _lane, ...args } = laneArgs(lease);
      return call("meta_sync_finish_job", { ...args, p_result: result, p_warnings: warnings }, fencedSchema);
    },
    endSlice(lease: Lease, jitterSeconds: number) {
      return call(
        "meta_sync_end_slice",
        { ...laneArgs(lease), p_seq: lease.seq, p_jitter_seconds: jitterSeconds },
        endedSchema,
      );
    },
    /** `copy`: the message's own, so that the loss of an older copy isn't taken for the newer one's. */
    giveUp(workspaceId: string, jobId: string, lane: number, seq: number, copy: number, failure: Failure) {
      const message = {
        p_workspace_id: workspaceId,
        p_env: env,
        p_job_id: jobId,
        p_lane: lane,
        p_seq: seq,
        p_copy: copy,
      };
      return call(
        "meta_sync_give_up",
        { ...message, p_failure: failure },
        z.object({ outcome: z.enum(["ignored", "lost", "failed"]) }),
      );
    },
  };
}
