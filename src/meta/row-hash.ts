/** The hash by which the warehouse knows that a row has not changed. */
import { createHash } from "node:crypto";

const hashLength = 32;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fields whose lists, down to the innermost, are sets. */
const unorderedFields: ReadonlySet<string> = new Set(["attribution_spec", "special_ad_categories", "tracking_specs"]);

/** Lists of actions come in any order; every other list keeps its own: the cards of a carousel mean something by it. */
function isActionList(items: readonly unknown[]): boolean {
  return items.length > 1 && items.every((item) => isRecord(item) && typeof item["action_type"] === "string");
}

/** An image on Meta's servers: its file stays, while host and query (signature `oh`, expiry `oe`) are new at each read. */
const signedAddress = /^https:\/\/[^/?#]+(?<file>\/[^?#]*)\?(?:[^#]*&)?oh=/;

function stableText(text: string): string {
  return signedAddress.exec(text)?.groups?.["file"] ?? text;
}

/**
 * JSON with sorted keys and sorted sets. Null and absent are the same here: Meta omits what is empty, and a column that
 * is added later must not change the hash of rows that don't have it.
 */
function canonicalJson(value: unknown, isUnordered = false): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonicalJson(item, isUnordered));
    return `[${(isUnordered || isActionList(value) ? items.sort() : items).join(",")}]`;
  }
  if (typeof value === "string") return JSON.stringify(stableText(value));
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value)
    .filter((key) => value[key] !== null && value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key], isUnordered || unorderedFields.has(key))}`);
  return `{${members.join(",")}}`;
}

/** First 32 hex digits of SHA-256 over the canonical JSON of a row's stable part. */
export function hashRow(stablePart: unknown): string {
  return createHash("sha256").update(canonicalJson(stablePart)).digest("hex").slice(0, hashLength);
}
