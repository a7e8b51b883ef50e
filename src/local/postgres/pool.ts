/** A real Postgres as a Database: a pg pool, one connection for each transaction. */
import { Pool, types } from "pg";
import type { PoolClient } from "pg";
import {
  bindText,
  DatabaseUnavailableError,
  PARSED_TYPES,
  readSqlErrorFields,
  SqlError,
  TransactionAbortedError,
} from "./database.ts";
import type { Database, Row, SqlSession, Statement, UnitOptions } from "./database.ts";

export interface ConnectionSettings {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** Waiting longer than this for a free connection is answered as "unavailable", as PostgREST does after 10 s. */
const acquireTimeoutMs = 10_000;

export class PoolDatabase implements Database {
  #pool: Pool;
  #closing: Promise<void> | undefined;

  constructor(settings: ConnectionSettings, options: { connections?: number } = {}) {
    this.#pool = new Pool({
      ...settings,
      max: options.connections ?? 20,
      connectionTimeoutMillis: acquireTimeoutMs,
      allowExitOnIdle: true,
      types: { getTypeParser: readType },
    });
    // An idle connection that breaks is dropped by the pool; without a listener it would end the process.
    this.#pool.on("error", () => undefined);
  }

  async query(sql: string, params: readonly unknown[] = []): Promise<{ rows: Row[] }> {
    return await this.#withClient((client) => sessionOf(client).query(sql, params));
  }

  async exec(script: string): Promise<void> {
    await this.#withClient((client) => sessionOf(client).exec(script));
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    return await this.#withClient((client) => inTransaction(client, "begin", () => work(sessionOf(client))));
  }

  async unit(statements: readonly Statement[], options: UnitOptions = {}): Promise<Row[][]> {
    const { rollbackWhen } = options;
    const begin = options.readOnly === true ? "begin read only" : "begin";
    const undo = (rows: Row[][]) => rollbackWhen !== undefined && rows.at(-1)?.[0]?.[rollbackWhen] === true;
    return await this.#withClient((client) => {
      const session = sessionOf(client);
      const runAll = async () => {
        const rows: Row[][] = [];
        for (const { sql, params } of statements) rows.push((await session.query(sql, params)).rows);
        return rows;
      };
      return inTransaction(client, begin, runAll, undo);
    });
  }

  /** Waits for connections in use, then ends the pool. Closing twice is fine. */
  async close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    await this.#closing;
  }

  async #withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw translate(error);
    });
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } catch (error) {
      const translated = translate(error);
      // Class 57P is the server going away; any other answer of Postgres leaves the connection usable.
      broken =
        translated instanceof DatabaseUnavailableError ||
        (translated instanceof SqlError && translated.code.startsWith("57P"));
      throw translated;
    } finally {
      client.release(broken);
    }
  }
}

function sessionOf(client: PoolClient): SqlSession {
  return {
    query: async (sql, params = []) => {
      try {
        return { rows: (await client.query<Row>(sql, params.map(bindText))).rows };
      } catch (error) {
        throw translate(error);
      }
    },
    exec: async (script) => {
      try {
        await client.query(script);
      } catch (error) {
        throw translate(error);
      }
    },
  };
}

async function inTransaction<T>(
  client: PoolClient,
  begin: string,
  work: () => Promise<T>,
  undo: (result: T) => boolean = () => false,
): Promise<T> {
  await client.query(begin);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
  const wanted = undo(result) ? "rollback" : "commit";
  const { command } = await client.query(wanted);
  if (wanted === "commit" && command === "ROLLBACK") throw new TransactionAbortedError();
  return result;
}

function readType(oid: number, format?: "text" | "binary"): ReturnType<typeof types.getTypeParser> {
  return PARSED_TYPES.has(oid) ? types.getTypeParser(oid, format) : (text: string) => text;
}

/** pg's errors as ours; errors of the caller's own work pass unchanged. */
function translate(error: unknown): unknown {
  if (error instanceof SqlError || error instanceof DatabaseUnavailableError) return error;
  const fields = readSqlErrorFields(error);
  if (fields) return new SqlError(fields, { cause: error });
  if (!(error instanceof Error)) return error;
  const code = "code" in error ? error.code : undefined;
  const lost =
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND)/.test(String(code)) ||
    /timeout exceeded|Connection terminated|not queryable/.test(error.message);
  return lost ? new DatabaseUnavailableError(`Postgres doesn't answer: ${error.message}`, { cause: error }) : error;
}
