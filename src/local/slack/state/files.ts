/** Files: announced, uploaded, then shared; bytes and facts in the workspace's own file. */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { StoredFile } from "../shapes.ts";
import type { ChangeFeed } from "./changes.ts";

/** Slack's word for a kind of file and its media type, by the end of the name. */
const kinds: Readonly<Record<string, readonly [filetype: string, mimetype: string]>> = {
  csv: ["csv", "text/csv"],
  txt: ["text", "text/plain"],
  md: ["markdown", "text/markdown"],
  json: ["json", "application/json"],
  png: ["png", "image/png"],
  jpg: ["jpg", "image/jpeg"],
  jpeg: ["jpg", "image/jpeg"],
  gif: ["gif", "image/gif"],
  pdf: ["pdf", "application/pdf"],
  xlsx: ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  zip: ["zip", "application/zip"],
};

/** What is known before the bytes come. */
export interface Announcement {
  name: string;
  lengthBytes: number;
  altText?: string | undefined;
  user: string;
}

export class FileStore {
  #database: DatabaseSync;
  #now: () => number;
  #changes: ChangeFeed;

  constructor(database: DatabaseSync, now: () => number, changes: ChangeFeed) {
    this.#database = database;
    this.#now = now;
    this.#changes = changes;
  }

  announce(about: Announcement): StoredFile {
    const end = about.name.split(".").at(-1)?.toLowerCase() ?? "";
    const [filetype, mimetype] = kinds[end] ?? ["binary", "application/octet-stream"];
    const file: StoredFile = {
      id: `F0${randomBytes(5).toString("hex").toUpperCase()}`,
      name: about.name,
      title: about.name,
      mimetype,
      filetype,
      sizeBytes: about.lengthBytes,
      ...(about.altText === undefined ? {} : { altText: about.altText }),
      user: about.user,
      createdMs: this.#now(),
      shares: [],
    };
    this.#database.prepare("insert into files (id, data) values (?, ?)").run(file.id, JSON.stringify(file));
    return file;
  }

  find(id: string): StoredFile | undefined {
    const row = this.#database.prepare("select data from files where id = ?").get(id);
    return row === undefined ? undefined : (JSON.parse(String(row["data"])) as StoredFile);
  }

  /** Undefined until the bytes have come. */
  bytes(id: string): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#database.prepare("select bytes from files where id = ?").get(id)?.["bytes"];
    return bytes instanceof Uint8Array ? new Uint8Array(bytes) : undefined;
  }

  fill(id: string, bytes: Uint8Array): void {
    this.#database.prepare("update files set bytes = ? where id = ?").run(bytes, id);
  }

  change(file: StoredFile, patch: Partial<Pick<StoredFile, "title" | "shares">>): StoredFile {
    const changed = { ...file, ...patch };
    this.#database.prepare("update files set data = ? where id = ?").run(JSON.stringify(changed), file.id);
    const last = changed.shares.at(-1);
    this.#changes.tell({ kind: "file", ...(last === undefined ? {} : { channel: last.channel, ts: last.ts }) });
    return changed;
  }

  /** Those shared in a conversation, oldest first. */
  list(channel: string): StoredFile[] {
    return this.#database
      .prepare("select data from files order by rowid")
      .all()
      .map((row) => JSON.parse(String(row["data"])) as StoredFile)
      .filter(({ shares }) => shares.some((share) => share.channel === channel));
  }
}
