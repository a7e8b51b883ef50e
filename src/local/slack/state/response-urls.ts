/** The response_urls handed out: 30 minutes of world time and 5 uses each. */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

const LIFETIME_MS = 30 * 60_000;
const MOST_USES = 5;

/** What a response_url stands for. `source` is the message whose button was clicked. */
export interface ResponseUrl {
  kind: "commands" | "actions";
  id: string;
  secret: string;
  team: string;
  channel: string;
  user: string;
  source?: { ts: string; ephemeral: boolean };
}

export class ResponseUrlStore {
  #database: DatabaseSync;
  #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  make(about: Omit<ResponseUrl, "id" | "secret">): ResponseUrl {
    const url: ResponseUrl = {
      ...about,
      id: String(randomBytes(6).readUIntBE(0, 6)),
      secret: randomBytes(18).toString("base64url"),
    };
    this.#database
      .prepare("insert into response_urls (secret, id, made_ms, data) values (?, ?, ?, ?)")
      .run(url.secret, url.id, this.#now(), JSON.stringify(url));
    return url;
  }

  /** What the address stands for, or why it can't be used. */
  find(id: string, secret: string): ResponseUrl | "unknown" | "expired" | "used_up" {
    const row = this.#database
      .prepare("select made_ms, uses, data from response_urls where secret = ? and id = ?")
      .get(secret, id);
    if (row === undefined) return "unknown";
    if (this.#now() - Number(row["made_ms"]) > LIFETIME_MS) return "expired";
    if (Number(row["uses"]) >= MOST_USES) return "used_up";
    return JSON.parse(String(row["data"])) as ResponseUrl;
  }

  use(secret: string): void {
    this.#database.prepare("update response_urls set uses = uses + 1 where secret = ?").run(secret);
  }
}
