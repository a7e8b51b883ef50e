/** API_KEYS: `name:key` pairs, comma separated; `sha256=<hex>` instead of a key; `name[act_1|act_2]:key`; `name@workspace:key`. */
import { createHash, timingSafeEqual } from "node:crypto";

export interface ApiKey {
  name: string;
  workspaceId: string;
  /** Digits of the accounts it may ask for; null = all. */
  accountIds: readonly string[] | null;
  /** SHA-256 of the key; the key itself is not kept. */
  hash: Buffer;
}

const pairPattern = /^(?<name>[\w-]{1,40})(?:@(?<workspace>[\w-]{1,40}))?(?:\[(?<accounts>[^\]]*)\])?:(?<key>\S{8,})$/;

export function parseApiKeys(written: string): { ok: true; keys: ApiKey[] } | { ok: false; problem: string } {
  const keys: ApiKey[] = [];
  for (const [index, pair] of written.split(",").entries()) {
    const groups = pairPattern.exec(pair.trim())?.groups;
    if (groups === undefined) {
      return {
        ok: false,
        problem: `pair ${index + 1} can't be read; write name:key, name[act_1|act_2]:key or name@workspace:key, keys of at least 8 characters`,
      };
    }
    const key = groups["key"] ?? "";
    const hash = key.startsWith("sha256=")
      ? Buffer.from(key.slice(7), "hex")
      : createHash("sha256").update(key).digest();
    if (hash.length !== 32) return { ok: false, problem: `pair ${index + 1}: sha256= needs 64 hexadecimal digits` };
    const accounts = groups["accounts"]?.split("|").map((id) => id.trim().replace(/^act_/, ""));
    if (accounts?.some((id) => !/^\d+$/.test(id)) === true) {
      return { ok: false, problem: `pair ${index + 1}: accounts are written [act_1|act_2]` };
    }
    keys.push({
      name: groups["name"] ?? "",
      workspaceId: groups["workspace"] ?? "default",
      accountIds: accounts ?? null,
      hash,
    });
  }
  return { ok: true, keys };
}

/** The key that was presented, or null. Every known key is compared, each in constant time. */
export function findApiKey(keys: readonly ApiKey[], presented: string): ApiKey | null {
  const hash = createHash("sha256").update(presented).digest();
  let found: ApiKey | null = null;
  for (const key of keys) if (timingSafeEqual(key.hash, hash)) found = key;
  return found;
}
