-- Jobs, lanes, parts, outbox, messages: everything the engine must remember. Only the functions of the later
-- migrations touch it; nothing here is exposed. workspace_id comes first in every key, env on what a queue acts on.
create schema if not exists meta_sync;

-- The one clock. Only local mode and tests may put a row here.
create table meta_sync.clock_offset (
  only_row boolean primary key default true check (only_row),
  offset_ms bigint not null
);

create function meta_sync.clock() returns timestamptz
language sql volatile set search_path = '' as $$
  select clock_timestamp() + coalesce((select c.offset_ms from meta_sync.clock_offset c), 0) * interval '1 millisecond'
$$;

-- Called by the embedded world's clock only, straight on its own database: never granted to an API role.
create function meta_sync.set_clock_offset(p_offset_ms bigint) returns void
language sql set search_path = '' as $$
  insert into meta_sync.clock_offset (offset_ms) values (p_offset_ms)
  on conflict (only_row) do update set offset_ms = excluded.offset_ms
$$;

alter table public.background_jobs
  add column workspace_id text not null default 'default',
  add column env text not null default 'default',
  add column account_id text,
  add column twin_key text,
  add column origin jsonb not null default '{}'::jsonb,
  add column state text not null default 'queued',
  add column attempt integer not null default 1,
  add column phase smallint not null default 1 check (phase between 1 and 5),
  -- The Meta app whose quota the job's calls count towards.
  add column meta_app text,
  -- After a block one part is tried before the others are: set by the snooze, cleared by the first page.
  add column resumes_carefully boolean not null default false,
  add column planning_token uuid,
  add column slice_concurrency integer not null default 4 check (slice_concurrency between 1 and 50),
  add column window_since date,
  add column window_until date,
  add column previous_since date,
  add column previous_until date,
  add column revision bigint not null default 1,
  add column snooze_reason text check (snooze_reason in ('meta', 'queue', 'quota')),
  add column snoozed_until timestamptz,
  add column stalled_at timestamptz,
  add column failure jsonb,
  add column warnings jsonb not null default '[]'::jsonb,
  add column cancelled_by text,
  add column started_at timestamptz,
  add column finished_at timestamptz;

-- What the older route left unfinished can't be gone on with: it kept no checkpoint.
update public.background_jobs j
set state = case old.status when 'completed' then 'succeeded' else 'failed' end,
    status = case old.status when 'completed' then 'completed' else 'failed' end,
    finished_at = old.ended_at,
    completed_at = old.ended_at,
    error_message = old.sentence,
    failure = case when old.status = 'completed' then null else jsonb_build_object(
      'kind', 'internal', 'sentence', old.sentence,
      'advice', 'Start the sync again.', 'code', null, 'subcode', null, 'traceId', null) end
from (
  select o.id, o.status, coalesce(o.completed_at, o.updated_at) as ended_at,
    case when o.status = 'completed' then null
      when o.status = 'failed' then coalesce(o.error_message, 'The sync failed; the older route kept no reason.')
      else coalesce(o.error_message || ' ', '') || 'Interrupted before the upgrade to meta-sync.' end as sentence
  from public.background_jobs o
) old
where old.id = j.id;

alter table public.background_jobs
  add constraint background_jobs_state check (state in ('queued', 'running', 'snoozed', 'succeeded', 'failed', 'cancelled')),
  add constraint background_jobs_finished check ((finished_at is not null) = (state in ('succeeded', 'failed', 'cancelled'))),
  add constraint background_jobs_snoozed check ((snoozed_until is not null) = (state = 'snoozed')),
  add constraint background_jobs_failed check ((failure is not null) = (state = 'failed')),
  add constraint background_jobs_cancelled check ((cancelled_by is not null) = (state = 'cancelled'));

-- A twin is refused by this index: one running job per workspace, account, timeframe and options.
create unique index background_jobs_twin on public.background_jobs (workspace_id, env, account_id, twin_key)
  where finished_at is null and account_id is not null;
-- In the order in which people are shown jobs: running ones first, then the newest.
create index background_jobs_recent on public.background_jobs (workspace_id, (finished_at is null) desc, created_at desc)
  where account_id is not null;
