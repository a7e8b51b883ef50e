-- The table of the older web route: kept as it was, so that a database that has it goes on from there.
create table if not exists public.background_jobs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid,
  job_type text not null default 'meta-marketing-sync',
  request jsonb not null default '{}'::jsonb,
  status text not null default 'queued' check (status in ('queued', 'processing', 'completed', 'failed')),
  progress integer not null default 0 check (progress between 0 and 100),
  result_data jsonb,
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  completed_at timestamptz
);
create index if not exists background_jobs_user on public.background_jobs (user_id, created_at desc);
