/** Messages that one person sees. Only the response_url of a button in one may change or remove it. */
import type { DatabaseSync } from "node:sqlite";
import type { EphemeralMessage } from "../shapes.ts";
import type { ChangeFeed } from "./changes.ts";

export class EphemeralStore {
  #database: DatabaseSync;
  #nextTs: (channel: string) => string;
  #changes: ChangeFeed;

  constructor(database: DatabaseSync, nextTs: (channel: string) => string, changes: ChangeFeed) {
    this.#database = database;
    this.#nextTs = nextTs;
    this.#changes = changes;
  }

  append(draft: Omit<EphemeralMessage, "ts" | "type">): EphemeralMessage {
    const message: EphemeralMessage = { type: "message", ...draft, ts: this.#nextTs(draft.channel) };
    this.#database
      .prepare("insert into ephemerals (channel, ts, recipient, data) values (?, ?, ?, ?)")
      .run(message.channel, message.ts, message.to, JSON.stringify(message));
    this.#changes.tell({ kind: "ephemeral", channel: message.channel, user: message.to, ts: message.ts });
    return message;
  }

  find(channel: string, ts: string): EphemeralMessage | undefined {
    const row = this.#database
      .prepare("select data from ephemerals where channel = ? and ts = ? and deleted = 0")
      .get(channel, ts);
    return row === undefined ? undefined : (JSON.parse(String(row["data"])) as EphemeralMessage);
  }

  replace(message: EphemeralMessage): void {
    this.#database
      .prepare("update ephemerals set data = ? where channel = ? and ts = ?")
      .run(JSON.stringify(message), message.channel, message.ts);
    this.#changes.tell({ kind: "ephemeral", channel: message.channel, user: message.to, ts: message.ts });
  }

  remove({ channel, ts, to }: EphemeralMessage): void {
    this.#database.prepare("update ephemerals set deleted = 1 where channel = ? and ts = ?").run(channel, ts);
    this.#changes.tell({ kind: "ephemeral", channel, user: to, ts });
  }

  list(): EphemeralMessage[] {
    return this.#database
      .prepare("select data from ephemerals where deleted = 0 order by seq")
      .all()
      .map((row) => JSON.parse(String(row["data"])) as EphemeralMessage);
  }
}
