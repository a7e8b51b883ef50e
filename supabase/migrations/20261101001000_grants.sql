-- Nobody but the service role. Hosted Supabase grants new functions and tables of `public` to anon and authenticated by
-- default, so each migration that adds a function ends with this.
create function meta_sync.close_doors() returns void
language plpgsql set search_path = '' as $$
declare
  v_function regprocedure;
  v_table regclass;
begin
  for v_function in
    select p.oid::regprocedure from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where (n.nspname = 'public' and starts_with(p.proname, 'meta_sync_')) or n.nspname = 'meta_sync'
  loop
    execute format('revoke all on function %s from public, anon, authenticated', v_function);
    if v_function::text like 'meta\_sync\_%' or v_function::text like 'public.meta\_sync\_%' then
      execute format('grant execute on function %s to service_role', v_function);
    end if;
  end loop;
  execute 'grant execute on function public.meta_sync_whoami() to authenticated';
  for v_table in
    select c.oid::regclass from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('meta_sync', 'meta_ads') and c.relkind in ('r', 'p')
  loop
    execute format('alter table %s enable row level security', v_table);
    execute format('revoke all on table %s from public, anon, authenticated', v_table);
  end loop;
end $$;

-- The older table stays readable for the signed-in user whose rows they are; nobody but the service role writes.
alter table public.background_jobs enable row level security;
drop policy if exists background_jobs_own on public.background_jobs;
create policy background_jobs_own on public.background_jobs for select to authenticated using (user_id = (select auth.uid()));
revoke all on table public.background_jobs from public, anon, authenticated;
grant select on table public.background_jobs to authenticated;
revoke all on schema meta_sync, meta_ads from public, anon, authenticated;

select meta_sync.close_doors();
