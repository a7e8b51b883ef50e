/** What an endpoint gives back before headers are put on. */
import type { ServedRow, Level } from "./insights/query.ts";

export interface Answer {
  /** JSON text of the whole body. */
  body: string;
  /** Rows in `data`; 0 for a single node. */
  rows: number;
  /** Insights only: what goes into the served-answer log once the answer is really given. */
  served?: { accountId: string; level: Level; breakdown: string; rows: ServedRow[] };
  /** More headers for this answer. */
  headers?: Record<string, string>;
}

export function answerJson(body: unknown, rows = 0): Answer {
  return { body: JSON.stringify(body), rows };
}
