/** Which tokens exist, whose they are, and what each may do. */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { defaultScopes, team } from "../seed.ts";
import type { Grant } from "../shapes.ts";
import { openJsonTable } from "./json-table.ts";
import type { JsonTable } from "./json-table.ts";

export class GrantStore {
  #table: JsonTable<Grant>;

  constructor(database: DatabaseSync) {
    this.#table = openJsonTable<Grant>(database, "grants", "token");
  }

  find(token: string): Grant | undefined {
    return this.#table.get(token);
  }

  list(): Grant[] {
    return this.#table.list();
  }

  put(grant: Grant): void {
    this.#table.put(grant.token, grant);
  }

  /** A token for another app in the workspace: to show that it can't edit our messages, or with fewer scopes. */
  issue(options: { appName: string; scopes?: readonly string[] }): Grant {
    const suffix = randomBytes(4).toString("hex").toUpperCase();
    const grant: Grant = {
      token: makeBotToken(),
      teamId: team.id,
      appId: `A0${suffix}`,
      appName: options.appName,
      botUserId: `U0${suffix}`,
      botId: `B0${suffix}`,
      scopes: [...(options.scopes ?? defaultScopes)],
      revoked: false,
    };
    this.put(grant);
    return grant;
  }

  /** Changes what a token may do, or revokes it. Throws when there is no such token. */
  change(token: string, patch: Partial<Pick<Grant, "scopes" | "revoked">>): void {
    const grant = this.#table.get(token);
    if (grant === undefined) throw new RangeError("This workspace never issued that token. Issue one first.");
    this.put({ ...grant, ...patch });
  }
}

export function makeBotToken(): string {
  return `xoxb-${randomBytes(5).readUIntBE(0, 5)}-${randomBytes(5).readUIntBE(0, 5)}-${randomBytes(12).toString("hex")}`;
}
