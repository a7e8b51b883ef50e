/** What a row said, read back from its text: the served-answer log must hold what went out, not what was meant. */
import type { AccountModel } from "../seed/model.ts";
import { breakdownKey } from "./breakdown-rules.ts";
import type { Level, ServedRow } from "./query.ts";
import type { RowFacts } from "./row.ts";

/** Our own text, a moment old: its shape is known. */
type WrittenRow = Record<string, string | undefined> & { date_start: string; date_stop: string };
type WrittenLists = Record<string, { action_type: string; value: string }[] | undefined>;

export function readBack(text: string, { account, level, unit }: RowFacts, breakdowns: readonly string[]): ServedRow {
  const written: unknown = JSON.parse(text);
  const row = written as WrittenRow;
  const lists = written as WrittenLists;
  const values = breakdowns.map((name) => [name, row[name] ?? ""]);
  return {
    entityId: entityIdOf(account, level, unit.entityIndex),
    dateStart: row.date_start,
    dateStop: row.date_stop,
    breakdownKey: breakdowns.length === 0 ? "" : breakdownKey(Object.fromEntries(values)),
    spend: row["spend"],
    impressions: row["impressions"],
    clicks: row["clicks"],
    linkClicks: row["inline_link_clicks"],
    purchases: purchaseOf(lists["actions"]),
    purchaseValue: purchaseOf(lists["action_values"]),
  };
}

export function entityIdOf(account: AccountModel, level: Level, index: number): string {
  if (level === "account") return account.spec.accountId;
  const list = level === "campaign" ? account.campaigns : level === "adset" ? account.adSets : account.ads;
  return list[index]?.id ?? "";
}

function purchaseOf(list: WrittenLists[string]): string | undefined {
  return list?.find((one) => one.action_type === "omni_purchase")?.value;
}
