/** The fixed list: every outgoing call and SQL function on the path from the commit of the order to the end of the job. */
import type { CrashPoint } from "./program.ts";

interface Row {
  call: string;
  /** Which of its calls, counted from the order on. */
  nth: readonly number[];
  /** In the short list that every run of the tests goes through: before, after, or both of the first `nth`. */
  core?: readonly CrashPoint["when"][];
}

const both = ["before", "after"] as const;

/** From the order to the first slice, and everything that people read. */
const messageRows: readonly Row[] = [
  { call: "sql start_job", nth: [2, 1], core: ["after"] },
  { call: "sql take_outbox", nth: [1, 2] },
  { call: "sql waiting_order", nth: [1] },
  { call: "slack auth.test", nth: [1] },
  { call: "slack conversations.info", nth: [1] },
  { call: "slack users.info", nth: [1], core: ["before"] },
  { call: "sql put_facts", nth: [1] },
  { call: "slack response_url", nth: [1] },
  { call: "sql take_editor", nth: [1, 2, 3] },
  { call: "slack post root", nth: [1], core: both },
  { call: "sql release_editor", nth: [1, 2, 3], core: ["after"] },
  { call: "queue publish report", nth: [1], core: ["after"] },
  { call: "slack chat.update", nth: [1], core: ["before"] },
  { call: "slack post summary", nth: [1], core: both },
  { call: "sql mark_report", nth: [1], core: ["after"] },
];

/** The queue's messages and the slices. */
const workRows: readonly Row[] = [
  { call: "queue publish slice", nth: [1, 2], core: both },
  { call: "sql mark_outbox", nth: [1, 2, 3, 4, 5] },
  { call: "sql claim_lane", nth: [1, 2], core: ["after"] },
  { call: "sql job_view", nth: [1] },
  { call: "sql claim_parts", nth: [5, 1, 2, 12], core: ["after"] },
  { call: "meta account", nth: [1] },
  { call: "sql save_page", nth: [9, 1, 2, 5], core: both },
  { call: "sql finish_phase", nth: [2, 1, 3], core: ["after"] },
  { call: "meta insights account", nth: [1, 2] },
  { call: "meta insights account totals", nth: [1] },
  { call: "meta insights campaign totals", nth: [1] },
  { call: "meta campaigns", nth: [1] },
  { call: "meta ad sets", nth: [1] },
  { call: "meta ads", nth: [1] },
  { call: "meta creatives", nth: [1] },
  { call: "meta insights ad", nth: [1] },
  { call: "sql end_slice", nth: [1], core: both },
  { call: "sql report_figures", nth: [1] },
  { call: "sql finish_job", nth: [1], core: both },
];

/** Of an order whose insights have several pages in one part. */
const pageRows: readonly Row[] = [{ call: "sql save_page later", nth: [2, 1], core: ["after"] }];

/** Of an order whose insights Meta makes as two reports. */
const reportRows: readonly Row[] = [
  { call: "meta report order", nth: [1, 2] },
  { call: "sql start_report", nth: [1, 2], core: ["after"] },
  { call: "meta report state", nth: [1, 2], core: ["after"] },
  { call: "sql await_report", nth: [1, 2] },
  { call: "meta report page", nth: [1, 4] },
];

/** Before the first start_job there is nothing to go on with: that point has a test of its own. */
const isPoint = ({ when, call, nth }: CrashPoint) => !(when === "before" && call === "sql start_job" && nth === 1);

function pointsOf(rows: readonly Row[]): CrashPoint[] {
  const isAll = process.env["META_SYNC_KILL"] === "all";
  const points = rows.flatMap(({ call, nth, core = [] }) =>
    isAll
      ? nth.flatMap((n) => both.map((when) => ({ when, call, nth: n })))
      : core.map((when) => ({ when, call, nth: nth[0] ?? 1 })),
  );
  return points.filter(isPoint);
}

/** The short list, or with META_SYNC_KILL=all every row. */
export const messagePoints = pointsOf(messageRows);
export const workPoints = pointsOf(workRows);
export const pagePoints = pointsOf(pageRows);
export const reportPoints = pointsOf(reportRows);
