/** What was really served, row by row: the first truth is summed from here. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { parseMoney } from "../insights/amounts.ts";
import type { DaySums, Level, ServedRow } from "../insights/query.ts";

export const SERVED_SCHEMA = `
create table if not exists served_rows (
  account text not null, level text not null, breakdown text not null, entity text not null,
  date_start text not null, date_stop text not null, breakdown_key text not null,
  spend_minor integer, impressions integer, clicks integer, link_clicks integer, purchases integer,
  purchase_value_minor integer,
  primary key (account, level, breakdown, entity, date_start, date_stop, breakdown_key)) without rowid;`;

/** Rows of one answer. */
export interface ServedPage {
  account: string;
  minorDigits: number;
  level: Level;
  /** "age,gender"; "" for unbroken rows. */
  breakdown: string;
  rows: readonly ServedRow[];
}

export interface ServedQuery {
  /** `act_…`. */
  account: string;
  level: Level;
  breakdown: string;
  /** ISO days, both included. */
  since: string;
  until: string;
  /** Count rows of these entities only, or of all but these. */
  entities: { only: boolean; ids: readonly string[] };
}

const METRICS = ["spend_minor", "impressions", "clicks", "link_clicks", "purchases", "purchase_value_minor"];
const INSERT = `insert into served_rows values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict do update set ${METRICS.map((name) => `${name} = coalesce(excluded.${name}, ${name})`).join(", ")}`;
const SUM = `select date_start day, count(*) "rows", coalesce(sum(spend_minor), 0) spendMinor,
    coalesce(sum(impressions), 0) impressions, coalesce(sum(clicks), 0) clicks, coalesce(sum(link_clicks), 0) linkClicks,
    coalesce(sum(purchases), 0) purchases, coalesce(sum(purchase_value_minor), 0) purchaseValueMinor
  from served_rows where account = ? and level = ? and breakdown = ? and date_start >= ? and date_stop <= ?
    and date_start = date_stop and (entity in (select value from json_each(?))) = ?
  group by date_start order by date_start`;
const count = z.int();
const daySums: z.ZodType<DaySums> = z.object({
  day: z.string(),
  rows: count,
  spendMinor: count,
  impressions: count,
  clicks: count,
  linkClicks: count,
  purchases: count,
  purchaseValueMinor: count,
});

export class ServedLog {
  #store: DatabaseSync;

  constructor(store: DatabaseSync) {
    this.#store = store;
  }

  /** Keeps the last served values of each (entity, period, part); a field that wasn't asked keeps what was known. */
  add({ account, minorDigits, level, breakdown, rows }: ServedPage): void {
    const insert = this.#store.prepare(INSERT);
    const minor = (text: string | undefined) => (text === undefined ? null : parseMoney(text, minorDigits));
    this.#store.exec("begin");
    try {
      for (const row of rows) {
        const place = [account, level, breakdown, row.entityId, row.dateStart, row.dateStop, row.breakdownKey];
        const counts = [row.impressions, row.clicks, row.linkClicks, row.purchases].map(numberOf);
        insert.run(...place, minor(row.spend), ...counts, minor(row.purchaseValue));
      }
      this.#store.exec("commit");
    } catch (error) {
      this.#store.exec("rollback");
      throw error;
    }
  }

  /** Sums of the daily rows inside the window, by day; rows over several days are left out. */
  sumByDay({ account, level, breakdown, since, until, entities }: ServedQuery): DaySums[] {
    const bound = [account, level, breakdown, since, until, JSON.stringify(entities.ids), entities.only ? 1 : 0];
    return z.array(daySums).parse(this.#store.prepare(SUM).all(...bound));
  }

  clear(): void {
    this.#store.exec("delete from served_rows");
  }
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
