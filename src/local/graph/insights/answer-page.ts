/** The body of one page of insights rows, of a GET or of a report. */
import type { Answer } from "../answer.ts";
import type { GraphCall } from "../graph-call.ts";
import { buildPaging, encodeIndexCursor } from "../paging.ts";
import type { AccountModel } from "../seed/model.ts";
import { breakdownSet } from "./breakdown-rules.ts";
import type { InsightsPage, InsightsQuery } from "./query.ts";

export function answerInsights(
  call: GraphCall,
  account: AccountModel,
  query: InsightsQuery,
  page: InsightsPage,
): Answer {
  const summary = page.summaryJson === undefined ? "" : `,"summary":${page.summaryJson}`;
  const { level } = query;
  return {
    body: `{"data":${page.dataJson}${pagingText(call, query, page)}${summary}}`,
    rows: page.rows.length,
    served: {
      accountId: `act_${account.spec.accountId}`,
      level,
      breakdown: breakdownSet(query.breakdowns),
      rows: page.rows,
    },
  };
}

function pagingText(call: GraphCall, query: InsightsQuery, page: InsightsPage): string {
  if (page.rows.length === 0) return "";
  const last = query.offset + page.rows.length - 1;
  const paging = buildPaging(call, {
    before: encodeIndexCursor(query.offset),
    after: encodeIndexCursor(last),
    hasPrevious: query.offset > 0,
    hasNext: last + 1 < page.total,
    limit: query.limit,
  });
  return `,"paging":${JSON.stringify(paging)}`;
}
