/** What was really served, row by row: the first truth is summed from here. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { parseMoney } from "../insights/amounts.ts";
import type { Level, ServedRow } from "../insights/query.ts";

export const SERVED_SCHEMA = `
create table if not exists served (
  account text not null, level text not null, entity text not null, date_start text not null, date_stop text not null,
  spend_minor integer, impressions integer, clicks integer,
  primary key (account, level, entity, date_start, date_stop)) without rowid;`;

export interface TruthQuery {
  /** `act_…`. */
  account: string;
  level: Level;
  /** ISO days, both included. */
  since: string;
  until: string;
}

export interface ServedSums {
  rows: number;
  spendMinor: number;
  impressions: number;
  clicks: number;
}

const sums = z.object({ rows: z.int(), spendMinor: z.int(), impressions: z.int(), clicks: z.int() });

export class ServedLog {
  #store: DatabaseSync;

  constructor(store: DatabaseSync) {
    this.#store = store;
  }

  /** Keeps the last served values of each (entity, period); a field that wasn't asked keeps what was known. */
  add(account: string, minorDigits: number, level: Level, rows: readonly ServedRow[]): void {
    const insert = this.#store.prepare(`insert into served values (?, ?, ?, ?, ?, ?, ?, ?)
      on conflict do update set spend_minor = coalesce(excluded.spend_minor, spend_minor),
        impressions = coalesce(excluded.impressions, impressions), clicks = coalesce(excluded.clicks, clicks)`);
    this.#store.exec("begin");
    try {
      for (const row of rows) {
        const spend = row.spend === undefined ? null : parseMoney(row.spend, minorDigits);
        const { entityId, dateStart, dateStop } = row;
        insert.run(
          account,
          level,
          entityId,
          dateStart,
          dateStop,
          spend,
          numberOf(row.impressions),
          numberOf(row.clicks),
        );
      }
      this.#store.exec("commit");
    } catch (error) {
      this.#store.exec("rollback");
      throw error;
    }
  }

  /** Sums of the daily rows inside the window; rows over several days are left out. */
  sum({ account, level, since, until }: TruthQuery): ServedSums {
    const row = this.#store
      .prepare(
        `select count(*) "rows", coalesce(sum(spend_minor), 0) spendMinor, coalesce(sum(impressions), 0) impressions,
           coalesce(sum(clicks), 0) clicks
         from served where account = ? and level = ? and date_start >= ? and date_stop <= ? and date_start = date_stop`,
      )
      .get(account, level, since, until);
    return sums.parse(row);
  }

  clear(): void {
    this.#store.exec("delete from served");
  }
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
