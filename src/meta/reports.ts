/** Reports that Meta makes in its own time: ordered, looked at; their pages come by the client's fetchPage. */
import { z } from "zod";
import type { CallGraph } from "./call.ts";
import { reportFailure } from "./classify-error.ts";
import { callForReport, type PartRequest } from "./page-url.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Usage } from "./usage.ts";

export interface ReportProgress {
  /** `running` until Meta says both completed and 100 %: with only one of them the pages can't be read. */
  status: "running" | "completed" | "skipped";
  /** 0 to 100. */
  percent: number;
  usage: Usage;
}

/** Seen as a bare number and as text; longer ids are text already (lossless-json.ts). */
const startedSchema = z.object({ report_run_id: z.union([z.string().min(1), z.number()]).transform(String) });

/** Error fields come with a failed report since v25. */
const progressSchema = z.looseObject({
  async_status: z.string(),
  async_percent_completion: z.coerce.number().catch(0),
  error_code: z.coerce.number().optional().catch(undefined),
  error_subcode: z.coerce.number().optional().catch(undefined),
  error_message: z.string().optional().catch(undefined),
  error_user_msg: z.string().optional().catch(undefined),
});

/** Throws MetaError; RangeError for what has no reports. */
export async function startReport(callGraph: CallGraph, request: PartRequest, signal: AbortSignal) {
  const answer = await callGraph(callForReport(request), signal);
  const { report_run_id: reportId } = parseAnswer(answer, startedSchema);
  return { reportId, usage: answer.usage };
}

/**
 * Statuses: https://developers.facebook.com/docs/marketing-api/insights/best-practices (asynchronous jobs). An unknown one
 * counts as running, so that the hour's limit ends it. Throws MetaError, also for a report that failed.
 */
export async function pollReport(
  callGraph: CallGraph,
  accountId: string,
  reportId: string,
  signal: AbortSignal,
): Promise<ReportProgress> {
  const answer = await callGraph({ path: reportId, params: {}, accountId }, signal);
  const report = parseAnswer(answer, progressSchema);
  const percent = Math.floor(Math.min(100, Math.max(0, report.async_percent_completion)));
  const { usage } = answer;
  switch (report.async_status) {
    case "Job Completed":
      return { status: percent >= 100 ? "completed" : "running", percent, usage };
    case "Job Skipped":
      return { status: "skipped", percent, usage };
    case "Job Failed": {
      const said = report.error_message ?? report.error_user_msg ?? "the report failed without a reason";
      throw reportFailure(
        report.error_code ?? null,
        report.error_subcode ?? null,
        said,
        usage,
        `report of act_${accountId}`,
      );
    }
    default:
      return { status: "running", percent, usage };
  }
}
