/** The postmaster as a child process: started, watched over so that it never outlives us, stopped, found again after a kill. */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ClusterUser } from "./binaries.ts";

/** Postgres could not make or start its cluster; the message carries the end of its own log. */
export class PostgresStartError extends Error {
  override readonly name = "PostgresStartError";
}

export interface ServerProcess {
  stop(): Promise<void>;
}

export interface ServerSettings {
  postgres: string;
  user: ClusterUser;
  directory: string;
  port: number;
  /** A directory to remove when the server ends because we were killed; undefined keeps everything. */
  temporaryParent: string | undefined;
}

const stopTimeoutMs = 10_000;
const logTailCharacters = 4_000;

/** Starts the postmaster and resolves when it accepts connections. */
export async function startServer(settings: ServerSettings): Promise<ServerProcess> {
  const { directory, user, port } = settings;
  const child = spawn(settings.postgres, ["-D", directory, "-p", String(port), ...serverFlags(settings)], {
    ...user,
    cwd: "/",
    env: { LC_ALL: "C", TZ: "UTC" },
    // A session of its own: Ctrl-C in the terminal is for us, and we then stop it in order.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await untilReady(child, directory);
  const watcher = startWatcher(child, settings);
  return { stop: () => stopServer(child, watcher) };
}

function serverFlags({ temporaryParent }: ServerSettings): string[] {
  const flags = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
    "lc_messages=C",
    "max_connections=100",
  ];
  if (temporaryParent !== undefined) flags.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
  return flags.flatMap((flag) => ["-c", flag]);
}

async function untilReady(child: ChildProcess, directory: string): Promise<void> {
  let log = "";
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string, cause?: Error) =>
      reject(new PostgresStartError(`Postgres could not start in ${directory}: ${why}\n${log}`.trim(), { cause }));
    child.once("error", (error) => fail(error.message, error));
    child.once("exit", (code, signal) => fail(`it ended with ${signal ?? `code ${code}`}`));
    // Read to the end of its life: a full pipe would stop the server.
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-logTailCharacters);
      if (log.includes("database system is ready to accept connections")) resolve();
    });
  });
  child.removeAllListeners("exit");
}

/**
 * A shell that waits for the end of its input, a pipe only we hold. It ends with us whatever ends us (kill -9 too),
 * and then the shell asks the server for a fast shutdown.
 */
function startWatcher(child: ChildProcess, { user, temporaryParent }: ServerSettings): ChildProcess | undefined {
  if (process.platform === "win32") return undefined;
  const script =
    'read -r _; kill -INT "$1" 2>/dev/null; [ -n "$2" ] || exit 0; ' +
    'while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; rm -rf "$2"';
  const watcher = spawn("/bin/sh", ["-c", script, "watcher", String(child.pid), temporaryParent ?? ""], {
    ...user,
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // If it can't be started we only lose the protection against kill -9; the next start ends the leftover.
  watcher.on("error", () => undefined);
  watcher.stdin?.on("error", () => undefined);
  child.once("exit", () => watcher.kill("SIGKILL"));
  return watcher;
}

async function stopServer(child: ChildProcess, watcher: ChildProcess | undefined): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGINT");
    const late = setTimeout(() => child.kill("SIGQUIT"), stopTimeoutMs);
    await ended;
    clearTimeout(late);
  }
  watcher?.kill("SIGKILL");
}

/** Ends a postmaster that an earlier, killed process left on this cluster; does nothing when there is none. */
export async function endLeftover(directory: string): Promise<void> {
  const pidFile = join(directory, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  const deadline = Date.now() + stopTimeoutMs;
  while (isOurPostmaster(pid, directory)) {
    try {
      process.kill(pid, Date.now() < deadline ? "SIGINT" : "SIGQUIT");
    } catch {
      return;
    }
    await delay(50);
  }
}

/** The process id may have been given to another program since: only its command line tells. */
function isOurPostmaster(pid: number, directory: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    const line = existsSync("/proc/self/cmdline")
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
      : execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
    return line.includes(`-D ${directory}`);
  } catch {
    return false;
  }
}
