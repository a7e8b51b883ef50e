/** How one Graph object becomes one row of one table: schema, columns, what refuses it, what is left out of its hash. */
import type { z } from "zod";
import type { Level } from "../../sync/request.ts";
import { hashRow } from "../row-hash.ts";

export type Json = Record<string, unknown>;

/** What a row takes from the request it was asked with. */
export interface RowContext {
  /** Digits, without act_. */
  accountId: string;
  /** For insights. */
  level: Level | null;
  since: string | null;
  until: string | null;
  /** Names of the breakdowns that were asked for; none unless told. A row without one of them is refused. */
  breakdowns?: readonly string[];
  /** Graph fields that are stored, but change at each read without anything having happened. */
  volatile: readonly string[];
}

export type Drafted<Row> = { row: Row & { row_hash: string } } | { refusal: string };

interface Recipe<Fields, Row> {
  schema: z.ZodType<Fields>;
  /** Why this object can't be a row although each value is fine; null when it can. */
  refuse?: (fields: Fields, context: RowContext) => string | null;
  /** `raw` is the object as Meta sent it. */
  toRow: (fields: Fields, raw: Json, context: RowContext) => Row;
}

const longestValue = 80;

/** A value as a refusal shows it: JSON, cut at 80 characters. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function valueAt(object: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    object,
  );
}

/** Value and place of each thing that zod refused. */
function describe(issues: readonly z.core.$ZodIssue[], object: unknown): string {
  return issues
    .map(
      (issue) =>
        `${issue.path.map(String).join(".") || "object"} is ${show(valueAt(object, issue.path))}: ${issue.message}`,
    )
    .join("; ");
}

function without(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** Makes the function that turns an object into a row or says, with value and place, why not. */
export function drafter<Fields extends object, Row extends object>(recipe: Recipe<Fields, Row>) {
  return (object: unknown, context: RowContext): Drafted<Row> => {
    const parsed = recipe.schema.safeParse(object);
    if (!parsed.success) return { refusal: describe(parsed.error.issues, object) };
    const refusal = recipe.refuse?.(parsed.data, context) ?? null;
    if (refusal !== null) return { refusal };
    const raw = object as Json;
    const row = recipe.toRow(parsed.data, raw, context);
    // The stable part is the row that the object would make without its volatile fields.
    const blank = Object.fromEntries(context.volatile.map((field) => [field, null]));
    const stable = recipe.toRow({ ...parsed.data, ...blank }, without(raw, context.volatile), context);
    return { row: { ...row, row_hash: hashRow(stable) } };
  };
}

/** Refuses an object that names another ad account than the one asked for. */
export function refuseOtherAccount(fields: { account_id: string | null }, context: RowContext): string | null {
  if (fields.account_id === null || fields.account_id === context.accountId) return null;
  return `account_id is ${show(fields.account_id)}: expected ${context.accountId}, the account that was asked`;
}
