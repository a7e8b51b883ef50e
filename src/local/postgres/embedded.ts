/** A real Postgres 17 as a child process on 127.0.0.1 with a cluster directory of its own. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { promisify } from "node:util";
import { chooseClusterUser, findBinaries } from "./binaries.ts";
import type { Binaries, ClusterUser } from "./binaries.ts";
import { own, placeCluster } from "./cluster-place.ts";
import type { ConnectionSettings } from "./pool.ts";
import { endLeftover, PostgresStartError, startServer } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

export interface Cluster {
  /** The superuser's way in; TCP on 127.0.0.1 only, password by SCRAM. */
  connection: ConnectionSettings;
  /** Fast shutdown; resolves when the server has ended (and a temporary cluster's files are gone). */
  close(): Promise<void>;
}

const run = promisify(execFile);
const portAttempts = 5;

/**
 * Makes the cluster at first, starts it on a free port and waits until it accepts connections (about 0.6 s, then 40 ms).
 * Without `dataDir` it is temporary and doesn't sync to disk. A server left on this directory by a process that was
 * killed is ended first: hold the directory's lock (lock.ts), so that it can't be anyone's.
 */
export async function startCluster(options: { dataDir?: string } = {}): Promise<Cluster> {
  const user = chooseClusterUser();
  const binaries = findBinaries(user);
  const place = placeCluster(options.dataDir, user);
  const directory = join(place.parent, "cluster");
  const passwordFile = join(place.parent, "password");

  await endLeftover(directory);
  if (!existsSync(directory)) await initialise(binaries, user, place.parent, passwordFile);
  const { server, port } = await startOnFreePort(binaries, user, directory, place.temporary ? place.parent : undefined);
  const password = readFileSync(passwordFile, "utf8");
  return {
    connection: { host: "127.0.0.1", port, user: "postgres", password, database: "postgres" },
    close: async () => {
      await server.stop();
      if (place.temporary) rmSync(place.parent, { recursive: true, force: true });
    },
  };
}

/** Built beside and renamed: an initdb that was killed half way must not look like a cluster. */
async function initialise(binaries: Binaries, user: ClusterUser, parent: string, passwordFile: string): Promise<void> {
  const beside = join(parent, "cluster-being-made");
  rmSync(beside, { recursive: true, force: true });
  writeFileSync(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  own(passwordFile, user);
  // Hosted Supabase is UTF-8; the built-in C.UTF-8 sorts as PGlite does and needs no locale of the machine.
  const settings = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  try {
    await run(binaries.initdb, [`--pgdata=${beside}`, "--no-sync", ...settings, ...access], {
      ...user,
      cwd: "/",
      env: { LC_ALL: "C", TZ: "UTC" },
    });
  } catch (cause) {
    throw new PostgresStartError(`Postgres could not make a cluster in ${beside}: ${String(cause)}`, { cause });
  }
  renameSync(beside, join(parent, "cluster"));
}

async function startOnFreePort(
  binaries: Binaries,
  user: ClusterUser,
  directory: string,
  temporaryParent: string | undefined,
): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    try {
      return {
        port,
        server: await startServer({ postgres: binaries.postgres, user, directory, port, temporaryParent }),
      };
    } catch (error) {
      // Postgres can't listen on port 0, so another program may have taken the port since we looked.
      const taken = error instanceof PostgresStartError && /in use|could not bind/i.test(error.message);
      if (!taken || attempt === portAttempts) throw error;
    }
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new PostgresStartError("No free port on 127.0.0.1.");
  return address.port;
}
