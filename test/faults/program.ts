/** Processes of the whole program: each on a data directory of its own, ended by its pid when its test ends, whatever happens. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

export interface CrashPoint {
  when: "before" | "after";
  call: string;
  nth: number;
}

export interface Program {
  address: string;
  /** Null while it runs; else how it ended. */
  ended(): { code: number | null; signal: NodeJS.Signals | null } | null;
  /** SQL at its database, past the doors. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Moves its clock, unless work is under way; true if it did. */
  jump(ms: number): Promise<boolean>;
  /** Names of the outgoing calls since the first order: those that left, and those whose answer it saw. */
  calls(): { left: string[]; answered: string[] };
  /** One request to a door; JSON goes out when a body is given, and comes back. */
  request(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown>;
  /** Asks for a clean end and waits for it; the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
  /** What it wrote to stderr: the log. */
  log(): string;
}

const addressSchema = z.object({ address: z.string() });
const callSchema = z.object({ left: z.string(), answered: z.string() }).partial();
const answerSchema = z.object({ id: z.number(), answer: z.array(z.record(z.string(), z.unknown())) });

const alive = new Set<ChildProcess>();
const directories = new Set<string>();

/** `kill -9` by its pid. */
async function killProcess(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** For afterEach: no process and no directory outlives its test. */
export async function endPrograms(): Promise<void> {
  for (const child of alive) await killProcess(child);
  for (const directory of directories) removeDirectory(directory);
  directories.clear();
}

/** An empty directory that is removed with its test; one that is kept is for `removeDirectory`. */
export function makeDirectory(options: { isKept?: boolean } = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "meta-sync-kill-"));
  if (options.isKept !== true) directories.add(directory);
  return directory;
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Nothing of the tester's own environment reaches the program but what Node itself needs. */
const cleanEnvironment = Object.fromEntries(["PATH", "HOME", "TMPDIR"].map((name) => [name, process.env[name]]));
/** The program is started some sixty times: its modules are compiled once. */
const compileCache = join(import.meta.dirname, "../../node_modules/.cache/meta-sync/compiled");

/** Starts a file as a process with a channel to it; it is ended with its test. */
export function startProcess(file: string, dataDir: string, variables: Record<string, string>) {
  const child = fork(new URL(file, import.meta.url), {
    env: {
      ...cleanEnvironment,
      NODE_COMPILE_CACHE: compileCache,
      META_SYNC_DATA_DIR: dataDir,
      PORT: "0",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
  });
  alive.add(child);
  child.once("exit", () => alive.delete(child));
  let errors = "";
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = () => {
    const { exitCode: code, signalCode: signal } = child;
    return code === null && signal === null ? null : { code, signal };
  };
  return { child, ended, log: () => errors, output: () => output };
}

function readCalls(log: string): { left: string[]; answered: string[] } {
  const lines = log.split("\n").filter((line) => /^\{"(left|answered)":/.test(line));
  const calls = lines.map((line) => callSchema.parse(JSON.parse(line)));
  return { left: calls.flatMap(({ left }) => left ?? []), answered: calls.flatMap(({ answered }) => answered ?? []) };
}

/** The first line of its output, or what it said before it ended without one. */
async function readAddress(child: ChildProcess, log: () => string): Promise<string> {
  if (child.stdout === null) throw new Error("The process has no output to read");
  for await (const line of createInterface({ input: child.stdout }))
    return addressSchema.parse(JSON.parse(line)).address;
  throw new Error(`The program ended before it listened:\n${log()}`);
}

export async function startProgram(
  dataDir: string,
  point: CrashPoint | null,
  variables: Record<string, string> = {},
): Promise<Program> {
  const crash = point === null ? {} : { CRASH_POINT: JSON.stringify(point) };
  const { child, ended, log } = startProcess("./crashing-main.ts", dataDir, { ...variables, ...crash });
  const address = await readAddress(child, log);
  let asked = 0;
  const ask = (what: { sql: string } | { jumpMs: number }): Promise<Record<string, unknown>[]> => {
    asked += 1;
    const id = asked;
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error(`The program ended before it answered:\n${log()}`));
      const listen = (message: unknown) => {
        const told = answerSchema.parse(message);
        if (told.id !== id) return;
        child.off("message", listen);
        child.off("exit", gone);
        resolve(told.answer);
      };
      child.on("message", listen);
      child.once("exit", gone);
      child.send({ id, ...what });
    });
  };
  return {
    address,
    ended,
    log,
    query: (sql) => ask({ sql }),
    jump: async (jumpMs) => (await ask({ jumpMs }))[0]?.["jumped"] === true,
    calls: () => readCalls(log()),
    async request(method, path, body) {
      const json =
        body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      const response = await fetch(`${address}${path}`, { method, ...json });
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
      return response.json();
    },
    kill: () => killProcess(child),
    async stop() {
      if (ended() === null) {
        const exit = once(child, "exit");
        child.kill("SIGTERM");
        await exit;
      }
      return child.exitCode;
    },
  };
}
