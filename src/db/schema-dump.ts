/** Writes the end state of all migrations as one readable SQL text, the same from every supported Postgres version. */
import { z } from "zod";
import type { MigrationSession, MigrationTarget } from "./migrate.ts";
import { GRANTS, SCHEMA_PARTS } from "./schema-catalog.ts";

type Session = Pick<MigrationSession, "query">;

/** The schemas that are ours. */
const DUMPED_SCHEMAS = ["public", "meta_sync", "meta_ads", "facebook_ads"];

const HEADER = `-- The end state of supabase/migrations, for reading and for reviews. Written by: npm run schema. Don't edit it.
-- Owners, comments and what Supabase itself brings (auth, extensions, roles) are left out.
`;

const partRow = z.object({ schema: z.string(), text: z.string() });
const grantRow = z.object({ object: z.string(), grantee: z.string(), privileges: z.string() });

/** Deterministic: sorted by schema, then kind, then name in byte order. Schemas that don't exist are left out. */
export async function dumpSchema(
  database: Pick<MigrationTarget, "transaction">,
  schemas: readonly string[] = DUMPED_SCHEMAS,
): Promise<string> {
  return await database.transaction(async (session) => {
    // With no search path Postgres writes every name with its schema.
    await session.exec("set local search_path = ''");
    const bySchema = new Map<string, string[]>(schemas.map((schema) => [schema, []]));
    for (const sql of SCHEMA_PARTS) {
      const { rows } = await session.query(sql, [schemas]);
      for (const { schema, text } of z.array(partRow).parse(rows)) bySchema.get(schema)?.push(text.trimEnd());
    }
    const sections = [...bySchema.values()].filter((parts) => parts.length > 0).map((parts) => parts.join("\n\n"));
    return `${[HEADER.trimEnd(), ...sections, await dumpGrants(session, schemas)].join("\n\n")}\n`;
  });
}

async function dumpGrants(session: Session, schemas: readonly string[]): Promise<string> {
  const { rows } = await session.query(GRANTS, [schemas]);
  const grants = z.array(grantRow).parse(rows);
  const lines = grants.map(({ object, grantee, privileges }) => `grant ${privileges} on ${object} to ${grantee};`);
  return ["-- Who may do what. Everything that isn't named here is for the owner alone.", ...lines].join("\n");
}
