/** The dead-letter queue: failed messages with the attempt that was the last. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

export interface DeadLetter {
  seq: number;
  id: string;
  messageId: string;
  attemptSeq: number | null;
  createdAtMs: number;
}

const row = z.object({
  seq: z.number(),
  id: z.string(),
  message_id: z.string(),
  attempt_seq: z.number().nullable(),
  created_at: z.number(),
});

export type DeadLetterStore = ReturnType<typeof createDeadLetterStore>;

export function createDeadLetterStore(database: DatabaseSync) {
  const insert = database.prepare(
    "insert into dead_letters (id, message_id, attempt_seq, created_at) values (?, ?, ?, ?)",
  );
  const byId = database.prepare("select * from dead_letters where id = ?");
  const list = database.prepare("select * from dead_letters where seq < ? order by seq desc");
  const remove = database.prepare("delete from dead_letters where id = ?");

  return {
    insert(letter: Omit<DeadLetter, "seq">): void {
      insert.run(letter.id, letter.messageId, letter.attemptSeq, letter.createdAtMs);
    },
    find(id: string): DeadLetter | undefined {
      const found = byId.get(id);
      return found === undefined ? undefined : readRow(found);
    },
    /** Newest first, older than entry number `beforeSeq`. */
    list: (beforeSeq = Number.MAX_SAFE_INTEGER): DeadLetter[] => list.all(beforeSeq).map(readRow),
    /** False if there was none. */
    remove: (id: string): boolean => Number(remove.run(id).changes) > 0,
  };
}

function readRow(found: unknown): DeadLetter {
  const read = row.parse(found);
  return {
    seq: read.seq,
    id: read.id,
    messageId: read.message_id,
    attemptSeq: read.attempt_seq,
    createdAtMs: read.created_at,
  };
}
