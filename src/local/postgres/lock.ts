/**
 * One process per data directory, because two on one PGlite directory lose data silently.
 * The lock is the operating system's, held through SQLite: it ends with its process, also at kill -9,
 * so there is no stale lock to judge and no reused process id to be fooled by. A file beside it only says who holds it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const holderShape = z.object({ pid: z.number(), host: z.string(), command: z.string(), since: z.string() });

/** Another process (or another part of this one) holds the data directory. */
export class DirectoryInUseError extends Error {
  override readonly name = "DirectoryInUseError";
  readonly directory: string;
  readonly pid: number | undefined;

  constructor(directory: string, holder: z.infer<typeof holderShape> | undefined) {
    const who = holder
      ? `process ${holder.pid} (${holder.command}) on ${holder.host}, since ${holder.since}`
      : "another process that hasn't said who it is yet";
    super(
      `The data directory ${directory} is in use by ${who}. ` +
        "Stop that process, or set META_SYNC_DATA_DIR to another directory.",
    );
    this.directory = directory;
    this.pid = holder?.pid;
  }
}

export interface DirectoryLock {
  release(): void;
}

/** Takes the directory (made if absent) for this process, or throws DirectoryInUseError at once. */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const holderFile = join(directory, "in-use-by.json");
  const lock = new DatabaseSync(join(directory, "in-use.lock"));
  try {
    lock.exec("pragma busy_timeout = 0; begin exclusive");
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new DirectoryInUseError(directory, readHolder(holderFile));
  }
  const command = process.argv.slice(1).join(" ") || process.title;
  const holder = { pid: process.pid, host: hostname(), command, since: new Date().toISOString() };
  writeFileSync(holderFile, JSON.stringify(holder), { mode: 0o600 });
  let held = true;
  return {
    release: () => {
      if (!held) return;
      held = false;
      rmSync(holderFile, { force: true });
      lock.close();
    },
  };
}

const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
}

function readHolder(file: string): z.infer<typeof holderShape> | undefined {
  try {
    return holderShape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