-- For the sweep, which comes every few seconds on long-lived hosts.
create index background_jobs_open on public.background_jobs (env, updated_at) where finished_at is null;
create index background_jobs_ended on public.background_jobs (env, finished_at) where finished_at is not null;

-- The older columns are derived, so that whoever reads the table as before still reads the truth. Security definer,
-- because the service role may write the table and has no right to the schema that the clock lives in.
create function meta_sync.derive_older_columns() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.status := case new.state
    when 'queued' then 'queued'
    when 'succeeded' then 'completed'
    when 'failed' then 'failed'
    when 'cancelled' then 'failed'
    else 'processing' end;
  new.completed_at := new.finished_at;
  new.error_message := case new.state
    when 'failed' then coalesce(new.failure ->> 'sentence', new.error_message)
    when 'cancelled' then 'Cancelled by ' || new.cancelled_by
    else null end;
  new.updated_at := meta_sync.clock();
  return new;
end $$;
create trigger background_jobs_older_columns before insert or update on public.background_jobs
  for each row execute function meta_sync.derive_older_columns();

-- One order per key: the first answer to a key is every later one's answer too, within its deployment.
create table meta_sync.orders (
  workspace_id text not null,
  key text not null,
  env text not null,
  request_hash text not null,
  outcome text not null check (outcome in ('started', 'twin', 'refused', 'waiting', 'not_started')),
  reason text,
  job_id uuid,
  placed jsonb,
  sealed_response_url text,
  created_at timestamptz not null,
  primary key (workspace_id, env, key)
);

create table meta_sync.lanes (
  workspace_id text not null,
  job_id uuid not null references public.background_jobs (id) on delete cascade,
  lane smallint not null,
  seq integer not null default 1,
  copy integer not null default 1,
  state text not null check (state in ('parked', 'sent', 'leased')),
  lease_token uuid,
  lease_until timestamptz,
  due_at timestamptz,
  message_lost boolean not null default false,
  -- Messages lost in a row; a page that any lane of the job saved after lost_at makes the row begin again.
  lost_count integer not null default 0,
  lost_at timestamptz,
  saved_at timestamptz,
  call_ms integer,
  primary key (workspace_id, job_id, lane),
  constraint lanes_leased check ((state = 'leased') = (lease_token is not null) and (lease_token is null) = (lease_until is null)),
  constraint lanes_sent check ((state = 'sent') = (due_at is not null))
);

create table meta_sync.job_parts (
  workspace_id text not null,
  job_id uuid not null references public.background_jobs (id) on delete cascade,
  part integer not null,
  phase smallint not null,
  stream text not null,
  level text,
  breakdown text not null default '',
  since date,
  until date,
  mode text not null default 'get' check (mode in ('get', 'report')),
  filter jsonb,
  fields text not null default 'all' check (fields in ('all', 'lean')),
  page_size integer not null,
  state text not null default 'waiting'
    check (state in ('waiting', 'leased', 'polling', 'done', 'failed', 'split', 'skipped')),
  lane smallint,
  lease_token uuid,
  -- The report that Meta makes or has made for this part; stored right after Meta gave it, so that none is made twice.
  report_run_id text,
  report_starts integer not null default 0,
  report_polls integer not null default 0,
  report_percent integer not null default 0,
  report_started_at timestamptz,
  report_moved_at timestamptz,
  cursor text,
  pages integer not null default 0,
  calls integer not null default 0,
  most_pages integer not null default 0,
  rows_read bigint not null default 0,
  rows_written bigint not null default 0,
  quarantined integer not null default 0,
  expected_calls integer not null default 1,
  claims integer not null default 0,
  transient_tries integer not null default 0,
  not_before timestamptz,
  failure jsonb,
  split_from integer,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (workspace_id, job_id, part),
  constraint job_parts_leased check ((state = 'leased') = (lease_token is not null)),
  constraint job_parts_finished check ((finished_at is not null) = (state in ('done', 'failed', 'split', 'skipped')))
);

