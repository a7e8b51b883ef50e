/** Graph objects of one page → rows of one table, ready for one statement: unique by key, sorted by key. */
import type { TargetTable } from "../sync/streams.ts";
import type { Drafted, RowContext } from "./rows/draft.ts";
import { draftAd, draftAdAccount, draftAdSet, draftCampaign, draftCreative } from "./rows/entities.ts";
import { draftDailyInsight, draftPeriodInsight } from "./rows/insights.ts";

const drafters = {
  ad_accounts: draftAdAccount,
  campaigns: draftCampaign,
  ad_sets: draftAdSet,
  ads: draftAd,
  creatives: draftCreative,
  insights_daily: draftDailyInsight,
  insights_period: draftPeriodInsight,
} satisfies Record<TargetTable, (object: unknown, context: RowContext) => Drafted<object>>;

type RowOf<Draft> = Draft extends (...args: never) => infer Result ? Extract<Result, { row: unknown }>["row"] : never;

/** Each table's row, columns named as in meta_ads, without what SQL adds: workspace, job and times of the save. */
export type RowsByTable = { [Table in TargetTable]: RowOf<(typeof drafters)[Table]> };
export type WarehouseRow = RowsByTable[TargetTable];

export interface Quarantined {
  /** What was refused, with value and place. */
  reason: string;
  raw: unknown;
}

/** Primary keys without workspace_id, in the order of the tables' keys. */
const primaryKeys: Record<TargetTable, readonly string[]> = {
  ad_accounts: ["id"],
  campaigns: ["account_id", "id"],
  ad_sets: ["account_id", "id"],
  ads: ["account_id", "id"],
  creatives: ["account_id", "id"],
  insights_daily: ["account_id", "level", "date_start", "entity_id", "breakdown_key"],
  insights_period: ["account_id", "level", "since", "until", "entity_id", "breakdown_key"],
};

/** Makes the rows of a page. Of two with one key the last wins: Postgres refuses to touch a row twice (21000). */
export function makeRows(
  table: TargetTable,
  objects: readonly unknown[],
  context: RowContext,
): { rows: WarehouseRow[]; quarantined: Quarantined[] } {
  const draft: (object: unknown, context: RowContext) => Drafted<object> = drafters[table];
  const byKey = new Map<string, WarehouseRow>();
  const quarantined: Quarantined[] = [];
  for (const object of objects) {
    const drafted = draft(object, context);
    if ("refusal" in drafted) quarantined.push({ reason: `${table}: ${drafted.refusal}`, raw: object });
    else byKey.set(keyOf(table, drafted.row), drafted.row as WarehouseRow);
  }
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
  return { rows: sorted.map(([, row]) => row), quarantined };
}

function keyOf(table: TargetTable, row: object): string {
  return primaryKeys[table].map((column) => String(Reflect.get(row, column))).join("\u0000");
}
