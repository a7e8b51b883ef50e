/** Identifiers of messages, schedules and signatures. */
import type { DatabaseSync } from "node:sqlite";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LETTERS = 20;

/** Random letters for looks, then a serial number kept in the store, so that a seeded source never repeats an id. */
export function createIdSource(database: DatabaseSync, random: () => number) {
  const next = database.prepare(
    `insert into counters (name, value) values ('serial', 1)
     on conflict (name) do update set value = value + 1 returning value`,
  );
  const takeSerial = (): number => Number(next.get()?.["value"]);
  const makeId = (prefix: string): string => {
    let letters = "";
    for (let at = 0; at < RANDOM_LETTERS; at += 1) letters += LETTERS[Math.floor(random() * LETTERS.length)] ?? "0";
    return `${prefix}${letters}${takeSerial().toString(36)}`;
  };
  return { makeId, takeSerial };
}
