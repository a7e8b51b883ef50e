/** GET /{report_run_id}: how far a report is. */
import { type Answer, answerJson } from "../answer.ts";
import { authorizeReading } from "../auth.ts";
import { checkFields, parseFields, projectFields, type NodeView } from "../fields.ts";
import { GraphError, unsupportedObject } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import { formatDay } from "../days.ts";
import { type ReportState, stateOf } from "./life-cycle.ts";
import { FAILURES } from "./report-fault.ts";
import type { Report } from "./report-table.ts";

const DEFAULT_FIELDS =
  "id,account_id,time_ref,time_completed,async_status,async_percent_completion," +
  "error_code,error_message,error_subcode,error_user_title,error_user_msg";

export function readReport(input: EndpointInput): Answer {
  const { parts, call } = input;
  const { report, state } = findReport(input);
  parts.reports.tally(report, "polls");
  if (report.polls < report.fault.missingPolls) throw unsupportedObject(call.method, report.id);
  const fields = parseFields(call.params.get("fields") ?? DEFAULT_FIELDS);
  checkFields(fields, "AdReportRun");
  return answerJson(projectFields(viewReport(report, state), fields));
}

/** The report in the path, if the caller sees its account and it isn't expired; else 100/33. */
export function findReport({ parts, call, caller }: EndpointInput): { report: Report; state: ReportState } {
  const id = call.segments[0] ?? "";
  const report = parts.reports.find(id);
  const { accounts } = caller.token;
  if (report === undefined || (accounts !== null && !accounts.includes(report.account))) {
    throw unsupportedObject(call.method, id);
  }
  authorizeReading(caller);
  const state = stateOf(report, parts.clock.now());
  if (state.isExpired) throw unsupportedObject(call.method, id);
  return { report, state };
}

function viewReport(report: Report, { status, percent, endedMs }: ReportState): NodeView {
  const periods = report.query.periods;
  return {
    id: report.id,
    account_id: report.account.slice("act_".length),
    time_ref: Math.floor(report.startedMs / 1_000),
    time_completed: endedMs === undefined ? 0 : Math.floor(endedMs / 1_000),
    async_status: status,
    async_percent_completion: percent,
    is_running: endedMs === undefined,
    date_start: periods[0] && formatDay(periods[0].since),
    date_stop: periods.length === 0 ? undefined : formatDay(periods.at(-1)?.until ?? 0),
    ...(status === "Job Failed" ? failureOf(report) : {}),
  };
}

/** The error fields that reports have since v25. */
function failureOf({ fault }: Report): NodeView {
  if (fault.ending?.kind !== "failed") return {};
  const { code, subcode, userTitle, userMsg } = fault.ending;
  const error = new GraphError({ code, subcode, message: fault.ending.message ?? FAILURES[`${code}/${subcode}`] });
  return {
    error_code: code,
    error_message: error.message,
    error_subcode: subcode,
    error_user_title: userTitle ?? error.message.split(":")[0],
    error_user_msg: userMsg ?? error.message,
  };
}
