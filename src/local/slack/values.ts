/** Small questions about JSON values and text that the whole workspace asks. */
import type { JsonObject } from "./shapes.ts";

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list; nothing of what isn't one. */
export function listObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A value as a person would write it down: text as it is, nothing for nothing, the rest as JSON. */
export function spell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Slack counts Unicode code points, not UTF-16 units. */
export function countCodePoints(text: string): number {
  return Array.from(text).length;
}

export function cutCodePoints(text: string, most: number): string {
  return Array.from(text).slice(0, most).join("");
}
