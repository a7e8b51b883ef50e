/** An insights question after parsing: plain data, fit to be posted to the worker. */
import type { LocalNow } from "../seed/ad-day.ts";

export const LEVELS = ["account", "campaign", "adset", "ad"] as const;
export type Level = (typeof LEVELS)[number];

/** A span of local days, both ends included, as day numbers. */
export interface Period {
  since: number;
  until: number;
}

export interface RowOrder {
  field: string;
  descending: boolean;
}

export interface InsightsQuery {
  accountIndex: number;
  level: Level;
  /** Indices of the ads whose figures count; grouped by `level`. */
  ads: number[];
  periods: Period[];
  now: LocalNow;
  fields: string[];
  /** In the asked order; empty for none. */
  breakdowns: string[];
  /** Fields of the row of totals; empty for none. */
  summary: string[];
  /** Null: by period, then by entity. */
  order: RowOrder | null;
  /** Index of the first row asked, and how many at most. */
  offset: number;
  limit: number;
}

/** What one served row said, read back from its JSON text; undefined where the field was not asked or was 0. */
export interface ServedRow {
  entityId: string;
  dateStart: string;
  dateStop: string;
  /** "age=25-34|gender=female"; "" without breakdowns. */
  breakdownKey: string;
  spend: string | undefined;
  impressions: string | undefined;
  clicks: string | undefined;
  linkClicks: string | undefined;
  purchases: string | undefined;
  purchaseValue: string | undefined;
}

export interface InsightsPage {
  /** The JSON text of the `data` array. */
  dataJson: string;
  rows: ServedRow[];
  /** Rows of the whole answer, over all pages. */
  total: number;
  /** The JSON text of the row of totals, if asked. */
  summaryJson: string | undefined;
}

/** A question about the whole of an account's seeded figures at one level. */
export interface FormulaQuery {
  accountIndex: number;
  level: Level;
  since: number;
  until: number;
  now: LocalNow;
  breakdowns: string[];
  deleted: DeletedWish;
}

/** What to do with entities that are deleted: leave them out, look at them only, or count them like others. */
export const DELETED_WISHES = ["without", "only", "with"] as const;
export type DeletedWish = (typeof DELETED_WISHES)[number];

export interface DaySums {
  /** ISO. */
  day: string;
  rows: number;
  spendMinor: number;
  impressions: number;
  clicks: number;
  linkClicks: number;
  purchases: number;
  purchaseValueMinor: number;
}
