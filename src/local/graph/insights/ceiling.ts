/** What a GET of insights may ask for at once, and the errors by which Meta refuses more. */
import { GraphError, notServedHere, tooMuchData } from "../graph-error.ts";
import type { Knobs } from "../graph-parts.ts";
import type { AccountModel } from "../seed/model.ts";
import { makeCut } from "./cut.ts";
import type { InsightsQuery } from "./query.ts";
import { groupUnits } from "./units.ts";

/** The known faces of "too much", by the knob `insightsRefusal`. */
export const REFUSALS = ["reduce", "data-per-call", "timeout", "request-timeout"] as const;
const MAX_SORTED = 20_000;
export type Refusal = (typeof REFUSALS)[number];

/** Rows at most: entities times periods times parts of the breakdown, whether they delivered or not. */
export function boundRows(account: AccountModel, query: Omit<InsightsQuery, "offset" | "limit">): number {
  const units = groupUnits(account, query.level, query.ads).length;
  return units * query.periods.length * (makeCut(account, query.breakdowns)?.groups.length ?? 1);
}

/** Throws when the question as a whole is too large, or the page that is asked. */
export function refuseTooMuch(knobs: Knobs, account: AccountModel, query: InsightsQuery): void {
  if (query.limit > knobs.maxInsightsLimit) throw tooMuchData();
  const rows = boundRows(account, query);
  if (rows > knobs.maxInsightsRows) throw refusal(knobs.insightsRefusal);
  refuseLongSort(rows, query);
}

/** Sorting reads all rows for each page, so it is for short lists here. */
export function refuseLongSort(rows: number, { order }: Pick<InsightsQuery, "order">): void {
  if (order === null || rows <= MAX_SORTED) return;
  throw notServedHere(`Sorting more than ${MAX_SORTED} rows`, "Leave sort out, or ask for a shorter window.");
}

/** Throws when the text of a page is larger than the knob allows. */
export function refuseHeavyPage(knobs: Knobs, body: string): void {
  if (knobs.maxPageBytes !== null && Buffer.byteLength(body) > knobs.maxPageBytes) throw tooMuchData();
}

function refusal(kind: Refusal): GraphError {
  if (kind === "data-per-call") return new GraphError({ code: 100, subcode: 1_487_534 });
  if (kind === "timeout") return new GraphError({ code: 100, subcode: 1_504_018 });
  if (kind === "request-timeout") return new GraphError({ code: 2, subcode: 1_504_038 });
  return tooMuchData();
}
