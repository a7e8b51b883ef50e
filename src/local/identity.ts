/** What makes one data directory one world: its id, the embedded queue's keys, the last address, the clock's offset. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const identitySchema = z.object({
  id: z.string(),
  queueToken: z.string(),
  currentSigningKey: z.string(),
  nextSigningKey: z.string(),
  secretsKey: z.string(),
  clockOffsetMs: z.number().default(0),
  /** Where the app was reached last time; pending messages are re-addressed when it changes. */
  origin: z.string().nullable().default(null),
});
export type WorldIdentity = z.infer<typeof identitySchema>;

function makeIdentity(): WorldIdentity {
  const secret = (prefix: string) => `${prefix}${randomBytes(18).toString("base64url")}`;
  return {
    id: randomBytes(6).toString("hex"),
    queueToken: secret("local_"),
    currentSigningKey: secret("sig_"),
    nextSigningKey: secret("sig_"),
    secretsKey: randomBytes(32).toString("base64"),
    clockOffsetMs: 0,
    origin: null,
  };
}

/** Reads `<dataDir>/world.json` (mode 0600) or makes it; without a directory it lives as long as the process. */
export function openIdentity(dataDir: string | undefined): { identity: WorldIdentity; save(): void } {
  if (dataDir === undefined) return { identity: makeIdentity(), save: () => {} };
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "world.json");
  const identity = existsSync(file) ? identitySchema.parse(JSON.parse(readFileSync(file, "utf8"))) : makeIdentity();
  const save = () => {
    // Written beside and renamed: a kill in the middle leaves the old file whole.
    writeFileSync(`${file}.new`, `${JSON.stringify(identity, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  save();
  return { identity, save };
}
