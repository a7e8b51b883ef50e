/** Runs the migrations of `supabase/migrations` and keeps Supabase's own history table, so that `supabase db push` goes on from it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { lineAt, splitStatements } from "./split-statements.ts";

export interface MigrationSession {
  query(sql: string, params?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  exec(script: string): Promise<void>;
}

/** Any database with transactions: a pg client, a pool, or the embedded ones fit by shape. */
export interface MigrationTarget extends MigrationSession {
  transaction<T>(work: (session: MigrationSession) => Promise<T>): Promise<T>;
}

export interface MigrationPlan {
  /** File names that would be applied, in order. */
  missing: string[];
  alreadyThere: string[];
  /** Versions that the database has and the directory lacks. */
  unknown: string[];
}

interface Migration {
  version: string;
  name: string;
  file: string;
  script: string;
}

/** A migration failed; nothing of its file was kept, the ones before it were. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly file: string;
  readonly line: number | undefined;

  constructor(file: string, line: number | undefined, reason: string, options?: ErrorOptions) {
    const place = line === undefined ? file : `${file}, line ${line}`;
    super(`${place}: ${reason}\nNothing of this file was applied. Correct it and run the migrations again.`, options);
    this.file = file;
    this.line = line;
  }
}

/** The directory holds a file that is no migration, or two of one version. */
export class MigrationFilesError extends Error {
  override readonly name = "MigrationFilesError";
}

const MIGRATIONS = fileURLToPath(new URL("../../supabase/migrations", import.meta.url));
/** Any fixed number will do, as long as every runner takes the same. */
const LOCK_SQL = "select pg_advisory_xact_lock(20241220)";
/** The table as the Supabase CLI makes it. */
const HISTORY_SQL = `
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text;`;
const RECORD_SQL = `
insert into supabase_migrations.schema_migrations (version, name, statements)
select $1, $2, array(select s.text from json_array_elements_text($3::json) with ordinality as s(text, place) order by s.place)`;

/**
 * Applies what is missing, each file in a transaction of its own under an advisory lock; running it twice, or in two
 * processes at once, applies each file once. Gives file names. Throws MigrationError at the first failure.
 */
export async function migrate(
  database: MigrationTarget,
  directory: string = MIGRATIONS,
): Promise<{ applied: string[]; alreadyThere: string[] }> {
  const applied: string[] = [];
  const alreadyThere: string[] = [];
  const migrations = readMigrations(directory);
  await database.transaction(async (session) => {
    await session.query(LOCK_SQL);
    await session.exec(HISTORY_SQL);
  });
  const done = new Set(await readHistory(database));
  for (const migration of migrations) {
    const isNew = !done.has(migration.version) && (await applyOnce(database, migration));
    (isNew ? applied : alreadyThere).push(migration.file);
  }
  return { applied, alreadyThere };
}

/** What `migrate` would do; changes nothing. */
export async function planMigrations(
  database: MigrationSession,
  directory: string = MIGRATIONS,
): Promise<MigrationPlan> {
  const { rows } = await database.query(
    "select to_regclass('supabase_migrations.schema_migrations') is not null as there",
  );
  const history = rows[0]?.["there"] === true ? await readHistory(database) : [];
  const migrations = readMigrations(directory);
  const files = (isThere: boolean) =>
    migrations
      .filter((migration) => history.includes(migration.version) === isThere)
      .map((migration) => migration.file);
  const known = new Set(migrations.map((migration) => migration.version));
  return {
    missing: files(false),
    alreadyThere: files(true),
    unknown: history.filter((version) => !known.has(version)),
  };
}

async function applyOnce(database: MigrationTarget, migration: Migration): Promise<boolean> {
  const { version, name, file, script } = migration;
  return await database.transaction(async (session) => {
    await session.query(LOCK_SQL);
    if ((await readHistory(session)).includes(version)) return false;
    const statements = splitStatements(script);
    for (const statement of statements) {
      refuseTransactionCommand(file, script, statement);
      try {
        await session.exec(statement.text);
      } catch (error) {
        throw describeFailure(file, script, statement, error);
      }
    }
    await session.query(RECORD_SQL, [version, name, JSON.stringify(statements.map((statement) => statement.text))]);
    return true;
  });
}

async function readHistory(session: MigrationSession): Promise<string[]> {
  const { rows } = await session.query("select version from supabase_migrations.schema_migrations order by version");
  return rows.map((row) => z.string().parse(row["version"]));
}

/** In the order of their versions as text, which is the Supabase CLI's order too. */
function readMigrations(directory: string): Migration[] {
  const files = readdirSync(directory).filter((file) => file.endsWith(".sql"));
  const migrations = files.map((file) => {
    const [, version, name] = /^(\d+)_(.+)\.sql$/.exec(file) ?? [];
    if (version === undefined || name === undefined) {
      throw new MigrationFilesError(
        `${join(directory, file)}: a migration is named <version>_<name>.sql with a version of digits, such as 20261101000000_add_jobs.sql. Rename it.`,
      );
    }
    return { version, name, file, script: readFileSync(join(directory, file), "utf8") };
  });
  migrations.sort((a, b) => (a.version < b.version ? -1 : 1));
  const twice = migrations.find((migration, index) => migrations[index + 1]?.version === migration.version);
  if (!twice) return migrations;
  throw new MigrationFilesError(
    `${directory} has two migrations of version ${twice.version}. Give one of them another.`,
  );
}

/** A `commit` inside a file would leave half of it behind when a later statement fails. */
function refuseTransactionCommand(file: string, script: string, { firstWord }: { firstWord: number }): void {
  const command = /^(begin|start\s+transaction|commit|end|rollback)\b/i.exec(script.slice(firstWord))?.[0];
  if (command === undefined) return;
  throw new MigrationError(
    file,
    lineAt(script, firstWord),
    `"${command}": a migration already runs in one transaction. Remove it.`,
  );
}

const failureShape = z.object({
  message: z.string(),
  code: z.string().optional(),
  detail: z.string().optional(),
  hint: z.string().optional(),
  where: z.string().optional(),
  position: z.coerce.number().optional(),
});

function describeFailure(
  file: string,
  script: string,
  statement: { text: string; start: number; firstWord: number },
  error: unknown,
): MigrationError {
  const failure = failureShape.safeParse(error).data;
  if (!failure) return new MigrationError(file, lineAt(script, statement.firstWord), String(error), { cause: error });
  const { message, code, detail, hint, where, position } = failure;
  // Postgres counts characters, JavaScript UTF-16 units.
  const before =
    position === undefined
      ? undefined
      : Array.from(statement.text)
          .slice(0, position - 1)
          .join("").length;
  const index = before === undefined ? statement.firstWord : statement.start + before;
  const more = [detail, hint && `Hint: ${hint}`, where && `Where: ${where}`].filter(Boolean);
  const reason = [`${message}${code === undefined ? "" : ` (${code})`}`, ...more].join("\n");
  return new MigrationError(file, lineAt(script, index), reason, { cause: error });
}
