/** The embedded project's keys: made at the first start, kept in the data directory, readable by their owner only. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { makeToken } from "./identity.ts";

const keysShape = z.object({
  /** Signs users' tokens: HS256. */
  jwtSecret: z.string().min(32),
  serviceRoleKey: z.string(),
  anonKey: z.string(),
  secretKey: z.string(),
  publishableKey: z.string(),
});

export type ProjectKeys = z.infer<typeof keysShape>;

/** The keys file exists but can't be read as keys. */
export class KeysFileError extends Error {
  override readonly name = "KeysFileError";
}

const tenYearsSeconds = 10 * 365 * 24 * 3600;

/** Reads `<dataDir>/supabase-keys.json`, or makes it with mode 0600. Without `dataDir` the keys live as long as the process. */
export function loadKeys(dataDir: string | undefined): ProjectKeys {
  if (dataDir === undefined) return makeKeys();
  const file = join(dataDir, "supabase-keys.json");
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    const keys = makeKeys();
    writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    return keys;
  }
  try {
    return keysShape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new KeysFileError(`${file} holds no usable keys. Delete it to have new ones made.`, { cause });
  }
}

/** Both shapes that Supabase hands out: the older signed tokens, and the newer `sb_…` keys. */
function makeKeys(): ProjectKeys {
  const jwtSecret = randomBytes(32).toString("base64url");
  const iat = Math.floor(Date.now() / 1000);
  const tokenFor = (role: string) => makeToken({ iss: "supabase", role, iat, exp: iat + tenYearsSeconds }, jwtSecret);
  return {
    jwtSecret,
    serviceRoleKey: tokenFor("service_role"),
    anonKey: tokenFor("anon"),
    secretKey: `sb_secret_${randomBytes(24).toString("base64url")}`,
    publishableKey: `sb_publishable_${randomBytes(24).toString("base64url")}`,
  };
}
