/** The messages of all conversations, with every revision kept so that a test can look at the edits. */
import type { DatabaseSync } from "node:sqlite";
import type { Revision, SlackBlock, SlackMessage } from "../shapes.ts";
import type { ChangeFeed } from "./changes.ts";

/** A root message with its replies, oldest first. */
export interface Thread {
  message: SlackMessage;
  replies: SlackMessage[];
}

export class MessageStore {
  #database: DatabaseSync;
  #now: () => number;
  #changes: ChangeFeed;

  constructor(database: DatabaseSync, now: () => number, changes: ChangeFeed) {
    this.#database = database;
    this.#now = now;
    this.#changes = changes;
  }

  /** World time in Slack's form, moved on by microseconds until it is free in the channel. */
  nextTs(channel: string): string {
    const taken = this.#database.prepare(
      `select 1 from messages where channel = ?1 and ts = ?2 union all
       select 1 from ephemerals where channel = ?1 and ts = ?2 limit 1`,
    );
    for (let micros = BigInt(this.#now()) * 1000n; ; micros += 1n) {
      const ts = `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, "0")}`;
      if (taken.get(channel, ts) === undefined) return ts;
    }
  }

  append(draft: Omit<SlackMessage, "ts" | "type">): SlackMessage {
    const message: SlackMessage = { type: "message", ...draft, ts: this.nextTs(draft.channel) };
    this.#database
      .prepare("insert into messages (channel, ts, thread_ts, data) values (?, ?, ?, ?)")
      .run(message.channel, message.ts, message.thread_ts ?? null, JSON.stringify(message));
    this.#keep(message, "posted");
    return message;
  }

  /** The message, unless it never was or is deleted. */
  find(channel: string, ts: string): SlackMessage | undefined {
    const row = this.#database
      .prepare("select data from messages where channel = ? and ts = ? and deleted = 0")
      .get(channel, ts);
    return row === undefined ? undefined : parseMessage(row);
  }

  replace(message: SlackMessage): void {
    this.#database
      .prepare("update messages set data = ? where channel = ? and ts = ?")
      .run(JSON.stringify(message), message.channel, message.ts);
    this.#keep(message, "edited");
  }

  /** A root that has replies stays as a tombstone, as in Slack. */
  remove(message: SlackMessage): void {
    const tombstone: SlackMessage = {
      type: "message",
      subtype: "tombstone",
      channel: message.channel,
      team: message.team,
      user: "USLACKBOT",
      ts: message.ts,
      text: "This message was deleted.",
      ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    };
    this.#database
      .prepare("update messages set deleted = 1, data = ? where channel = ? and ts = ?")
      .run(JSON.stringify(tombstone), message.channel, message.ts);
    this.#keep(tombstone, "deleted");
  }

  /** All of one conversation in order of ts, roots and replies. */
  list(channel: string): SlackMessage[] {
    return this.#database
      .prepare(
        `select data from messages m where channel = ? and (deleted = 0 or exists (
           select 1 from messages r where r.channel = m.channel and r.thread_ts = m.ts and r.deleted = 0)) order by ts`,
      )
      .all(channel)
      .map(parseMessage);
  }

  /** The conversation as roots with replies; with `ts` only that root. */
  threads(channel: string, ts?: string): Thread[] {
    const all = this.list(channel);
    return all
      .filter((message) => message.thread_ts === undefined && (ts === undefined || message.ts === ts))
      .map((message) => ({ message, replies: all.filter((reply) => reply.thread_ts === message.ts) }));
  }

  hasReplies(channel: string, ts: string): boolean {
    const reply = this.#database
      .prepare("select 1 from messages where channel = ? and thread_ts = ? and deleted = 0 limit 1")
      .get(channel, ts);
    return reply !== undefined;
  }

  revisions(channel: string, ts: string): Revision[] {
    return this.#database
      .prepare("select revision, at_ms, kind, data from revisions where channel = ? and ts = ? order by revision")
      .all(channel, ts)
      .map((row) => ({
        revision: Number(row["revision"]),
        atMs: Number(row["at_ms"]),
        kind: row["kind"] as Revision["kind"],
        ...(JSON.parse(String(row["data"])) as { text: string; blocks?: SlackBlock[] }),
      }));
  }

  #keep(message: SlackMessage, kind: Revision["kind"]): void {
    this.#database
      .prepare(
        `insert into revisions (channel, ts, revision, at_ms, kind, data) select ?1, ?2,
           coalesce(max(revision), 0) + 1, ?3, ?4, ?5 from revisions where channel = ?1 and ts = ?2`,
      )
      .run(
        message.channel,
        message.ts,
        this.#now(),
        kind,
        JSON.stringify({ text: message.text, ...(message.blocks === undefined ? {} : { blocks: message.blocks }) }),
      );
    this.#changes.tell({ kind: "message", channel: message.channel, ts: message.ts });
  }
}

function parseMessage(row: Record<string, unknown>): SlackMessage {
  return JSON.parse(String(row["data"])) as SlackMessage;
}
