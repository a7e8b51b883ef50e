/** Which deduplication keys were used lately, and by which message. */
import type { DatabaseSync } from "node:sqlite";

export type DeduplicationStore = ReturnType<typeof createDeduplicationStore>;

export function createDeduplicationStore(database: DatabaseSync) {
  const find = database.prepare("select message_id from deduplications where key = ? and expires_at > ?");
  const remember = database.prepare(
    `insert into deduplications (key, message_id, expires_at) values (?, ?, ?)
     on conflict (key) do update set message_id = excluded.message_id, expires_at = excluded.expires_at`,
  );

  return {
    /** The message that took this key within the window, whatever became of it. */
    findMessageId(key: string, nowMs: number): string | undefined {
      const found = find.get(key, nowMs)?.["message_id"];
      return typeof found === "string" ? found : undefined;
    },
    remember: (key: string, messageId: string, expiresAtMs: number): void =>
      void remember.run(key, messageId, expiresAtMs),
  };
}
