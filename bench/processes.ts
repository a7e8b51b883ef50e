/** Processes and directories of a measurement: each is ended by its own id, and removed, whatever happens. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";

export interface Started {
  child: ChildProcess;
  /** The first line of its output. Rejects with what it wrote to stderr when it ends without one. */
  firstLine: Promise<string>;
  /** What it writes to stderr, line by line: the log. */
  onLog(listen: (line: string) => void): void;
}

const patienceMs = 20_000;
/** In order of starting; ended the other way round: the app before its world. */
const running: ChildProcess[] = [];
const directories = new Set<string>();

/** Nothing of the caller's own environment reaches them but what Node itself needs. */
const cleanEnvironment = Object.fromEntries(["PATH", "HOME", "TMPDIR"].map((name) => [name, process.env[name]]));

async function readFirstLine(child: ChildProcess, said: () => string): Promise<string> {
  if (child.stdout === null) throw new Error("The process has no output to read");
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return line;
  }
  throw new Error(`A process ended before it was ready:\n${said()}`);
}

/** Starts a file beside this one, or below the project, as a Node process. */
export function startProcess(file: string, words: readonly string[], variables: Record<string, string>): Started {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), words, {
    env: { ...cleanEnvironment, ...variables },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
  });
  running.push(child);
  child.once("exit", () => running.splice(running.indexOf(child), 1));
  const last: string[] = [];
  const listeners: ((line: string) => void)[] = [(line) => void last.splice(0, Math.max(0, last.push(line) - 20))];
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => {
      for (const listen of listeners) listen(line);
    });
  }
  return {
    child,
    firstLine: readFirstLine(child, () => last.join("\n")),
    onLog: (listen) => void listeners.push(listen),
  };
}

/** A clean end: the app by SIGTERM, a world, which is deaf to it, by the end of its channel. `kill -9` by its id if that takes too long. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  if (child.connected) child.disconnect();
  const tooLong = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await ended;
  clearTimeout(tooLong);
}

/** An empty one that is gone afterwards. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "meta-sync-bench-"));
  directories.add(directory);
  // Postgres runs as another user when we are root, and lays its cluster elsewhere if it may not pass through here.
  chmodSync(directory, 0o711);
  return directory;
}

/** Ends whatever still runs, the last started first, and removes the directories. */
export async function endEverything(): Promise<void> {
  for (const child of running.toReversed()) await endProcess(child);
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  directories.clear();
}

/** Megabytes (10^6 bytes) that a process had in memory at its peak. Linux only. */
export function readPeakMegabytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${child.pid}/status has no VmHWM: this needs Linux.`);
  return (Number(kibibytes) * 1024) / 1e6;
}
