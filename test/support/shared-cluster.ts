/**
 * In CI one Postgres cluster serves all test files: starting and migrating one for each costs a minute or two in all.
 * Elsewhere each file starts its own when it needs one, so that a run of pure tests waits for nothing.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestProject } from "vitest/node";
import { z } from "zod";
import type { ConnectionSettings } from "#src/local/postgres/pool.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Null when each file starts its own. */
    cluster: ConnectionSettings | null;
  }
}

const connectionSchema = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  password: z.string(),
  database: z.string(),
});

export default async function shareCluster(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env["CI"] !== "true") {
    project.provide("cluster", null);
    return undefined;
  }
  // Vitest runs this file through a loader of its own, in which a module can't ask where a package lies.
  const script = join(import.meta.dirname, "cluster-process.ts");
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    project.provide("cluster", connectionSchema.parse(JSON.parse(line)));
    break;
  }
  return async () => {
    child.stdin.end();
    await ended;
  };
}
