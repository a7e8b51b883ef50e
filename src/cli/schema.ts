/** `npm run schema`: writes supabase/schema.sql from a fresh embedded database with all migrations applied. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { migrate } from "../db/migrate.ts";
import { dumpSchema } from "../db/schema-dump.ts";
import { PgliteDatabase } from "../local/postgres/pglite.ts";
import { SUPABASE_SETUP } from "../local/postgres/roles.ts";

const target = fileURLToPath(new URL("../../supabase/schema.sql", import.meta.url));
const database = await PgliteDatabase.open();
try {
  await database.exec(SUPABASE_SETUP);
  const { applied } = await migrate(database);
  writeFileSync(target, await dumpSchema(database));
  console.log(`supabase/schema.sql written from ${applied.length} migrations.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await database.close();
}
