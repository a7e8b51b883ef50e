/** What a block checker found wrong, in the words and with the JSON pointers that Slack answers. */
import type { JsonObject } from "../shapes.ts";
import { countCodePoints, isObject, spell } from "../values.ts";

const requires = (key: string): Constraint => ({ type: "required", expected: [key] });
const limits = (type: string, limit: number, got: number): Constraint => ({
  type,
  expected: [String(limit)],
  got: String(got),
});

/** The rule that was broken, as blocks.validate tells it. */
export interface Constraint {
  type: string;
  expected: string[];
  got?: string;
}

/** One thing that is wrong, and where. */
export interface Finding {
  pointer: string;
  message: string;
  constraint?: Constraint;
}

/** Collects what is wrong; `messages()` gives Slack's `errors` strings in the order they were found. */
export class Findings {
  #list: Finding[] = [];

  add(pointer: string, message: string, constraint?: Constraint): void {
    this.#list.push({ pointer, message, ...(constraint === undefined ? {} : { constraint }) });
  }

  /** A `type` (of a block, an element, a text) that has no place here. */
  addUnsupported(at: string, type: unknown, expected: readonly string[]): void {
    if (type === undefined) return this.add(`${at}/type`, "missing required field: type", requires("type"));
    const got = spell(type);
    this.add(`${at}/type`, `unsupported type: ${got}`, { type: "enum", expected: [...expected], got });
  }

  list(): readonly Finding[] {
    return this.#list;
  }

  get count(): number {
    return this.#list.length;
  }

  /** Runs `check`; if it found anything, the owner is named first, as Slack does for a union of shapes. */
  within(pointer: string, check: (inner: Findings) => void): void {
    const inner = new Findings();
    check(inner);
    if (inner.count === 0) return;
    this.add(pointer, "failed to match all allowed schemas");
    this.#list.push(...inner.#list);
  }

  messages(): string[] {
    return this.#list.map(({ pointer, message }) => `${message} [json-pointer:${pointer}]`);
  }
}

/** The value as an object, or undefined with a finding. */
export function expectObject(value: unknown, at: string, found: Findings): JsonObject | undefined {
  if (isObject(value)) return value;
  found.add(at, "must be an object");
  return undefined;
}

export function addMissing(at: string, key: string, found: Findings): void {
  found.add(at, `missing required field: ${key}`, requires(key));
}

/** Refuses keys that Slack doesn't know here, and names required ones that are absent. */
export function checkKeys(
  owner: JsonObject,
  at: string,
  found: Findings,
  keys: { required?: readonly string[]; optional?: readonly string[] },
): void {
  const required = keys.required ?? [];
  for (const key of required) if (owner[key] === undefined) addMissing(at, key, found);
  const known = new Set(["type", ...required, ...(keys.optional ?? [])]);
  for (const key of Object.keys(owner)) {
    if (!known.has(key)) found.add(`${at}/${key}`, `additional property not allowed: ${key}`);
  }
}

/** Length of a string in code points between `min` (1 unless told) and `max`; an absent value is not looked at. */
export function checkString(value: unknown, at: string, found: Findings, limit: { min?: number; max?: number }): void {
  if (value === undefined) return;
  if (typeof value !== "string") return found.add(at, "must provide a string");
  const length = countCodePoints(value);
  const min = limit.min ?? 1;
  if (length < min) found.add(at, `must be more than ${min - 1} characters`, limits("min_length", min, length));
  if (limit.max !== undefined && length > limit.max) {
    found.add(at, `must be less than ${limit.max + 1} characters`, limits("max_length", limit.max, length));
  }
}

/** The items of a list whose size is between `min` (1 unless told) and `max`; empty when it is no list. */
export function checkList(
  value: unknown,
  at: string,
  found: Findings,
  size: { min?: number; max?: number },
): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    found.add(at, "must be an array");
    return [];
  }
  const min = size.min ?? 1;
  const count = value.length;
  if (count < min) found.add(at, `no fewer than ${min} items allowed`, limits("min_items", min, count));
  if (size.max !== undefined && count > size.max) {
    found.add(at, `no more than ${size.max} items allowed`, limits("max_items", size.max, count));
  }
  return value;
}

export function checkOneOf(value: unknown, at: string, found: Findings, allowed: readonly string[]): void {
  if (value === undefined) return;
  if (typeof value === "string" && allowed.includes(value)) return;
  found.add(at, `must be one of: ${allowed.join(", ")}`, { type: "enum", expected: [...allowed], got: spell(value) });
}

export function checkBoolean(value: unknown, at: string, found: Findings): void {
  if (value !== undefined && typeof value !== "boolean") found.add(at, "must be a boolean");
}

/** A whole number between `min` and `max`, both allowed. */
export function checkWhole(value: unknown, at: string, found: Findings, min: number, max: number): void {
  if (value === undefined) return;
  if (!Number.isInteger(value) || Number(value) < min || Number(value) > max) {
    found.add(at, `must be a whole number from ${min} to ${max}`);
  }
}

export function checkHttpUrl(value: unknown, at: string, found: Findings): void {
  checkString(value, at, found, { max: 3000 });
  if (typeof value === "string" && !/^https?:\/\//.test(value)) found.add(at, "must be a valid URL");
}
