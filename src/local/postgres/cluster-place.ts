/** Decides where a cluster's files lie: the user that runs Postgres must be able to reach and own them. */
import { randomUUID } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sharedPlace } from "./binaries.ts";
import type { ClusterUser } from "./binaries.ts";

export interface ClusterPlace {
  /** Holds the cluster directory; belongs to the cluster's user. */
  parent: string;
  /** Removed when the cluster ends. */
  temporary: boolean;
}

/**
 * `<dataDir>/postgres` where possible. When we are root and the data directory lies under a directory that only root may
 * enter (a home of mode 0700), a directory of the same purpose under /var/lib/meta-sync. Without `dataDir`, a temporary one.
 */
export function placeCluster(dataDir: string | undefined, user: ClusterUser): ClusterPlace {
  if (dataDir === undefined) {
    const parent = mkdtempSync(join(tmpdir(), "meta-sync-postgres-"));
    own(parent, user);
    return { parent, temporary: true };
  }
  mkdirSync(dataDir, { recursive: true });
  const real = realpathSync(dataDir);
  const parent =
    user === undefined || isReachable(real)
      ? join(real, "postgres")
      : join(sharedPlace(user), "clusters", clusterId(real));
  mkdirSync(parent, { recursive: true });
  own(parent, user);
  return { parent, temporary: false };
}

/** Kept in the data directory, so that a deleted and remade one starts with an empty cluster. */
function clusterId(dataDir: string): string {
  const file = join(dataDir, "postgres-cluster-id");
  if (!existsSync(file)) writeFileSync(file, randomUUID(), { flag: "wx" });
  return readFileSync(file, "utf8").trim();
}

export function own(path: string, user: ClusterUser): void {
  if (user) chownSync(path, user.uid, user.gid);
}

const othersMayEnter = 0o001;

function isReachable(directory: string): boolean {
  if ((statSync(directory).mode & othersMayEnter) === 0) return false;
  return dirname(directory) === directory || isReachable(dirname(directory));
}
