/** GET /{account, campaign, ad set or ad}/insights. */
import type { Answer } from "../answer.ts";
import { findNode } from "../entities/find-node.ts";
import { unsupportedObject } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import { answerInsights } from "./answer-page.ts";
import { needsOptIn } from "./breakdown-rules.ts";
import { refuseHeavyPage, refuseTooMuch } from "./ceiling.ts";
import type { InsightsPage, InsightsQuery } from "./query.ts";
import { readQuery, readRange } from "./read-query.ts";
import { asksOldReach, refuseOldHours, withoutPeople } from "./retention.ts";

/** Rows of breakdowns that the account didn't opt in to. */
export const NO_ROWS: InsightsPage = { dataJson: "[]", rows: [], total: 0, summaryJson: undefined };

export async function getInsights(input: EndpointInput): Promise<Answer> {
  const node = findNode(input);
  const { call, parts } = input;
  if (node.kind === "creative") throw unsupportedObject(call.method, call.segments[0] ?? "");
  const { account } = node;
  const query: InsightsQuery = { ...readQuery(call, node, parts.clock.now()), ...readRange(call) };
  refuseOldHours(query);
  refuseTooMuch(parts.knobs, account, query);
  const optedIn = parts.knobs.breakdownOptIns.includes(`act_${account.spec.accountId}`);
  if (needsOptIn(query.breakdowns) && !optedIn) return answerInsights(call, account, query, NO_ROWS);
  const isOld = asksOldReach(query);
  const asked = isOld ? { ...query, fields: withoutPeople(query.fields) } : query;
  const answer = answerInsights(call, account, asked, await parts.engine.page(asked));
  refuseHeavyPage(parts.knobs, answer.body);
  return isOld ? { ...answer, headers: { "x-fb-ads-insights-reach-throttle": REACH_THROTTLE } } : answer;
}

/** Present with reach by breakdown of more than 13 months ago; its shape is our guess, after the sister header's. */
const REACH_THROTTLE = JSON.stringify({ app_id_util_pct: 0, acc_id_util_pct: 0 });
