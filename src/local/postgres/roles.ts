/** What a hosted Supabase project has before the first migration: roles, default privileges, the auth and extensions schemas. */

/** Roles a token or key may name. The gateway refuses every other, as PostgREST's authenticator can't become it. */
export const REQUEST_ROLES = ["anon", "authenticated", "service_role"] as const;
export type RequestRole = (typeof REQUEST_ROLES)[number];

/**
 * Idempotent; run by the superuser. Timeouts are the hosted defaults (anon 3 s, authenticated 8 s; service_role runs
 * under the authenticator's 8 s): https://supabase.com/docs/guides/database/postgres/timeouts. The default privileges are
 * the hosted ones too: whatever a migration makes in `public` is open to all three roles until it revokes.
 */
export const SUPABASE_SETUP = `
do $$
declare
  wanted text;
begin
  foreach wanted in array array['anon', 'authenticated', 'service_role'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
      execute format('create role %I nologin', wanted);
    end if;
  end loop;
  alter role service_role bypassrls;
  alter role anon set statement_timeout = '3s';
  alter role authenticated set statement_timeout = '8s';
  alter role service_role set statement_timeout = '8s';
end $$;

grant usage on schema public to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;

create schema if not exists extensions;
grant usage on schema extensions to anon, authenticated, service_role;

create schema if not exists auth;
grant usage on schema auth to anon, authenticated, service_role;
create table if not exists auth.users (id uuid primary key, email text);

create or replace function auth.jwt() returns jsonb language sql stable as
  $$ select nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb $$;
create or replace function auth.role() returns text language sql stable as
  $$ select auth.jwt() ->> 'role' $$;
create or replace function auth.uid() returns uuid language sql stable as
  $$ select (auth.jwt() ->> 'sub')::uuid $$;
`;
