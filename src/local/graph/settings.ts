/** What a data directory remembers of its world: the day it was made, and the app's credentials. */
import { randomBytes, randomInt } from "node:crypto";
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { openStore } from "../store.ts";
import { CALLS_SCHEMA } from "./call-log.ts";
import { CHANGES_SCHEMA } from "./entities/changes.ts";
import { TOKENS_SCHEMA } from "./tokens.ts";
import { REPORTS_SCHEMA } from "./reports/report-table.ts";
import { SERVED_SCHEMA } from "./truth/served-log.ts";

const SETTINGS_SCHEMA = "create table if not exists settings (name text primary key, value text not null);";

/** Opens the store; its file is readable by its owner only, because it holds the access token. */
export function openGraphStore(dataDir: string | undefined): DatabaseSync {
  if (dataDir !== undefined) {
    mkdirSync(dataDir, { recursive: true });
    const path = join(dataDir, "graph.sqlite");
    // Made before SQLite does: its side files take over the mode of the main one.
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  }
  return openStore(
    dataDir,
    "graph",
    [SETTINGS_SCHEMA, TOKENS_SCHEMA, CALLS_SCHEMA, SERVED_SCHEMA, REPORTS_SCHEMA, CHANGES_SCHEMA].join("\n"),
  );
}

/** The value under that name; `make` gives it the first time, `given` replaces it. */
export function rememberSetting(store: DatabaseSync, name: string, make: () => string, given?: string): string {
  const known = store.prepare("select value from settings where name = ?").get(name);
  const value = given ?? (known === undefined ? make() : z.object({ value: z.string() }).parse(known).value);
  store.prepare("insert into settings values (?, ?) on conflict do update set value = excluded.value").run(name, value);
  return value;
}

export function makeAppId(): string {
  return `10${randomInt(10 ** 12, 10 ** 13)}`;
}

export function makeAppSecret(): string {
  return randomBytes(16).toString("hex");
}
