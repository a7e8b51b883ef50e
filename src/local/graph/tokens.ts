/** The token table: who may call, in which state the token is, which accounts it sees. */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const TOKEN_STATES = [
  "valid",
  "expired",
  "revoked",
  "checkpointed",
  "password_changed",
  "unconfirmed",
  "logged_out",
  "not_admin",
] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

export interface TokenRow {
  /** How admin calls it; the one made at start is "default". */
  name: string;
  token: string;
  kind: "SYSTEM_USER" | "USER";
  state: TokenState;
  scopes: string[];
  /** Account ids (`act_…`) it sees; null sees all. */
  accounts: string[] | null;
  userId: string;
  userName: string;
  issuedAtMs: number;
  /** World time; 0 never expires. */
  expiresAtMs: number;
  dataAccessExpiresAtMs: number;
  /** What Meta calls development_access (Limited) or standard_access (Full). */
  tier: "development_access" | "standard_access";
}

/** What admin (or a test) may say about a token; a new name makes a new token, a known one changes it. */
export const tokenChange = z.strictObject({
  name: z.string().min(1),
  token: z.string().min(8).optional(),
  kind: z.enum(["SYSTEM_USER", "USER"]).optional(),
  state: z.enum(TOKEN_STATES).optional(),
  scopes: z.array(z.string()).optional(),
  accounts: z
    .array(z.string().regex(/^act_\d+$/))
    .nullable()
    .optional(),
  expiresAtMs: z.int().min(0).optional(),
  dataAccessExpiresAtMs: z.int().min(0).optional(),
  tier: z.enum(["development_access", "standard_access"]).optional(),
});
export type TokenChange = z.input<typeof tokenChange>;

export const TOKENS_SCHEMA =
  "create table if not exists tokens (name text primary key, token text unique not null, row text not null);";

const DEFAULT_USER_ID = "122093847561029384";
const stored = z.object({ row: z.string() });

export class TokenTable {
  #store: DatabaseSync;
  #now: () => number;

  constructor(store: DatabaseSync, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  list(): TokenRow[] {
    return this.#store.prepare("select row from tokens order by name").all().map(readRow);
  }

  find(token: string): TokenRow | undefined {
    const row = this.#store.prepare("select row from tokens where token = ?").get(token);
    return row === undefined ? undefined : readRow(row);
  }

  /** Makes or changes the token of that name. */
  set(input: TokenChange): TokenRow {
    const change = Object.fromEntries(
      Object.entries(tokenChange.parse(input)).filter(([, value]) => value !== undefined),
    );
    const known = this.#store.prepare("select row from tokens where name = ?").get(input.name);
    const row = { ...(known === undefined ? this.#fresh(input.name) : readRow(known)), ...change };
    const sql =
      "insert into tokens values (?, ?, ?) on conflict (name) do update set token = excluded.token, row = excluded.row";
    this.#store.prepare(sql).run(row.name, row.token, JSON.stringify(row));
    return row;
  }

  /** A second token of the same person, app and rights, under a name of its own. */
  renew(old: TokenRow, expiresAtMs: number): TokenRow {
    const copies = this.list().filter(({ name }) => name.startsWith(`${old.name} (renewed `)).length;
    const { kind, scopes, accounts, dataAccessExpiresAtMs, tier } = old;
    const name = `${old.name} (renewed ${copies + 1})`;
    return this.set({ name, kind, scopes, accounts, dataAccessExpiresAtMs, tier, expiresAtMs });
  }

  #fresh(name: string): TokenRow {
    return {
      name,
      token: makeToken(),
      kind: "SYSTEM_USER",
      state: "valid",
      scopes: ["ads_read", "business_management", "public_profile"],
      accounts: null,
      userId: DEFAULT_USER_ID,
      userName: "meta-sync reader",
      issuedAtMs: this.#now(),
      expiresAtMs: 0,
      dataAccessExpiresAtMs: 0,
      tier: "standard_access",
    };
  }
}

function makeToken(): string {
  return `EAAB${randomBytes(96)
    .toString("base64")
    .replaceAll(/[^A-Za-z0-9]/g, "Z")}`;
}

function readRow(row: unknown): TokenRow {
  return JSON.parse(stored.parse(row).row) as TokenRow;
}