create table meta_sync.outbox (
  id bigint generated always as identity primary key,
  workspace_id text not null,
  env text not null,
  kind text not null check (kind in ('slice', 'report', 'post', 'admit')),
  job_id uuid,
  lane smallint,
  seq integer,
  copy integer,
  attempt integer,
  order_key text,
  not_before timestamptz not null,
  taken_until timestamptz,
  sent_at timestamptz,
  message_id text,
  tries integer not null default 0,
  last_error text,
  created_at timestamptz not null
);
create index outbox_unsent on meta_sync.outbox (env, id) where sent_at is null;
create index outbox_job on meta_sync.outbox (workspace_id, job_id);

-- The living message of a job, and the right to edit it.
create table meta_sync.messages (
  workspace_id text not null,
  env text not null,
  job_id uuid not null references public.background_jobs (id) on delete cascade,
  channel text,
  ts text,
  thread_ts text,
  revision integer not null default 0,
  final_attempt integer not null default 0,
  edited_at timestamptz,
  editor_token uuid,
  editor_until timestamptz,
  primary key (workspace_id, job_id)
);

-- One row per attempt whose summary Slack has taken.
create table meta_sync.reports (
  workspace_id text not null,
  job_id uuid not null references public.background_jobs (id) on delete cascade,
  attempt integer not null,
  channel text not null,
  ts text not null,
  sent_at timestamptz not null,
  primary key (workspace_id, job_id, attempt)
);

-- Events that Slack may send again, by its id: what isn't idempotent by itself is done at the first sight only.
create table meta_sync.events_seen (
  workspace_id text not null,
  env text not null,
  event_id text not null,
  seen_at timestamptz not null,
  primary key (workspace_id, env, event_id)
);

create table meta_sync.coverage (
  workspace_id text not null,
  account_id text not null,
  level text not null,
  breakdown_set text not null default '',
  day date not null,
  rows integer not null,
  is_final boolean not null default false,
  read_at timestamptz not null,
  primary key (workspace_id, account_id, level, breakdown_set, day)
);

create table meta_sync.quarantine (
  workspace_id text not null,
  id bigint generated always as identity,
  job_id uuid not null,
  part integer not null,
  account_id text not null,
  stream text not null,
  reason text not null,
  raw jsonb not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create index quarantine_part on meta_sync.quarantine (workspace_id, job_id, part);

-- What an account has taught us: the largest page and the longest window that Meta could answer for it.
create table meta_sync.learned (
  workspace_id text not null,
  account_id text not null,
  stream text not null,
  level text not null default '',
  breakdown text not null default '',
  page_size integer,
  max_days integer,
  learned_at timestamptz not null,
  primary key (workspace_id, account_id, stream, level, breakdown)
);

-- Until when an edge's changes are known, and when it was last listed from end to end.
create table meta_sync.listed (
  workspace_id text not null,
  account_id text not null,
  stream text not null,
  until_at timestamptz not null,
  whole_at timestamptz,
  primary key (workspace_id, account_id, stream)
);

-- Shared by nature: Meta counts calls per app and per ad account, whichever workspace makes them.
create table meta_sync.blocks (
  scope text not null check (scope in ('account', 'app')),
  key text not null,
  blocked_until timestamptz not null,
  reason text not null,
  created_at timestamptz not null,
  primary key (scope, key)
);

create table meta_sync.people (
  workspace_id text not null,
  user_id text not null,
  kind text not null check (kind in ('member', 'admin', 'guest', 'external', 'bot', 'unknown')),
  timezone text,
  read_at timestamptz not null,
  primary key (workspace_id, user_id)
);

create table meta_sync.channels (
  workspace_id text not null,
  channel_id text not null,
  kind text not null check (kind in ('internal', 'shared', 'dm', 'archived', 'unknown')),
  name text,
  read_at timestamptz not null,
  primary key (workspace_id, channel_id)
);

create table meta_sync.accounts (
  workspace_id text not null,
  account_id text not null,
  name text not null,
  currency text,
  timezone text,
  seen_at timestamptz not null,
  primary key (workspace_id, account_id)
);

create table meta_sync.account_aliases (
  workspace_id text not null,
  alias text not null check (alias = lower(alias)),
  account_id text not null,
  primary key (workspace_id, alias)
);

create table meta_sync.channel_defaults (
  workspace_id text not null,
  channel_id text not null,
  account_id text not null,
  primary key (workspace_id, channel_id)
);
