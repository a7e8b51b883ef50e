/** `npm run migrate [-- --plan]`: applies supabase/migrations to the database of DATABASE_URL, or only says what it would apply. */
import { parseArgs } from "node:util";
import { Client } from "pg";
import { readConnectionUrl } from "../db/connection-url.ts";
import { migrate, planMigrations } from "../db/migrate.ts";
import type { MigrationSession, MigrationTarget } from "../db/migrate.ts";

/** One connection is enough, and it also works through Supabase's transaction pooler. */
function targetOf(client: Client): MigrationTarget {
  const session: MigrationSession = {
    query: async (sql, params = []) => ({ rows: (await client.query<Record<string, unknown>>(sql, params)).rows }),
    exec: async (script) => {
      await client.query(script);
    },
  };
  return {
    ...session,
    transaction: async (work) => {
      await client.query("begin");
      try {
        const result = await work(session);
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback");
        throw error;
      }
    },
  };
}

function list(title: string, names: readonly string[]): void {
  if (names.length > 0) console.log([`${title}:`, ...names.map((name) => `  ${name}`)].join("\n"));
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { plan: { type: "boolean", default: false } } });
  const { config, place } = readConnectionUrl(process.env["DATABASE_URL"]);
  const client = new Client(config);
  await client.connect().catch((cause: unknown) => {
    throw new Error(`Can't connect to ${place}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  try {
    const target = targetOf(client);
    const plan = await planMigrations(target);
    list("In the database but not in supabase/migrations (left alone)", plan.unknown);
    if (values.plan) {
      list(`Would be applied to ${place}`, plan.missing);
      console.log(
        plan.missing.length === 0 ? `${place} is up to date.` : "Nothing was changed. Run it without --plan to apply.",
      );
      return;
    }
    const { applied, alreadyThere } = await migrate(target);
    list(`Applied to ${place}`, applied);
    console.log(`${place} is up to date: ${applied.length} applied, ${alreadyThere.length} were already there.`);
  } finally {
    await client.end();
  }
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
