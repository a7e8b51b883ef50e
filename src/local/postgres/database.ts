/** What the two embedded databases have in common: sessions, transactions, one error class, one way to bind values. */

export type Row = Record<string, unknown>;

/**
 * Runs SQL in one session. bool, int2, int4, oid, floats, bytea, text[] and int4[] arrive as JavaScript values;
 * every other type (int8, numeric, date, timestamptz, json) arrives as Postgres' own text.
 */
export interface SqlSession {
  /** One statement with `$1`-style parameters. Throws SqlError. */
  query(sql: string, params?: readonly unknown[]): Promise<{ rows: Row[] }>;
  /** A script of any number of statements, without parameters. Throws SqlError. */
  exec(script: string): Promise<void>;
}

export interface Statement {
  sql: string;
  params?: readonly unknown[];
}

export interface UnitOptions {
  readOnly?: boolean;
  /** Name of a boolean column: when the last statement's first row has true there, the unit is rolled back, not committed. */
  rollbackWhen?: string;
}

export interface Database extends SqlSession {
  /** Commits when `work` resolves, rolls back when it rejects. No other request of this session comes in between. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** A fixed list of statements as one transaction, sent whole; gives the rows of each. */
  unit(statements: readonly Statement[], options?: UnitOptions): Promise<Row[][]>;
  close(): Promise<void>;
}

export interface SqlErrorFields {
  message: string;
  code: string;
  detail: string | undefined;
  hint: string | undefined;
  /** 1-based character in the statement, as Postgres counts. */
  position: string | undefined;
  where: string | undefined;
  constraint: string | undefined;
  schema: string | undefined;
  table: string | undefined;
  column: string | undefined;
}

/** Postgres refused a statement. `code` is the SQLSTATE; the message is Postgres' own. */
export class SqlError extends Error implements SqlErrorFields {
  override readonly name = "SqlError";
  readonly code: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: string | undefined;
  readonly where: string | undefined;
  readonly constraint: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;

  constructor(fields: SqlErrorFields, options?: ErrorOptions) {
    super(fields.message, options);
    this.code = fields.code;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.position = fields.position;
    this.where = fields.where;
    this.constraint = fields.constraint;
    this.schema = fields.schema;
    this.table = fields.table;
    this.column = fields.column;
  }
}

/** The database can't be reached at all: the server is gone, the worker died, no connection came free in time. */
export class DatabaseUnavailableError extends Error {
  override readonly name = "DatabaseUnavailableError";
}

/** A transaction ended in ROLLBACK although its work reported success: one of its statements failed and was swallowed. */
export class TransactionAbortedError extends Error {
  override readonly name = "TransactionAbortedError";
  constructor() {
    super(
      "COMMIT was answered with ROLLBACK: a statement of this transaction failed earlier. Let its error reach the caller.",
    );
  }
}

/** Reads Postgres' error fields from what either driver throws; undefined when it is no answer of Postgres. */
export function readSqlErrorFields(error: unknown): SqlErrorFields | undefined {
  if (!(error instanceof Error) || !("severity" in error)) return undefined;
  const source: Partial<Record<keyof SqlErrorFields, unknown>> = error;
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return {
    message: error.message,
    code: text(source.code) ?? "XX000",
    detail: text(source.detail),
    hint: text(source.hint),
    position: text(source.position),
    where: text(source.where),
    constraint: text(source.constraint),
    schema: text(source.schema),
    table: text(source.table),
    column: text(source.column),
  };
}

/**
 * A parameter as the text Postgres reads, so that both drivers send the same bytes.
 * Objects become JSON, arrays become array literals (give a json array as JSON text), dates ISO 8601.
 */
export function bindText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return `{${value.map((item) => quoteArrayItem(item)).join(",")}}`;
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  throw new TypeError(
    `A ${typeof value} can't be an SQL parameter; pass text, a number, a boolean, a date, an array or an object.`,
  );
}

function quoteArrayItem(item: unknown): string {
  if (Array.isArray(item)) return bindText(item) ?? "NULL";
  const text = bindText(item);
  return text === null ? "NULL" : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** A name quoted for SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Oids whose values arrive as JavaScript values; the rest stays text (see SqlSession). */
export const PARSED_TYPES: ReadonlySet<number> = new Set([
  16, 17, 21, 23, 26, 700, 701, 1000, 1003, 1005, 1007, 1009, 1015, 1028,
]);
