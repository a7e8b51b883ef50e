/** POST /{account, campaign, ad set or ad}/insights: starts a report and answers with its id. */
import { type Answer, answerJson } from "../answer.ts";
import { findNode } from "../entities/find-node.ts";
import { unsupportedObject } from "../graph-error.ts";
import type { EndpointInput, GraphParts } from "../graph-parts.ts";
import { needsOptIn } from "../insights/breakdown-rules.ts";
import { boundRows, refuseLongSort } from "../insights/ceiling.ts";
import { readQuery } from "../insights/read-query.ts";
import { asksOldReach, refuseOldHours, withoutPeople } from "../insights/retention.ts";
import { durationOf } from "./duration.ts";
import type { ReportFault } from "./report-fault.ts";
import type { ReportQuery } from "./report-table.ts";

const DAY_MS = 86_400_000;
/** Reach by breakdown of old days: so many reports per account and day, then the fields are silently left out. */
const OLD_REACH_PER_DAY = 10;
const TOO_LARGE: ReportFault["ending"] = { kind: "failed", atPercent: 12, code: -3, subcode: 1_504_045 };

/** A report shows the figures as they were when it was started. */
export async function startReport(input: EndpointInput): Promise<Answer> {
  const node = findNode(input);
  const { call, parts } = input;
  if (node.kind === "creative") throw unsupportedObject(call.method, call.segments[0] ?? "");
  const startedMs = parts.clock.now();
  const asked = readQuery(call, node, startedMs);
  refuseOldHours(asked);
  refuseLongSort(boundRows(node.account, asked), asked);
  const account = `act_${node.account.spec.accountId}`;
  const isOldReach = asksOldReach(asked);
  const since = startedMs - DAY_MS;
  const isSpent = isOldReach && parts.reports.countOldReach(account, since) >= OLD_REACH_PER_DAY;
  const query = isSpent ? { ...asked, fields: withoutPeople(asked.fields) } : asked;
  const rows = await countRows(parts, account, query);
  // Taken only now, so that a refused call doesn't use a rule up.
  const fault = withCeiling(parts, rows, parts.reportFaults.take(account, query.level, parts.knobs.reportFault));
  const sequence = parts.reports.nextSequence();
  const durationMs = durationOf(rows, parts.knobs.reportSpeed, parts.world.seed, sequence) * fault.slowBy;
  const id = parts.reports.add({ account, query, rows, startedMs, durationMs, fault, isOldReach });
  return answerJson({ report_run_id: parts.knobs.reportIdAsNumber ? Number(id) : id });
}

async function countRows(parts: GraphParts, account: string, query: ReportQuery): Promise<number> {
  if (needsOptIn(query.breakdowns) && !parts.knobs.breakdownOptIns.includes(account)) return 0;
  return (await parts.engine.page({ ...query, summary: [], order: null, offset: 0, limit: 0 })).total;
}

function withCeiling({ knobs }: GraphParts, rows: number, fault: ReportFault): ReportFault {
  return knobs.reportMaxRows !== null && rows > knobs.reportMaxRows ? { ...fault, ending: TOO_LARGE } : fault;
}
