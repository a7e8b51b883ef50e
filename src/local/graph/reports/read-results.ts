/** GET /{report_run_id}/insights: the rows of a complete report; its cursors hold for as long as it lives. */
import type { Answer } from "../answer.ts";
import { GraphError, tooMuchData } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import { answerInsights } from "../insights/answer-page.ts";
import { refuseHeavyPage } from "../insights/ceiling.ts";
import { NO_ROWS } from "../insights/endpoint.ts";
import type { InsightsQuery } from "../insights/query.ts";
import { readRange, readSummary } from "../insights/read-query.ts";
import { accountOf } from "../account-of.ts";
import { findReport } from "./read-report.ts";
import type { Report } from "./report-table.ts";

export async function readResults(input: EndpointInput): Promise<Answer> {
  const { parts, call } = input;
  const { report, state } = findReport(input);
  const account = accountOf(parts, report.id);
  if (account === undefined) throw notReady();
  if (state.status !== "Job Completed") {
    parts.reports.tally(report, "early_reads");
    throw notReady();
  }
  parts.reports.tally(report, "late_reads");
  if (report.lateReads < report.fault.notReadyReads) throw notReady();
  const query = pageOf(report, {
    ...report.query,
    summary: readSummary(call, report.query.fields),
    ...readRange(call),
  });
  if (query.limit > parts.knobs.maxInsightsLimit) throw tooMuchData();
  // Without rows at its start (an opt-in that is missing) it has none later either.
  const page = report.rows === 0 ? NO_ROWS : await parts.engine.page(query);
  const total = Math.max(0, report.rows - report.fault.dropRows);
  const answer = answerInsights(call, account, query, { ...page, total });
  refuseHeavyPage(parts.knobs, answer.body);
  return answer;
}

/** The page that was asked, ended early where a fault drops rows. */
function pageOf(report: Report, query: InsightsQuery): InsightsQuery {
  if (report.fault.dropRows === 0) return query;
  const left = Math.max(0, report.rows - report.fault.dropRows - query.offset);
  return { ...query, limit: Math.min(query.limit, left) };
}

function notReady(): GraphError {
  return new GraphError({ code: 2601, subcode: 1_815_107 });
}
