/** AES-256-GCM for what must rest in the database but not in clear: response_urls now, tokens later. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** Thrown when a sealed value can't be opened: another key, or a changed row. */
export class SealError extends Error {
  override readonly name = "SealError";
}

/** The first 8 hex digits of the key's hash: tells which key sealed a value, and nothing about the key. */
function keyId(key: Buffer): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

function keyBytes(secretsKey: string): Buffer {
  const bytes = Buffer.from(secretsKey, "base64");
  return bytes.length === 32 ? bytes : createHash("sha256").update(secretsKey).digest();
}

/** `key id . nonce . tag . text`, base64url. `context` (for example the row's key) is authenticated, not stored. */
export function seal(text: string, secretsKey: string, context: string): string {
  const key = keyBytes(secretsKey);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return [
    keyId(key),
    nonce.toString("base64url"),
    cipher.getAuthTag().toString("base64url"),
    sealed.toString("base64url"),
  ].join(".");
}

export function unseal(sealed: string, secretsKey: string, context: string): string {
  const key = keyBytes(secretsKey);
  const [id, nonce, tag, text] = sealed.split(".");
  if (id === undefined || nonce === undefined || tag === undefined || text === undefined) {
    throw new SealError("A sealed value has four parts; this one was cut or changed");
  }
  if (id !== keyId(key)) {
    throw new SealError(`The value was sealed with key ${id}, SECRETS_KEY is ${keyId(key)}: set the old key again`);
  }
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"));
    decipher.setAAD(Buffer.from(context)).setAuthTag(Buffer.from(tag, "base64url"));
    return Buffer.concat([decipher.update(Buffer.from(text, "base64url")), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new SealError("A sealed value doesn't belong to this row, or was changed", { cause });
  }
}
