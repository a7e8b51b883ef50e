/** supabase/schema.sql is what the migrations make, and says the same whichever Postgres wrote it. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { dumpSchema } from "#src/db/schema-dump.ts";
import type { EmbeddedPostgres } from "#src/local/postgres/index.ts";
import { describeOnBoth, startTestPostgres } from "#test/support/postgres.ts";

const written = readFileSync(new URL("../../supabase/schema.sql", import.meta.url), "utf8");

describeOnBoth("supabase/schema.sql", (open) => {
  test("is up to date", async () => {
    const { database } = await open();
    const fresh = await dumpSchema(database);
    expect(written, "supabase/schema.sql is not what the migrations make: run npm run schema and commit it.").toBe(
      fresh,
    );
  });
});

describe("the dump", () => {
  const projects: EmbeddedPostgres[] = [];
  beforeAll(async () => {
    for (const kind of ["pglite", "postgres"] as const) {
      const project = await startTestPostgres(kind);
      projects.push(project);
      await project.database.exec(`
        create schema shop;
        create type shop.size as enum ('small', 'large');
        create sequence shop.numbers;
        create table shop.orders (
          id bigint generated always as identity primary key,
          size shop.size not null default 'small',
          price numeric(10, 2) check (price >= 0),
          twice numeric generated always as (price * 2) stored,
          day date not null unique
        );
        create table shop.lines (id bigint references shop.orders (id) on delete cascade, "Odd name" text default 'x;y') partition by hash (id);
        create index lines_lower on shop.lines (lower("Odd name")) where id > 3;
        alter table shop.orders enable row level security;
        create policy own on shop.orders for update to authenticated using (auth.uid() is not null) with check (price > 1);
        create view shop.large with (security_invoker = true) as select id, price from shop.orders where size = 'large';
        create function shop.add(a int, b int default 2) returns int language sql immutable as $$ select a + b $$;
        create function shop.touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create trigger touch before update on shop.orders for each row execute function shop.touch();
        revoke all on function shop.touch() from public;
        grant select, insert on shop.orders to authenticated;
        grant usage on schema shop to anon;
      `);
    }
  });

  test("shows every kind of object, alike from PGlite and from a real Postgres", async () => {
    const [fromPglite, fromServer] = await Promise.all(
      projects.map(({ database }) => dumpSchema(database, ["shop", "missing"])),
    );
    expect(fromServer).toBe(fromPglite);
    expect(fromPglite?.split("\n\n").slice(1).join("\n\n")).toMatchInlineSnapshot(`
      "-- ----------------------------------------------------------------------
      create schema shop;

      create type shop.size as enum ('small', 'large');

      create sequence shop.numbers;

      create table shop.lines (
        id bigint,
        "Odd name" text default 'x;y'::text,
        constraint lines_id_fkey FOREIGN KEY (id) REFERENCES shop.orders(id) ON DELETE CASCADE
      ) partition by HASH (id);
      CREATE INDEX lines_lower ON ONLY shop.lines USING btree (lower("Odd name")) WHERE (id > 3);

      create table shop.orders (
        id bigint not null generated always as identity,
        size shop.size not null default 'small'::shop.size,
        price numeric(10,2),
        twice numeric generated always as ((price * (2)::numeric)) stored,
        day date not null,
        constraint orders_pkey PRIMARY KEY (id),
        constraint orders_day_key UNIQUE (day),
        constraint orders_price_check CHECK ((price >= (0)::numeric))
      );
      alter table shop.orders enable row level security;
      CREATE TRIGGER touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
      create policy own on shop.orders as permissive for update to authenticated using ((auth.uid() IS NOT NULL)) with check ((price > (1)::numeric));

      create view shop.large with (security_invoker=true) as
       SELECT id,
          price
         FROM shop.orders
        WHERE (size = 'large'::shop.size);

      CREATE OR REPLACE FUNCTION shop.add(a integer, b integer DEFAULT 2)
       RETURNS integer
       LANGUAGE sql
       IMMUTABLE
      AS $function$ select a + b $function$;

      CREATE OR REPLACE FUNCTION shop.touch()
       RETURNS trigger
       LANGUAGE plpgsql
      AS $function$ begin return new; end $function$;

      -- Who may do what. Everything that isn't named here is for the owner alone.
      grant usage on schema shop to anon;
      grant insert, select on table shop.orders to authenticated;
      grant execute on function shop.add(a integer, b integer) to public;
      "
    `);
  });
});
