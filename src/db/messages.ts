/** The right to edit a job's living message, where it stands, and which summaries Slack has taken. */
import { z } from "zod";
import { figuresSchema } from "../report/figures.ts";
import type { SlackPlace } from "../sync/job.ts";
import type { CallFunction } from "./client.ts";

const editorSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("granted"),
    editorToken: z.string(),
    revision: z.number().int(),
    channel: z.string().nullable(),
    ts: z.string().nullable(),
    threadTs: z.string().nullable(),
    finalShown: z.boolean(),
    summarySent: z.boolean(),
  }),
  z.object({ outcome: z.literal("busy"), retryAfterSeconds: z.number().int() }),
  z.object({ outcome: z.literal("done") }),
  z.object({ outcome: z.literal("none") }),
]);
export type EditorGrant = z.infer<typeof editorSchema>;

export function messageFunctions(call: CallFunction) {
  return {
    /** `final`: for the last edit of an attempt, which waits for no spacing. */
    takeEditor(workspaceId: string, jobId: string, attempt: number, final: boolean): Promise<EditorGrant> {
      return call(
        "meta_sync_take_editor",
        { p_workspace_id: workspaceId, p_job_id: jobId, p_attempt: attempt, p_final: final },
        editorSchema,
      );
    },
    /** `place` null: Slack didn't take the edit. `finalAttempt`: the attempt whose last edit this was. */
    releaseEditor(
      workspaceId: string,
      jobId: string,
      editorToken: string,
      place: SlackPlace | null,
      finalAttempt: number | null,
    ): Promise<boolean> {
      return call(
        "meta_sync_release_editor",
        {
          p_workspace_id: workspaceId,
          p_job_id: jobId,
          p_editor_token: editorToken,
          p_place: place,
          p_final_attempt: finalAttempt,
        },
        z.boolean(),
      );
    },
    markReport(workspaceId: string, jobId: string, attempt: number, channel: string, ts: string) {
      return call(
        "meta_sync_mark_report",
        { p_workspace_id: workspaceId, p_job_id: jobId, p_attempt: attempt, p_channel: channel, p_ts: ts },
        z.unknown(),
      );
    },
    /** Null until the account and the window are known. */
    reportFigures(workspaceId: string, jobId: string) {
      return call(
        "meta_sync_report_figures",
        { p_workspace_id: workspaceId, p_job_id: jobId },
        figuresSchema.nullable(),
      );
    },
  };
}
