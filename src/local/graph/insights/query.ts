/** An insights question after parsing: plain data, fit to be posted to the worker. */
import type { LocalNow } from "../seed/ad-day.ts";

export const LEVELS = ["account", "campaign", "adset", "ad"] as const;
export type Level = (typeof LEVELS)[number];

/** A span of local days, both ends included, as day numbers. */
export interface Period {
  since: number;
  until: number;
}

export interface InsightsQuery {
  accountIndex: number;
  level: Level;
  /** Indices of the ads whose figures count; grouped by `level`. */
  ads: number[];
  periods: Period[];
  now: LocalNow;
  fields: string[];
  /** Index of the first row asked, and how many at most. */
  offset: number;
  limit: number;
}

/** What one served row said, read back from its JSON text; undefined where the field was not asked or was 0. */
export interface ServedRow {
  entityId: string;
  dateStart: string;
  dateStop: string;
  spend: string | undefined;
  impressions: string | undefined;
  clicks: string | undefined;
}

export interface InsightsPage {
  /** The JSON text of the `data` array. */
  dataJson: string;
  rows: ServedRow[];
  /** Rows of the whole answer, over all pages. */
  total: number;
}

/** A question about the whole of an account's seeded figures at one level. */
export interface FormulaQuery {
  accountIndex: number;
  level: Level;
  since: number;
  until: number;
  now: LocalNow;
}

export interface FormulaSums {
  rows: number;
  spendMinor: number;
  impressions: number;
  clicks: number;
}
