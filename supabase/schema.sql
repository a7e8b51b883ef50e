-- The end state of supabase/migrations, for reading and for reviews. Written by: npm run schema. Don't edit it.
-- Owners, comments and what Supabase itself brings (auth, extensions, roles) are left out.

create table public.background_jobs (
  id uuid not null default gen_random_uuid(),
  user_id uuid,
  job_type text not null default 'meta-marketing-sync'::text,
  request jsonb not null default '{}'::jsonb,
  status text not null default 'queued'::text,
  progress integer not null default 0,
  result_data jsonb,
  error_message text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  completed_at timestamp with time zone,
  workspace_id text not null default 'default'::text,
  env text not null default 'default'::text,
  account_id text,
  twin_key text,
  origin jsonb not null default '{}'::jsonb,
  state text not null default 'queued'::text,
  attempt integer not null default 1,
  phase smallint not null default 1,
  meta_app text,
  resumes_carefully boolean not null default false,
  planning_token uuid,
  slice_concurrency integer not null default 4,
  window_since date,
  window_until date,
  previous_since date,
  previous_until date,
  revision bigint not null default 1,
  snooze_reason text,
  snoozed_until timestamp with time zone,
  stalled_at timestamp with time zone,
  failure jsonb,
  warnings jsonb not null default '[]'::jsonb,
  cancelled_by text,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  constraint background_jobs_pkey PRIMARY KEY (id),
  constraint background_jobs_cancelled CHECK (((cancelled_by IS NOT NULL) = (state = 'cancelled'::text))),
  constraint background_jobs_failed CHECK (((failure IS NOT NULL) = (state = 'failed'::text))),
  constraint background_jobs_finished CHECK (((finished_at IS NOT NULL) = (state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text])))),
  constraint background_jobs_phase_check CHECK (((phase >= 1) AND (phase <= 5))),
  constraint background_jobs_progress_check CHECK (((progress >= 0) AND (progress <= 100))),
  constraint background_jobs_slice_concurrency_check CHECK (((slice_concurrency >= 1) AND (slice_concurrency <= 50))),
  constraint background_jobs_snooze_reason_check CHECK ((snooze_reason = ANY (ARRAY['meta'::text, 'queue'::text, 'quota'::text]))),
  constraint background_jobs_snoozed CHECK (((snoozed_until IS NOT NULL) = (state = 'snoozed'::text))),
  constraint background_jobs_state CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'snoozed'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
  constraint background_jobs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'processing'::text, 'completed'::text, 'failed'::text])))
);
alter table public.background_jobs enable row level security;
CREATE INDEX background_jobs_ended ON public.background_jobs USING btree (env, finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX background_jobs_open ON public.background_jobs USING btree (env, updated_at) WHERE (finished_at IS NULL);
CREATE INDEX background_jobs_recent ON public.background_jobs USING btree (workspace_id, ((finished_at IS NULL)) DESC, created_at DESC) WHERE (account_id IS NOT NULL);
CREATE UNIQUE INDEX background_jobs_twin ON public.background_jobs USING btree (workspace_id, env, account_id, twin_key) WHERE ((finished_at IS NULL) AND (account_id IS NOT NULL));
CREATE INDEX background_jobs_user ON public.background_jobs USING btree (user_id, created_at DESC);
CREATE TRIGGER background_jobs_older_columns BEFORE INSERT OR UPDATE ON public.background_jobs FOR EACH ROW EXECUTE FUNCTION meta_sync.derive_older_columns();
create policy background_jobs_own on public.background_jobs as permissive for select to authenticated using ((user_id = ( SELECT auth.uid() AS uid)));

CREATE OR REPLACE FUNCTION public.meta_sync_await_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_seconds numeric, p_percent integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  update meta_sync.job_parts
  set state = 'polling', lane = null, lease_token = null, claims = 0, transient_tries = 0, calls = calls + 1, report_polls = report_polls + 1,
    report_moved_at = case when p_percent > report_percent then meta_sync.clock() else report_moved_at end,
    report_percent = greatest(report_percent, p_percent), not_before = meta_sync.clock() + make_interval(secs => p_seconds)
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part and lease_token = p_lease_token;
  return meta_sync.tell_lane(p_workspace_id, p_job_id, case when found then 'postponed' else 'lease_lost' end);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_block(p_scope text, p_key text, p_seconds numeric, p_reason text)
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into meta_sync.blocks as b (scope, key, blocked_until, reason, created_at)
  values (p_scope, p_key, meta_sync.clock() + make_interval(secs => p_seconds), p_reason, meta_sync.clock())
  on conflict (scope, key) do update
  set blocked_until = greatest(b.blocked_until, excluded.blocked_until),
    reason = case when excluded.blocked_until >= b.blocked_until then excluded.reason else b.reason end,
    -- A block that is over says nothing of when this one began.
    created_at = case when b.blocked_until <= excluded.created_at then excluded.created_at else b.created_at end
  returning jsonb_build_object('blockedUntil', b.blocked_until)
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_campaign_ids(p_workspace_id text, p_account_id text)
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('ids', coalesce(jsonb_agg(c.id order by c.id), '[]'::jsonb)) from (
    select e.id from meta_ads.campaigns e where e.workspace_id = p_workspace_id and e.account_id = p_account_id
    union
    select p.entity_id from meta_ads.insights_period p
    where p.workspace_id = p_workspace_id and p.account_id = p_account_id and p.level = 'campaign'
  ) c
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_cancel_job(p_workspace_id text, p_job_id uuid, p_actor text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
begin
  select * into v_job from public.background_jobs
  where id = p_job_id and workspace_id = p_workspace_id and account_id is not null for update;
  if not found then return jsonb_build_object('outcome', 'not_found'); end if;
  if v_job.finished_at is not null then
    return jsonb_build_object('outcome', 'already_final', 'state', v_job.state, 'by', v_job.cancelled_by);
  end if;
  perform meta_sync.end_job(p_workspace_id, p_job_id, 'cancelled', null, p_actor);
  return jsonb_build_object('outcome', 'cancelled');
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_claim_lane(p_workspace_id text, p_env text, p_job_id uuid, p_lane integer, p_seq integer, p_meta_app text, p_lease_seconds integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
  v_lane meta_sync.lanes;
  v_now timestamptz;
  v_token uuid := gen_random_uuid();
begin
  select * into v_job from public.background_jobs where id = p_job_id and workspace_id = p_workspace_id for no key update;
  if not found then return jsonb_build_object('outcome', 'gone'); end if;
  if v_job.env <> p_env then return jsonb_build_object('outcome', 'other_env'); end if;
  if v_job.finished_at is not null then return jsonb_build_object('outcome', 'final', 'state', v_job.state); end if;
  v_now := meta_sync.clock();
  select * into v_lane from meta_sync.lanes
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane for update;
  if not found then return jsonb_build_object('outcome', 'gone'); end if;
  if v_lane.seq <> p_seq then return jsonb_build_object('outcome', 'stale'); end if;
  if v_lane.state = 'leased' and v_lane.lease_until > v_now then
    return jsonb_build_object('outcome', 'leased',
      'retryAfterSeconds', greatest(1, ceil(extract(epoch from v_lane.lease_until - v_now))::integer));
  end if;
  perform meta_sync.release_dead_lanes(p_workspace_id, p_job_id);
  update meta_sync.lanes
  set state = 'leased', lease_token = v_token, lease_until = v_now + make_interval(secs => p_lease_seconds),
    due_at = null, message_lost = false
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane;
  update public.background_jobs
  set state = 'running', started_at = coalesce(started_at, v_now), meta_app = p_meta_app,
    resumes_carefully = resumes_carefully or (state = 'snoozed' and exists (select 1 from meta_sync.blocks b
      where b.blocked_until between v_job.snoozed_until - interval '1 minute' and v_now
        and ((b.scope = 'account' and b.key = v_job.account_id) or (b.scope = 'app' and b.key = p_meta_app)))),
    snoozed_until = null, snooze_reason = null, stalled_at = null, revision = revision + case when state = 'running' then 0 else 1 end
  where id = p_job_id and workspace_id = p_workspace_id;
  return jsonb_build_object('outcome', 'claimed', 'leaseToken', v_token,
    'request', v_job.request, 'sliceConcurrency', v_job.slice_concurrency, 'attempt', v_job.attempt);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_claim_parts(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_max_parts integer, p_lease_seconds integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
  v_lane meta_sync.lanes;
  v_now timestamptz;
  v_until timestamptz;
  v_poison meta_sync.job_parts;
  v_parts jsonb;
begin
  select * into v_job from public.background_jobs where id = p_job_id and workspace_id = p_workspace_id for no key update;
  if not found or v_job.finished_at is not null then return jsonb_build_object('outcome', 'final'); end if;
  v_now := meta_sync.clock();
  select * into v_lane from meta_sync.lanes
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane and lease_token = p_lease_token for update;
  if not found then return jsonb_build_object('outcome', 'lease_lost'); end if;
  update meta_sync.lanes set lease_until = v_now + make_interval(secs => p_lease_seconds)
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane;
  perform meta_sync.release_dead_lanes(p_workspace_id, p_job_id);
  v_until := meta_sync.blocked_until(v_job);
  if v_until is not null then return jsonb_build_object('outcome', 'blocked', 'until', v_until); end if;
  v_job.phase := meta_sync.pass_finished_phases(v_job);
  select * into v_poison from meta_sync.job_parts
  where workspace_id = p_workspace_id and job_id = p_job_id and phase = v_job.phase and state in ('waiting', 'polling') and claims >= 5
  order by part limit 1;
  if found then return jsonb_build_object('outcome', 'poison', 'part', meta_sync.part_json(v_poison)); end if;
  if v_job.resumes_carefully then
    if exists (select 1 from meta_sync.job_parts p where p.workspace_id = p_workspace_id and p.job_id = p_job_id
               and p.phase = v_job.phase and p.state = 'leased') then
      return jsonb_build_object('outcome', 'idle', 'nextAt', null);
    end if;
    p_max_parts := 1;
  end if;
  -- A GET's cursor is valid inside one slice only, so its part starts at its first page; a report's cursor lives on.
  with picked as (
    select p.part from meta_sync.job_parts p join meta_sync.waiting_parts(v_job, v_now) w on w.part = p.part and w.at <= v_now
    where p.workspace_id = p_workspace_id and p.job_id = p_job_id
    order by p.part limit p_max_parts for update of p skip locked
  ), taken as (
    update meta_sync.job_parts p
    set state = 'leased', lane = p_lane, lease_token = p_lease_token, claims = p.claims + 1, not_before = null,
      cursor = case when p.report_run_id is null then null else p.cursor end,
      pages = case when p.report_run_id is null then 0 else p.pages end,
      rows_read = case when p.report_run_id is null then 0 else p.rows_read end,
      quarantined = case when p.report_run_id is null then 0 else p.quarantined end
    from picked where p.workspace_id = p_workspace_id and p.job_id = p_job_id and p.part = picked.part
    returning p.*
  )
  select jsonb_agg(meta_sync.part_json(t::meta_sync.job_parts) order by t.part) into v_parts from taken t;
  if v_parts is not null then
    if not v_job.resumes_carefully then perform meta_sync.wake_lanes(p_workspace_id, p_job_id, 0); end if;
    return jsonb_build_object('outcome', 'parts', 'parts', v_parts);
  end if;
  if exists (select 1 from meta_sync.job_parts p where p.workspace_id = p_workspace_id and p.job_id = p_job_id
             and p.phase = v_job.phase and p.state in ('waiting', 'leased', 'polling'))
     or exists (select 1 from meta_sync.lanes l where l.workspace_id = p_workspace_id and l.job_id = p_job_id
                and l.lease_token = v_job.planning_token and l.lane <> p_lane) then
    return jsonb_build_object('outcome', 'idle', 'nextAt', (select min(w.at) from meta_sync.waiting_parts(v_job, v_now) w));
  end if;
  update public.background_jobs set planning_token = p_lease_token where id = p_job_id and workspace_id = p_workspace_id;
  return jsonb_build_object('outcome', 'plan', 'phase', v_job.phase + 1, 'facts', meta_sync.plan_facts(v_job));
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_delay_outbox(p_id bigint, p_error text, p_seconds numeric DEFAULT NULL::numeric)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update meta_sync.outbox
  set last_error = left(p_error, 500),
    taken_until = meta_sync.clock() + make_interval(secs => coalesce(p_seconds, least(60, 2 ^ least(tries, 6))))
  where id = p_id and sent_at is null
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_drop_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  update meta_sync.job_parts
  set report_run_id = null, cursor = null, pages = 0, rows_read = 0, quarantined = 0, transient_tries = 0
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part and lease_token = p_lease_token;
  return meta_sync.tell_lane(p_workspace_id, p_job_id, case when found then 'dropped' else 'lease_lost' end);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_dry_run_facts(p_workspace_id text, p_meta_app text, p_account jsonb, p_channel_id text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
begin
  v_job.workspace_id := p_workspace_id;
  v_job.account_id := meta_sync.resolve_account(p_workspace_id, p_account, p_channel_id);
  v_job.meta_app := p_meta_app;
  v_job.phase := 1;
  if v_job.account_id is null then
    return jsonb_build_object('outcome', 'unknown_account', 'known', meta_sync.known_accounts(p_workspace_id));
  end if;
  return jsonb_build_object('outcome', 'facts', 'accountId', v_job.account_id, 'facts', meta_sync.plan_facts(v_job),
    'blockedUntil', meta_sync.blocked_until(v_job));
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_end_slice(p_workspace_id text, p_job_id uuid, p_lane integer, p_seq integer, p_lease_token uuid, p_jitter_seconds numeric)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
  v_now timestamptz;
  v_at timestamptz;
  v_others boolean;
  v_is_blocked boolean;
begin
  select * into v_job from public.background_jobs where id = p_job_id and workspace_id = p_workspace_id for update;
  if not found or v_job.finished_at is not null then return jsonb_build_object('outcome', 'final'); end if;
  v_now := meta_sync.clock();
  perform 1 from meta_sync.lanes where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane
    and seq = p_seq and lease_token = p_lease_token for update;
  if not found then return jsonb_build_object('outcome', 'stale'); end if;
  -- Put back in good order, so the claim doesn't count towards the five of a poison part.
  update meta_sync.job_parts set state = 'waiting', lane = null, lease_token = null, claims = greatest(0, claims - 1)
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane and state = 'leased';
  update meta_sync.lanes
  set seq = seq + 1, copy = 1, state = 'parked', lease_token = null, lease_until = null, due_at = null
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane;
  perform meta_sync.release_dead_lanes(p_workspace_id, p_job_id);
  update public.background_jobs
  set planning_token = nullif(planning_token, p_lease_token), revision = revision + 1,
    progress = greatest(progress, meta_sync.percent_done(p_workspace_id, p_job_id))
  where id = p_job_id and workspace_id = p_workspace_id returning * into v_job;
  v_at := meta_sync.next_work_at(v_job, v_now);
  select exists (select 1 from meta_sync.lanes where workspace_id = p_workspace_id and job_id = p_job_id
                 and lane <> p_lane and state <> 'parked') into v_others;
  if v_at <= v_now then
    perform meta_sync.send_lane(p_workspace_id, p_job_id, p_lane::smallint, v_now);
    perform meta_sync.wake_lanes(p_workspace_id, p_job_id, 0);
    return jsonb_build_object('outcome', 'sent');
  end if;
  if v_others then return jsonb_build_object('outcome', 'parked'); end if;
  -- Nothing claimable and nobody else at work: what is left has a time; the 5 s are for what should not happen.
  v_at := coalesce(v_at, v_now + interval '5 seconds') + make_interval(secs => p_jitter_seconds);
  perform meta_sync.send_lane(p_workspace_id, p_job_id, p_lane::smallint, v_at);
  v_is_blocked := meta_sync.blocked_until(v_job) is not null;
  -- Waiting for a report, or after a passing error, is the work itself: people see it run.
  update public.background_jobs
  set state = 'snoozed', snoozed_until = v_at, snooze_reason = case when v_is_blocked then 'meta' end
  where id = p_job_id and workspace_id = p_workspace_id;
  -- People read until when. By the queue, because an edit right behind the slice's last one would come too soon.
  insert into meta_sync.outbox (workspace_id, env, kind, job_id, attempt, not_before, created_at)
  select v_job.workspace_id, v_job.env, 'report', v_job.id, v_job.attempt, v_now + interval '3 seconds', v_now
  from meta_sync.messages m where m.workspace_id = p_workspace_id and m.job_id = p_job_id and v_is_blocked and v_at > v_now + interval '10 seconds';
  return jsonb_build_object('outcome', 'snoozed', 'until', v_at);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_facts_cell(p_workspace_id text, p_user_id text, p_channel_id text)
 RETURNS text
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select meta_sync.facts_cell(p_workspace_id, p_user_id, p_channel_id)
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_fail_job(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_failure jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  perform meta_sync.end_job(p_workspace_id, p_job_id, 'failed', p_failure, null);
  return jsonb_build_object('outcome', 'failed');
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_fail_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_failure jsonb, p_ends_job boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  update meta_sync.job_parts
  set state = 'failed', failure = p_failure, lane = null, lease_token = null, finished_at = meta_sync.clock()
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part
    and (lease_token = p_lease_token or (state in ('waiting', 'polling') and claims >= 5));
  if not found then return jsonb_build_object('outcome', 'lease_lost'); end if;
  if p_ends_job then perform meta_sync.end_job(p_workspace_id, p_job_id, 'failed', p_failure, null); end if;
  return meta_sync.tell_lane(p_workspace_id, p_job_id, 'failed') || jsonb_build_object('jobFailed', p_ends_job);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_finish_job(p_workspace_id text, p_job_id uuid, p_lease_token uuid, p_result jsonb, p_warnings jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
begin
  select * into v_job from public.background_jobs where id = p_job_id and workspace_id = p_workspace_id for update;
  if not found or v_job.finished_at is not null then return jsonb_build_object('outcome', 'final'); end if;
  if not meta_sync.holds_lease(p_workspace_id, p_job_id, p_lease_token) then
    return jsonb_build_object('outcome', 'lease_lost');
  end if;
  if v_job.phase < 4 or v_job.planning_token is distinct from p_lease_token then
    return jsonb_build_object('outcome', 'late');
  end if;
  update public.background_jobs set result_data = p_result, warnings = warnings || p_warnings
  where id = p_job_id and workspace_id = p_workspace_id;
  perform meta_sync.end_job(p_workspace_id, p_job_id, 'succeeded', null, null);
  return jsonb_build_object('outcome', 'finished');
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_finish_phase(p_workspace_id text, p_job_id uuid, p_lease_token uuid, p_phase integer, p_parts jsonb, p_plan jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
begin
  select * into v_job from public.background_jobs where id = p_job_id and workspace_id = p_workspace_id for update;
  if not found or v_job.finished_at is not null then return jsonb_build_object('outcome', 'final'); end if;
  if not meta_sync.holds_lease(p_workspace_id, p_job_id, p_lease_token) then
    return jsonb_build_object('outcome', 'lease_lost');
  end if;
  if v_job.phase <> p_phase - 1 or v_job.planning_token is distinct from p_lease_token then
    return jsonb_build_object('outcome', 'late');
  end if;
  update public.background_jobs
  set phase = p_phase, planning_token = null, revision = revision + 1,
    progress = greatest(progress, meta_sync.percent_done(p_workspace_id, p_job_id)),
    window_since = coalesce((p_plan #>> '{window,since}')::date, window_since),
    window_until = coalesce((p_plan #>> '{window,until}')::date, window_until),
    previous_since = coalesce((p_plan #>> '{previousWindow,since}')::date, previous_since),
    previous_until = coalesce((p_plan #>> '{previousWindow,until}')::date, previous_until),
    warnings = warnings || coalesce(p_plan -> 'warnings', '[]'::jsonb)
  where id = p_job_id and workspace_id = p_workspace_id;
  perform meta_sync.add_parts(p_workspace_id, p_job_id, p_phase, p_parts, null);
  perform meta_sync.wake_lanes(p_workspace_id, p_job_id, 1);
  return jsonb_build_object('outcome', 'planned');
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_first_message_id(p_workspace_id text, p_job_id uuid)
 RETURNS text
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce((select coalesce(o.message_id, 'outbox-' || o.id) from meta_sync.outbox o
    where o.workspace_id = j.workspace_id and o.job_id = j.id and o.kind = 'slice' order by o.id limit 1), 'outbox-none')
  from public.background_jobs j where j.id = p_job_id and j.workspace_id = p_workspace_id
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_give_up(p_workspace_id text, p_env text, p_job_id uuid, p_lane integer, p_seq integer, p_copy integer, p_failure jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
  v_lane meta_sync.lanes;
begin
  select * into v_job from public.background_jobs where id = p_job_id and workspace_id = p_workspace_id for update;
  if not found or v_job.env <> p_env or v_job.finished_at is not null then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  select * into v_lane from meta_sync.lanes
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane for update;
  if not found or v_lane.seq <> p_seq or v_lane.copy <> p_copy or v_lane.message_lost or v_lane.state = 'parked'
     or (v_lane.state = 'leased' and v_lane.lease_until > meta_sync.clock()) then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  if exists (select 1 from meta_sync.lanes where workspace_id = p_workspace_id and job_id = p_job_id
             and saved_at > v_lane.lost_at) then
    v_lane.lost_count := 0;
  end if;
  if v_lane.lost_count >= 2 then
    perform meta_sync.end_job(p_workspace_id, p_job_id, 'failed', p_failure, null);
    return jsonb_build_object('outcome', 'failed');
  end if;
  perform meta_sync.release_dead_lanes(p_workspace_id, p_job_id);
  update meta_sync.lanes set message_lost = true, lost_count = v_lane.lost_count + 1, lost_at = meta_sync.clock()
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane;
  return jsonb_build_object('outcome', 'lost');
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_job_view(p_workspace_id text, p_job_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select meta_sync.view_json(j) from public.background_jobs j
  where j.id = p_job_id and j.workspace_id = p_workspace_id and j.account_id is not null
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_learn(p_workspace_id text, p_account_id text, p_stream text, p_level text, p_breakdown text, p_page_size integer, p_max_days integer)
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into meta_sync.learned as l (workspace_id, account_id, stream, level, breakdown, page_size, max_days, learned_at)
  values (p_workspace_id, p_account_id, p_stream, coalesce(p_level, ''), p_breakdown, p_page_size, p_max_days, meta_sync.clock())
  on conflict (workspace_id, account_id, stream, level, breakdown) do update
  -- What the plan no longer believes (30 days) must not come back with a new date.
  set page_size = case when l.learned_at < excluded.learned_at - interval '30 days' then excluded.page_size
      else least(l.page_size, excluded.page_size) end,
    max_days = case when l.learned_at < excluded.learned_at - interval '30 days' then excluded.max_days
      else least(l.max_days, excluded.max_days) end,
    learned_at = excluded.learned_at
  returning jsonb_build_object('outcome', 'learned')
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_list_accounts(p_workspace_id text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select meta_sync.known_accounts(p_workspace_id)
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_mark_outbox(p_id bigint, p_message_id text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_row meta_sync.outbox;
begin
  update meta_sync.outbox set sent_at = meta_sync.clock(), message_id = p_message_id, last_error = null
  where id = p_id and sent_at is null returning * into v_row;
  if v_row.kind is distinct from 'admit' then return; end if;
  -- Not decided after its last try: it named an account that nobody knows.
  delete from meta_sync.orders
  where workspace_id = v_row.workspace_id and env = v_row.env and key = v_row.order_key and outcome = 'waiting';
  update meta_sync.orders set placed = null, sealed_response_url = null
  where workspace_id = v_row.workspace_id and env = v_row.env and key = v_row.order_key;
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_mark_report(p_workspace_id text, p_job_id uuid, p_attempt integer, p_channel text, p_ts text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into meta_sync.reports (workspace_id, job_id, attempt, channel, ts, sent_at)
  select j.workspace_id, j.id, p_attempt, p_channel, p_ts, meta_sync.clock()
  from public.background_jobs j where j.id = p_job_id and j.workspace_id = p_workspace_id
  on conflict (workspace_id, job_id, attempt) do nothing
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_postpone_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_seconds numeric, p_transient boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  update meta_sync.job_parts
  set state = 'waiting', lane = null, lease_token = null, calls = calls + 1, claims = greatest(0, claims - 1),
    transient_tries = transient_tries + case when p_transient then 1 else 0 end,
    not_before = meta_sync.clock() + make_interval(secs => p_seconds)
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part and lease_token = p_lease_token;
  return meta_sync.tell_lane(p_workspace_id, p_job_id, case when found then 'postponed' else 'lease_lost' end);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_put_accounts(p_workspace_id text, p_accounts jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into meta_sync.accounts (workspace_id, account_id, name, currency, timezone, seen_at)
  select distinct on (a ->> 'accountId') p_workspace_id, a ->> 'accountId', a ->> 'name', a ->> 'currency',
    a ->> 'timezone', meta_sync.clock()
  from jsonb_array_elements(p_accounts) a
  order by a ->> 'accountId'
  on conflict (workspace_id, account_id) do update
  set name = excluded.name, currency = excluded.currency, timezone = excluded.timezone, seen_at = excluded.seen_at
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_put_facts(p_workspace_id text, p_person jsonb, p_channel jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if jsonb_typeof(p_person) = 'object' then
    insert into meta_sync.people (workspace_id, user_id, kind, timezone, read_at)
    values (p_workspace_id, p_person ->> 'userId', p_person ->> 'kind', p_person ->> 'timezone', meta_sync.clock())
    on conflict (workspace_id, user_id) do update
    set kind = excluded.kind, timezone = excluded.timezone, read_at = excluded.read_at;
  end if;
  if jsonb_typeof(p_channel) = 'object' then
    insert into meta_sync.channels (workspace_id, channel_id, kind, name, read_at)
    values (p_workspace_id, p_channel ->> 'channelId', p_channel ->> 'kind', p_channel ->> 'name', meta_sync.clock())
    on conflict (workspace_id, channel_id) do update
    set kind = excluded.kind, name = excluded.name, read_at = excluded.read_at;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_ready()
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('now', meta_sync.clock())
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_recent_jobs(p_workspace_id text, p_channel_id text, p_limit integer)
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(meta_sync.view_json(r.j)), '[]'::jsonb)
  from (
    select j from public.background_jobs j
    where j.workspace_id = p_workspace_id and j.account_id is not null
      and (p_channel_id is null or j.origin ->> 'channel' = p_channel_id)
    order by (j.finished_at is null) desc, j.created_at desc limit least(p_limit, 50)
  ) r
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_release_editor(p_workspace_id text, p_job_id uuid, p_editor_token uuid, p_place jsonb, p_final_attempt integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update meta_sync.messages
  set editor_token = null, editor_until = null,
    channel = coalesce(p_place ->> 'channel', channel), ts = coalesce(p_place ->> 'ts', ts),
    thread_ts = case when p_place is null then thread_ts else p_place ->> 'threadTs' end,
    edited_at = case when p_place is null then edited_at else meta_sync.clock() end,
    final_attempt = greatest(final_attempt, coalesce(p_final_attempt, 0))
  where workspace_id = p_workspace_id and job_id = p_job_id and editor_token = p_editor_token;
  return found;
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_report_figures(p_workspace_id text, p_job_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'accountId', j.account_id, 'accountName', coalesce(a.name, 'act_' || j.account_id), 'currency', a.currency,
    'timezone', a.timezone_name,
    'window', jsonb_build_object('since', j.window_since, 'until', j.window_until),
    'previousWindow', case when j.previous_since is null then null
      else jsonb_build_object('since', j.previous_since, 'until', j.previous_until) end,
    'current', meta_sync.sum_days(j.workspace_id, j.account_id, 'account', j.window_since, j.window_until),
    'previous', meta_sync.sum_days(j.workspace_id, j.account_id, 'account', j.previous_since, j.previous_until),
    'levelSpend', case when j.phase >= 4 then (select coalesce(sum(i.spend), 0)::text from meta_ads.insights_daily i
      where i.workspace_id = j.workspace_id and i.account_id = j.account_id and i.level = j.request ->> 'level'
      and i.breakdown_key = '' and i.date_start between j.window_since and j.window_until) end,
    'reach', (select p.reach from meta_ads.insights_period p where p.workspace_id = j.workspace_id
      and p.account_id = j.account_id and p.level = 'account' and p.since = j.window_since and p.until = j.window_until
      and p.breakdown_key = '' limit 1),
    'campaigns', (select coalesce(jsonb_agg(jsonb_build_object('id', c.entity_id, 'name', coalesce(c.campaign_name, c.entity_id),
        'spend', c.spend::text, 'impressions', c.impressions, 'clicks', c.clicks,
        'actions', meta_sync.action_map(c.actions), 'actionValues', meta_sync.action_map(c.action_values))
        order by c.spend desc, c.entity_id), '[]'::jsonb)
      from (select * from meta_ads.insights_period p where p.workspace_id = j.workspace_id and p.account_id = j.account_id
        and p.level = 'campaign' and p.since = j.window_since and p.until = j.window_until and p.breakdown_key = ''
        order by p.spend desc, p.entity_id limit 10) c),
    'campaignCount', (select count(*) from meta_ads.campaigns c where c.workspace_id = j.workspace_id
      and c.account_id = j.account_id),
    'attributionSettings', (select coalesce(jsonb_agg(distinct i.attribution_setting), '[]'::jsonb)
      from meta_ads.insights_daily i where i.workspace_id = j.workspace_id and i.account_id = j.account_id
      and i.level = j.request ->> 'level' and i.date_start between j.window_since and j.window_until
      and i.attribution_setting is not null))
  from public.background_jobs j
  join meta_ads.ad_accounts a on a.workspace_id = j.workspace_id and a.id = j.account_id
  where j.id = p_job_id and j.workspace_id = p_workspace_id and j.window_since is not null
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_republish_lane(p_workspace_id text, p_job_id uuid, p_lane integer, p_seq integer, p_copy integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform 1 from public.background_jobs
  where id = p_job_id and workspace_id = p_workspace_id and finished_at is null for update;
  if not found then return false; end if;
  perform 1 from meta_sync.lanes where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane
    and seq = p_seq and copy = p_copy and state = 'sent' for update;
  if not found then return false; end if;
  perform meta_sync.resend_lane(p_workspace_id, p_job_id, p_lane::smallint);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_retry_job(p_workspace_id text, p_job_id uuid, p_attempt integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
  v_twin uuid;
begin
  select * into v_job from public.background_jobs
  where id = p_job_id and workspace_id = p_workspace_id and account_id is not null for update;
  if not found then return jsonb_build_object('outcome', 'not_found'); end if;
  if v_job.attempt <> coalesce(p_attempt, v_job.attempt) then
    return jsonb_build_object('outcome', 'already_retried', 'attempt', v_job.attempt);
  end if;
  if v_job.state not in ('failed', 'cancelled') then
    return jsonb_build_object('outcome', 'not_retryable', 'state', v_job.state);
  end if;
  loop
    begin
      update public.background_jobs
      set state = 'queued', attempt = attempt + 1, failure = null, cancelled_by = null, finished_at = null,
        error_message = null, planning_token = null, revision = revision + 1, warnings = '[]'::jsonb
      where id = p_job_id and workspace_id = p_workspace_id;
      exit;
    exception when unique_violation then
      select id into v_twin from public.background_jobs
      where workspace_id = p_workspace_id and env = v_job.env and account_id = v_job.account_id
        and twin_key = v_job.twin_key and finished_at is null;
      -- The twin may have ended between the two statements: then the update is tried again.
      if found then return jsonb_build_object('outcome', 'twin', 'jobId', v_twin); end if;
    end;
  end loop;
  update meta_sync.job_parts
  set state = 'waiting', lane = null, lease_token = null, failure = null, finished_at = null, not_before = null,
    claims = 0, transient_tries = 0, report_starts = 0, report_polls = 0,
    -- A report that is alive is gone on with; a failed part gets another one.
    report_run_id = case when state = 'failed' then null else report_run_id end,
    cursor = case when state = 'failed' or report_run_id is null then null else cursor end,
    pages = case when state = 'failed' or report_run_id is null then 0 else pages end
  where workspace_id = p_workspace_id and job_id = p_job_id and state in ('waiting', 'leased', 'polling', 'failed');
  update meta_sync.lanes
  set seq = seq + 1, copy = 1, state = 'parked', lease_token = null, lease_until = null, due_at = null,
    message_lost = false, lost_count = 0, lost_at = null
  where workspace_id = p_workspace_id and job_id = p_job_id;
  -- A failed part of an earlier phase is worked again, then the phases after it go on from where they stood.
  update public.background_jobs j
  set phase = least(j.phase, coalesce((select min(p.phase) from meta_sync.job_parts p
    where p.workspace_id = p_workspace_id and p.job_id = p_job_id and p.state = 'waiting'), j.phase))
  where j.id = p_job_id and j.workspace_id = p_workspace_id;
  delete from meta_sync.outbox
  where workspace_id = p_workspace_id and job_id = p_job_id and kind in ('slice', 'report') and sent_at is null;
  perform meta_sync.send_lane(p_workspace_id, p_job_id, 1::smallint, meta_sync.clock());
  return jsonb_build_object('outcome', 'retried', 'attempt', v_job.attempt + 1);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_save_page(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_page integer, p_table text, p_rows jsonb, p_quarantined jsonb, p_cursor text, p_done boolean, p_lease_seconds integer, p_call_ms integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_job public.background_jobs;
  v_part meta_sync.job_parts;
  v_now timestamptz;
  v_written integer;
  v_repeated boolean;
begin
  select * into v_job from public.background_jobs where id = p_job_id and workspace_id = p_workspace_id for share;
  if not found or v_job.finished_at is not null then return jsonb_build_object('outcome', 'final'); end if;
  v_now := meta_sync.clock();
  update meta_sync.lanes
  set lease_until = v_now + make_interval(secs => p_lease_seconds), call_ms = p_call_ms, saved_at = v_now
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane and lease_token = p_lease_token;
  if not found then return jsonb_build_object('outcome', 'lease_lost'); end if;
  select * into v_part from meta_sync.job_parts
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part for update;
  v_repeated := v_part.pages = p_page + 1 and v_part.cursor is not distinct from p_cursor
    and (v_part.state = 'done') = p_done;
  if v_repeated and v_part.state = 'done' then
    return jsonb_build_object('outcome', 'saved', 'rowsWritten', 0, 'blockedUntil', meta_sync.blocked_until(v_job));
  end if;
  if v_part.lease_token is distinct from p_lease_token then return jsonb_build_object('outcome', 'lease_lost'); end if;
  if not v_repeated and p_page not in (0, v_part.pages) then return jsonb_build_object('outcome', 'lease_lost'); end if;
  v_written := meta_sync.write_rows(p_workspace_id, p_job_id, p_table, p_rows);
  if v_repeated then
    return jsonb_build_object('outcome', 'saved', 'rowsWritten', v_written, 'blockedUntil', meta_sync.blocked_until(v_job));
  end if;
  if p_page = 0 then
    -- The first page of this claim, or Meta dropped the cursor within it: either way the part's counters start again.
    delete from meta_sync.quarantine where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part;
    v_part.rows_read := 0;
    v_part.quarantined := 0;
  end if;
  insert into meta_sync.quarantine (workspace_id, job_id, part, account_id, stream, reason, raw, created_at)
  select p_workspace_id, p_job_id, p_part, v_job.account_id, v_part.stream, q ->> 'reason', q -> 'raw', v_now
  from jsonb_array_elements(p_quarantined) q;
  update meta_sync.job_parts
  set pages = p_page + 1, calls = calls + 1, most_pages = greatest(most_pages, p_page + 1), cursor = p_cursor,
    rows_read = v_part.rows_read + jsonb_array_length(p_rows), rows_written = rows_written + v_written,
    quarantined = v_part.quarantined + jsonb_array_length(p_quarantined),
    -- Only a page that was never reached before is progress: a part that always breaks at the same page must end.
    claims = case when p_page + 1 > most_pages then 0 else claims end,
    transient_tries = case when p_page + 1 > most_pages then 0 else transient_tries end,
    state = case when p_done then 'done' else 'leased' end,
    lane = case when p_done then null else lane end,
    lease_token = case when p_done then null else lease_token end,
    finished_at = case when p_done then v_now end
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part
  returning * into v_part;
  -- Days that were cut by campaign are covered by the last piece; two that end at once see each other one after the other.
  if p_done and v_part.filter is not null then
    perform pg_advisory_xact_lock(hashtextextended(p_job_id::text || v_part.stream, 0));
  end if;
  if p_done and v_part.stream in ('insights', 'breakdowns', 'breakdown_totals', 'totals', 'proof') and not exists (
    select 1 from meta_sync.job_parts p where p.workspace_id = p_workspace_id and p.job_id = p_job_id
      and v_part.filter is not null and p.stream = v_part.stream and p.phase = v_part.phase and p.filter is not null
      and p.since <= v_part.until and p.until >= v_part.since and p.state not in ('done', 'split')
  ) then
    perform meta_sync.cover(p_workspace_id, v_job.account_id, v_part);
  end if;
  if p_done and v_part.stream in ('campaigns', 'ad_sets', 'ads', 'creatives') then
    perform meta_sync.mark_listed(v_job, v_part);
  end if;
  if v_job.resumes_carefully then
    -- Meta answers again. Only one lane was at work, so nobody else waits for this row.
    update public.background_jobs set resumes_carefully = false where id = p_job_id and workspace_id = p_workspace_id;
    perform meta_sync.wake_lanes(p_workspace_id, p_job_id, 1);
  end if;
  return jsonb_build_object('outcome', 'saved', 'rowsWritten', v_written, 'blockedUntil', meta_sync.blocked_until(v_job));
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_see_event(p_workspace_id text, p_env text, p_event_id text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from meta_sync.events_seen
  where workspace_id = p_workspace_id and env = p_env and seen_at < meta_sync.clock() - interval '1 day';
  insert into meta_sync.events_seen (workspace_id, env, event_id, seen_at)
  values (p_workspace_id, p_env, p_event_id, meta_sync.clock())
  on conflict (workspace_id, env, event_id) do nothing;
  return found;
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_settle_start(p_workspace_id text, p_env text, p_key text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order meta_sync.orders;
begin
  v_order := meta_sync.take_order(p_workspace_id, p_env, p_key, '', 'not_started');
  return jsonb_build_object('outcome', coalesce(v_order.outcome, 'not_started'), 'jobId', v_order.job_id, 'reason', v_order.reason);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_split_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_parts jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
  v_phase integer;
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  -- Smaller parts expect more calls: what was shown so far is kept first.
  update public.background_jobs
  set progress = greatest(progress, meta_sync.percent_done(p_workspace_id, p_job_id))
  where id = p_job_id and workspace_id = p_workspace_id;
  update meta_sync.job_parts set state = 'split', lane = null, lease_token = null, finished_at = meta_sync.clock()
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part and lease_token = p_lease_token
  returning phase into v_phase;
  if not found then return jsonb_build_object('outcome', 'lease_lost'); end if;
  perform meta_sync.add_parts(p_workspace_id, p_job_id, v_phase, p_parts, p_part);
  perform meta_sync.wake_lanes(p_workspace_id, p_job_id, 1);
  return meta_sync.tell_lane(p_workspace_id, p_job_id, 'split');
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_start_job(p_workspace_id text, p_env text, p_key text, p_request_hash text, p_order jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_seen meta_sync.orders;
  v_account_id text;
  v_cell text;
  v_reason text;
  v_made jsonb;
begin
  v_seen := meta_sync.take_order(p_workspace_id, p_env, p_key, p_request_hash, 'waiting');
  if v_seen.key is not null then
    if v_seen.request_hash <> p_request_hash and v_seen.outcome <> 'not_started' then
      return jsonb_build_object('outcome', 'conflict', 'jobId', v_seen.job_id);
    end if;
    if v_seen.outcome <> 'waiting' then
      return jsonb_build_object('outcome', v_seen.outcome, 'jobId', v_seen.job_id, 'reason', v_seen.reason, 'repeated', true,
        'view', (select meta_sync.view_json(j) from public.background_jobs j where j.id = v_seen.job_id));
    end if;
  end if;
  if jsonb_typeof(p_order -> 'policy') = 'object' then
    v_cell := meta_sync.facts_cell(p_workspace_id, p_order ->> 'personId', p_order #>> '{origin,channel}');
    if v_cell is null and not coalesce((p_order ->> 'isLastTry')::boolean, false) then
      update meta_sync.orders
      set placed = p_order - 'sealedResponseUrl', sealed_response_url = p_order ->> 'sealedResponseUrl'
      where workspace_id = p_workspace_id and env = p_env and key = p_key;
      if v_seen.key is null then
        insert into meta_sync.outbox (workspace_id, env, kind, order_key, not_before, created_at)
        values (p_workspace_id, p_env, 'admit', p_key, meta_sync.clock(), meta_sync.clock());
      end if;
      return jsonb_build_object('outcome', 'waiting');
    end if;
    v_reason := coalesce(p_order #>> array['policy', coalesce(v_cell, 'unknown|unknown')], 'unknown_person');
    if v_reason <> 'allow' then
      update meta_sync.orders set outcome = 'refused', reason = v_reason
      where workspace_id = p_workspace_id and env = p_env and key = p_key;
      return jsonb_build_object('outcome', 'refused', 'reason', v_reason);
    end if;
  end if;
  -- After the policy: who isn't let in is told no account's name.
  v_account_id := meta_sync.resolve_account(p_workspace_id, p_order -> 'account', p_order #>> '{origin,channel}');
  if v_account_id is null then
    -- The key stays free for the corrected words; an order that waited goes with its outbox row, once the person is told.
    if v_seen.key is null then
      delete from meta_sync.orders where workspace_id = p_workspace_id and env = p_env and key = p_key;
    end if;
    return jsonb_build_object('outcome', 'unknown_account', 'known', meta_sync.known_accounts(p_workspace_id));
  end if;
  v_made := meta_sync.make_job(p_workspace_id, p_env, v_account_id, p_order);
  update meta_sync.orders
  set outcome = v_made ->> 'outcome', job_id = (v_made ->> 'jobId')::uuid
  where workspace_id = p_workspace_id and env = p_env and key = p_key;
  return v_made;
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_start_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_report_id text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  update meta_sync.job_parts
  set report_run_id = p_report_id, report_starts = report_starts + 1, report_polls = 0, report_percent = 0,
    report_started_at = meta_sync.clock(), report_moved_at = meta_sync.clock(), cursor = null, pages = 0
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part and lease_token = p_lease_token;
  return meta_sync.tell_lane(p_workspace_id, p_job_id, case when found then 'started' else 'lease_lost' end);
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_sweep(p_env text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_now timestamptz := meta_sync.clock();
  v_job record;
  v_lane record;
begin
  for v_job in
    select j.id, j.workspace_id from public.background_jobs j
    where j.env = p_env and j.finished_at is null and j.account_id is not null
      and exists (select 1 from meta_sync.lanes l where l.workspace_id = j.workspace_id and l.job_id = j.id
        and (l.lease_until <= v_now or l.message_lost))
    order by j.updated_at limit 200 for update skip locked
  loop
    perform meta_sync.release_dead_lanes(v_job.workspace_id, v_job.id);
    for v_lane in select l.lane from meta_sync.lanes l where l.workspace_id = v_job.workspace_id
      and l.job_id = v_job.id and l.message_lost and l.state = 'sent'
    loop
      perform meta_sync.resend_lane(v_job.workspace_id, v_job.id, v_lane.lane);
    end loop;
    perform meta_sync.wake_lanes(v_job.workspace_id, v_job.id, 0);
  end loop;
  for v_job in
    select j.id, j.workspace_id from public.background_jobs j
    where j.env = p_env and j.finished_at is null and j.account_id is not null
      and not exists (select 1 from meta_sync.lanes l where l.workspace_id = j.workspace_id and l.job_id = j.id
        and l.state <> 'parked')
    order by j.updated_at limit 200 for update skip locked
  loop
    -- Asked again under the lock: the list above may be older than another sweep's mend.
    if not exists (select 1 from meta_sync.lanes l where l.workspace_id = v_job.workspace_id and l.job_id = v_job.id
                   and l.state <> 'parked') then
      perform meta_sync.send_lane(v_job.workspace_id, v_job.id, 1::smallint, v_now);
    end if;
  end loop;
  insert into meta_sync.outbox (workspace_id, env, kind, job_id, attempt, not_before, created_at)
  select j.workspace_id, j.env, 'report', j.id, j.attempt, v_now, v_now
  from public.background_jobs j join meta_sync.messages m on m.workspace_id = j.workspace_id and m.job_id = j.id
  where j.env = p_env and j.finished_at < v_now - interval '5 minutes' and j.finished_at > v_now - interval '7 days'
    and not exists (select 1 from meta_sync.reports r where r.workspace_id = j.workspace_id and r.job_id = j.id
      and r.attempt = j.attempt)
    -- Each report row is tried four times by the queue; after the tenth row Slack has refused it for hours.
    and (select count(*) from meta_sync.outbox o where o.workspace_id = j.workspace_id and o.job_id = j.id
      and o.kind = 'report' and o.attempt = j.attempt) < 10
    and not exists (select 1 from meta_sync.outbox o where o.workspace_id = j.workspace_id and o.job_id = j.id
      and o.kind = 'report' and o.attempt = j.attempt and coalesce(o.sent_at, v_now) > v_now - interval '10 minutes');
  return (
    select coalesce(jsonb_agg(jsonb_build_object('workspaceId', l.workspace_id, 'jobId', l.job_id, 'lane', l.lane,
      'seq', l.seq, 'copy', l.copy, 'messageId', (
        select o.message_id from meta_sync.outbox o where o.workspace_id = l.workspace_id and o.job_id = l.job_id
          and o.lane = l.lane and o.seq = l.seq and o.copy = l.copy and o.kind = 'slice' order by o.id desc limit 1))),
      '[]'::jsonb)
    from meta_sync.lanes l join public.background_jobs j on j.id = l.job_id
    where j.env = p_env and j.finished_at is null and l.state = 'sent' and l.due_at < v_now - interval '5 minutes'
      and not exists (select 1 from meta_sync.outbox o where o.workspace_id = l.workspace_id and o.job_id = l.job_id
        and o.lane = l.lane and o.seq = l.seq and o.copy = l.copy and o.sent_at is null));
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_take_editor(p_workspace_id text, p_job_id uuid, p_attempt integer, p_final boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_message meta_sync.messages;
  v_now timestamptz := meta_sync.clock();
  v_token uuid := gen_random_uuid();
begin
  select * into v_message from meta_sync.messages
  where workspace_id = p_workspace_id and job_id = p_job_id for update;
  if not found then return jsonb_build_object('outcome', 'none'); end if;
  if not p_final and v_message.final_attempt >= p_attempt then return jsonb_build_object('outcome', 'done'); end if;
  if v_message.editor_until > v_now then
    return jsonb_build_object('outcome', 'busy',
      'retryAfterSeconds', greatest(1, ceil(extract(epoch from v_message.editor_until - v_now))::integer));
  end if;
  if not p_final and v_message.edited_at > v_now - interval '3 seconds' then
    return jsonb_build_object('outcome', 'busy', 'retryAfterSeconds', 3);
  end if;
  update meta_sync.messages
  set editor_token = v_token, editor_until = v_now + interval '15 seconds', revision = revision + 1
  where workspace_id = p_workspace_id and job_id = p_job_id;
  return jsonb_build_object('outcome', 'granted', 'editorToken', v_token, 'revision', v_message.revision + 1,
    'channel', v_message.channel, 'ts', v_message.ts, 'threadTs', v_message.thread_ts,
    'finalShown', v_message.final_attempt >= p_attempt,
    'summarySent', exists (select 1 from meta_sync.reports r where r.workspace_id = p_workspace_id
      and r.job_id = p_job_id and r.attempt = p_attempt));
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_take_outbox(p_env text, p_limit integer, p_job_id uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_now timestamptz := meta_sync.clock();
  v_rows jsonb;
begin
  -- Skips what another transaction is deleting: waiting for it could end in a deadlock.
  delete from meta_sync.outbox d where d.id in (
    select o.id from meta_sync.outbox o join meta_sync.lanes l on l.workspace_id = o.workspace_id
      and l.job_id = o.job_id and l.lane = o.lane and (l.seq > o.seq or (l.seq = o.seq and l.copy > o.copy))
    where o.env = p_env and o.sent_at is null and o.kind = 'slice' order by o.id for update of o skip locked);
  -- A first post that Slack refused again and again: the final report tries once more, others' rows must not wait for it.
  delete from meta_sync.outbox d where d.id in (
    select o.id from meta_sync.outbox o
    where o.env = p_env and o.sent_at is null and o.kind = 'post' and o.tries >= 20 order by o.id for update skip locked);
  with picked as (
    select o.id from meta_sync.outbox o
    where o.env = p_env and o.sent_at is null and coalesce(o.taken_until, v_now) <= v_now
      and (p_job_id is null or o.job_id = p_job_id)
      and (o.kind in ('slice', 'report') or o.not_before <= v_now)
    order by o.id limit p_limit for update skip locked
  ), taken as (
    update meta_sync.outbox o set taken_until = v_now + interval '15 seconds', tries = o.tries + 1
    from picked where o.id = picked.id returning o.*
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'workspaceId', t.workspace_id, 'kind', t.kind,
      'jobId', t.job_id, 'lane', t.lane, 'seq', t.seq, 'copy', t.copy, 'attempt', t.attempt, 'orderKey', t.order_key,
      'delaySeconds', greatest(0, ceil(extract(epoch from t.not_before - v_now)))::integer,
      'accountId', (select j.account_id from public.background_jobs j where j.id = t.job_id),
      'tries', t.tries) order by t.id), '[]'::jsonb)
  into v_rows from taken t;
  return v_rows;
end $function$;

CREATE OR REPLACE FUNCTION public.meta_sync_waiting_order(p_workspace_id text, p_env text, p_key text)
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('order', o.placed, 'requestHash', o.request_hash,
    'sealedResponseUrl', o.sealed_response_url, 'createdAt', o.created_at)
  from meta_sync.orders o
  where o.workspace_id = p_workspace_id and o.env = p_env and o.key = p_key and o.placed is not null
$function$;

CREATE OR REPLACE FUNCTION public.meta_sync_whoami()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('userId', auth.uid())
$function$;

-- ----------------------------------------------------------------------
create schema meta_sync;

create table meta_sync.account_aliases (
  workspace_id text not null,
  alias text not null,
  account_id text not null,
  constraint account_aliases_pkey PRIMARY KEY (workspace_id, alias),
  constraint account_aliases_alias_check CHECK ((alias = lower(alias)))
);
alter table meta_sync.account_aliases enable row level security;

create table meta_sync.accounts (
  workspace_id text not null,
  account_id text not null,
  name text not null,
  currency text,
  timezone text,
  seen_at timestamp with time zone not null,
  constraint accounts_pkey PRIMARY KEY (workspace_id, account_id)
);
alter table meta_sync.accounts enable row level security;

create table meta_sync.blocks (
  scope text not null,
  key text not null,
  blocked_until timestamp with time zone not null,
  reason text not null,
  created_at timestamp with time zone not null,
  constraint blocks_pkey PRIMARY KEY (scope, key),
  constraint blocks_scope_check CHECK ((scope = ANY (ARRAY['account'::text, 'app'::text])))
);
alter table meta_sync.blocks enable row level security;

create table meta_sync.channel_defaults (
  workspace_id text not null,
  channel_id text not null,
  account_id text not null,
  constraint channel_defaults_pkey PRIMARY KEY (workspace_id, channel_id)
);
alter table meta_sync.channel_defaults enable row level security;

create table meta_sync.channels (
  workspace_id text not null,
  channel_id text not null,
  kind text not null,
  name text,
  read_at timestamp with time zone not null,
  constraint channels_pkey PRIMARY KEY (workspace_id, channel_id),
  constraint channels_kind_check CHECK ((kind = ANY (ARRAY['internal'::text, 'shared'::text, 'dm'::text, 'archived'::text, 'unknown'::text])))
);
alter table meta_sync.channels enable row level security;

create table meta_sync.clock_offset (
  only_row boolean not null default true,
  offset_ms bigint not null,
  constraint clock_offset_pkey PRIMARY KEY (only_row),
  constraint clock_offset_only_row_check CHECK (only_row)
);
alter table meta_sync.clock_offset enable row level security;

create table meta_sync.coverage (
  workspace_id text not null,
  account_id text not null,
  level text not null,
  breakdown_set text not null default ''::text,
  day date not null,
  rows integer not null,
  is_final boolean not null default false,
  read_at timestamp with time zone not null,
  constraint coverage_pkey PRIMARY KEY (workspace_id, account_id, level, breakdown_set, day)
);
alter table meta_sync.coverage enable row level security;

create table meta_sync.dbt_readers (
  workspace_id text not null,
  role_name text not null,
  constraint dbt_readers_pkey PRIMARY KEY (workspace_id, role_name)
);
alter table meta_sync.dbt_readers enable row level security;

create table meta_sync.events_seen (
  workspace_id text not null,
  env text not null,
  event_id text not null,
  seen_at timestamp with time zone not null,
  constraint events_seen_pkey PRIMARY KEY (workspace_id, env, event_id)
);
alter table meta_sync.events_seen enable row level security;

create table meta_sync.job_parts (
  workspace_id text not null,
  job_id uuid not null,
  part integer not null,
  phase smallint not null,
  stream text not null,
  level text,
  breakdown text not null default ''::text,
  since date,
  until date,
  mode text not null default 'get'::text,
  filter jsonb,
  fields text not null default 'all'::text,
  page_size integer not null,
  state text not null default 'waiting'::text,
  lane smallint,
  lease_token uuid,
  report_run_id text,
  report_starts integer not null default 0,
  report_polls integer not null default 0,
  report_percent integer not null default 0,
  report_started_at timestamp with time zone,
  report_moved_at timestamp with time zone,
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
  not_before timestamp with time zone,
  failure jsonb,
  split_from integer,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint job_parts_pkey PRIMARY KEY (workspace_id, job_id, part),
  constraint job_parts_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.background_jobs(id) ON DELETE CASCADE,
  constraint job_parts_fields_check CHECK ((fields = ANY (ARRAY['all'::text, 'lean'::text]))),
  constraint job_parts_finished CHECK (((finished_at IS NOT NULL) = (state = ANY (ARRAY['done'::text, 'failed'::text, 'split'::text, 'skipped'::text])))),
  constraint job_parts_leased CHECK (((state = 'leased'::text) = (lease_token IS NOT NULL))),
  constraint job_parts_mode_check CHECK ((mode = ANY (ARRAY['get'::text, 'report'::text]))),
  constraint job_parts_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'leased'::text, 'polling'::text, 'done'::text, 'failed'::text, 'split'::text, 'skipped'::text])))
);
alter table meta_sync.job_parts enable row level security;

create table meta_sync.lanes (
  workspace_id text not null,
  job_id uuid not null,
  lane smallint not null,
  seq integer not null default 1,
  copy integer not null default 1,
  state text not null,
  lease_token uuid,
  lease_until timestamp with time zone,
  due_at timestamp with time zone,
  message_lost boolean not null default false,
  lost_count integer not null default 0,
  lost_at timestamp with time zone,
  saved_at timestamp with time zone,
  call_ms integer,
  constraint lanes_pkey PRIMARY KEY (workspace_id, job_id, lane),
  constraint lanes_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.background_jobs(id) ON DELETE CASCADE,
  constraint lanes_leased CHECK ((((state = 'leased'::text) = (lease_token IS NOT NULL)) AND ((lease_token IS NULL) = (lease_until IS NULL)))),
  constraint lanes_sent CHECK (((state = 'sent'::text) = (due_at IS NOT NULL))),
  constraint lanes_state_check CHECK ((state = ANY (ARRAY['parked'::text, 'sent'::text, 'leased'::text])))
);
alter table meta_sync.lanes enable row level security;

create table meta_sync.learned (
  workspace_id text not null,
  account_id text not null,
  stream text not null,
  level text not null default ''::text,
  breakdown text not null default ''::text,
  page_size integer,
  max_days integer,
  learned_at timestamp with time zone not null,
  constraint learned_pkey PRIMARY KEY (workspace_id, account_id, stream, level, breakdown)
);
alter table meta_sync.learned enable row level security;

create table meta_sync.listed (
  workspace_id text not null,
  account_id text not null,
  stream text not null,
  until_at timestamp with time zone not null,
  whole_at timestamp with time zone,
  constraint listed_pkey PRIMARY KEY (workspace_id, account_id, stream)
);
alter table meta_sync.listed enable row level security;

create table meta_sync.messages (
  workspace_id text not null,
  env text not null,
  job_id uuid not null,
  channel text,
  ts text,
  thread_ts text,
  revision integer not null default 0,
  final_attempt integer not null default 0,
  edited_at timestamp with time zone,
  editor_token uuid,
  editor_until timestamp with time zone,
  constraint messages_pkey PRIMARY KEY (workspace_id, job_id),
  constraint messages_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.background_jobs(id) ON DELETE CASCADE
);
alter table meta_sync.messages enable row level security;

create table meta_sync.orders (
  workspace_id text not null,
  key text not null,
  env text not null,
  request_hash text not null,
  outcome text not null,
  reason text,
  job_id uuid,
  placed jsonb,
  sealed_response_url text,
  created_at timestamp with time zone not null,
  constraint orders_pkey PRIMARY KEY (workspace_id, env, key),
  constraint orders_outcome_check CHECK ((outcome = ANY (ARRAY['started'::text, 'twin'::text, 'refused'::text, 'waiting'::text, 'not_started'::text])))
);
alter table meta_sync.orders enable row level security;

create table meta_sync.outbox (
  id bigint not null generated always as identity,
  workspace_id text not null,
  env text not null,
  kind text not null,
  job_id uuid,
  lane smallint,
  seq integer,
  copy integer,
  attempt integer,
  order_key text,
  not_before timestamp with time zone not null,
  taken_until timestamp with time zone,
  sent_at timestamp with time zone,
  message_id text,
  tries integer not null default 0,
  last_error text,
  created_at timestamp with time zone not null,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_kind_check CHECK ((kind = ANY (ARRAY['slice'::text, 'report'::text, 'post'::text, 'admit'::text])))
);
alter table meta_sync.outbox enable row level security;
CREATE INDEX outbox_job ON meta_sync.outbox USING btree (workspace_id, job_id);
CREATE INDEX outbox_unsent ON meta_sync.outbox USING btree (env, id) WHERE (sent_at IS NULL);

create table meta_sync.people (
  workspace_id text not null,
  user_id text not null,
  kind text not null,
  timezone text,
  read_at timestamp with time zone not null,
  constraint people_pkey PRIMARY KEY (workspace_id, user_id),
  constraint people_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'admin'::text, 'guest'::text, 'external'::text, 'bot'::text, 'unknown'::text])))
);
alter table meta_sync.people enable row level security;

create table meta_sync.quarantine (
  workspace_id text not null,
  id bigint not null generated always as identity,
  job_id uuid not null,
  part integer not null,
  account_id text not null,
  stream text not null,
  reason text not null,
  raw jsonb not null,
  created_at timestamp with time zone not null,
  constraint quarantine_pkey PRIMARY KEY (workspace_id, id)
);
alter table meta_sync.quarantine enable row level security;
CREATE INDEX quarantine_part ON meta_sync.quarantine USING btree (workspace_id, job_id, part);

create table meta_sync.reports (
  workspace_id text not null,
  job_id uuid not null,
  attempt integer not null,
  channel text not null,
  ts text not null,
  sent_at timestamp with time zone not null,
  constraint reports_pkey PRIMARY KEY (workspace_id, job_id, attempt),
  constraint reports_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.background_jobs(id) ON DELETE CASCADE
);
alter table meta_sync.reports enable row level security;

CREATE OR REPLACE FUNCTION meta_sync.account_day(p_workspace_id text, p_account_id text, p_at timestamp with time zone)
 RETURNS date
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_zone text := (select a.timezone_name from meta_ads.ad_accounts a
                  where a.workspace_id = p_workspace_id and a.id = p_account_id);
begin
  return (p_at at time zone v_zone)::date;
exception when invalid_parameter_value then
  return (p_at at time zone 'Etc/GMT+12')::date;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.action_map(p_actions jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_object_agg(a ->> 'action_type', a ->> 'value'), '{}'::jsonb)
  from jsonb_array_elements(coalesce(p_actions, '[]'::jsonb)) a where a ? 'value'
$function$;

CREATE OR REPLACE FUNCTION meta_sync.add_parts(p_workspace_id text, p_job_id uuid, p_phase integer, p_parts jsonb, p_split_from integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_last integer;
  v_count integer;
begin
  select coalesce(max(part), 0) into v_last from meta_sync.job_parts
  where workspace_id = p_workspace_id and job_id = p_job_id;
  insert into meta_sync.job_parts (workspace_id, job_id, part, phase, stream, level, breakdown, since, until, mode, filter,
    fields, page_size, expected_calls, split_from, created_at)
  select p_workspace_id, p_job_id, v_last + t.ord, p_phase, t.e ->> 'stream', t.e ->> 'level', t.e ->> 'breakdown',
    (t.e ->> 'since')::date, (t.e ->> 'until')::date, t.e ->> 'mode', nullif(t.e -> 'filter', 'null'::jsonb),
    t.e ->> 'fields', (t.e ->> 'pageSize')::integer, (t.e ->> 'expectedCalls')::integer, p_split_from, meta_sync.clock()
  from jsonb_array_elements(p_parts) with ordinality as t (e, ord);
  get diagnostics v_count = row_count;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.blocked_until(p_job public.background_jobs)
 RETURNS timestamp with time zone
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select max(b.blocked_until) from meta_sync.blocks b
  where b.blocked_until > meta_sync.clock()
    and ((b.scope = 'account' and b.key = p_job.account_id) or (b.scope = 'app' and b.key = p_job.meta_app))
$function$;

CREATE OR REPLACE FUNCTION meta_sync.breakdown_set(p_breakdown_key text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select replace(regexp_replace(p_breakdown_key, '=[^|]*', '', 'g'), '|', ',')
$function$;

CREATE OR REPLACE FUNCTION meta_sync.clock()
 RETURNS timestamp with time zone
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select clock_timestamp() + coalesce((select c.offset_ms from meta_sync.clock_offset c), 0) * interval '1 millisecond'
$function$;

CREATE OR REPLACE FUNCTION meta_sync.close_doors()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.cover(p_workspace_id text, p_account_id text, p_part meta_sync.job_parts)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_final_before date := meta_sync.final_before(p_workspace_id, p_account_id);
  -- Most rows are plain ones, by far; taking a key apart costs 5 µs a row.
  v_plain boolean := p_part.breakdown = '';
begin
  -- Locked in key order first, then changed. As one statement with a join it took 15 s for 5,500 rows on a new table:
  -- without statistics the locking side was done anew for each row.
  perform from meta_ads.insights_daily i
  where i.workspace_id = p_workspace_id and i.account_id = p_account_id and i.level = p_part.level
    and i.date_start between p_part.since and p_part.until and i.is_final <> (i.date_start < v_final_before)
    and case when v_plain then i.breakdown_key = '' else meta_sync.breakdown_set(i.breakdown_key) = p_part.breakdown end
  order by i.date_start, i.entity_id, i.breakdown_key for no key update;
  update meta_ads.insights_daily i set is_final = not i.is_final
  where i.workspace_id = p_workspace_id and i.account_id = p_account_id and i.level = p_part.level
    and i.date_start between p_part.since and p_part.until and i.is_final <> (i.date_start < v_final_before)
    and case when v_plain then i.breakdown_key = '' else meta_sync.breakdown_set(i.breakdown_key) = p_part.breakdown end;
  insert into meta_sync.coverage (workspace_id, account_id, level, breakdown_set, day, rows, is_final, read_at)
  select p_workspace_id, p_account_id, p_part.level, p_part.breakdown, d::date, count(i.entity_id),
    coalesce(d::date < v_final_before, false), meta_sync.clock()
  from generate_series(p_part.since, p_part.until, interval '1 day') d
  left join meta_ads.insights_daily i on i.workspace_id = p_workspace_id and i.account_id = p_account_id
    and i.level = p_part.level and i.date_start = d::date
    and case when v_plain then i.breakdown_key = '' else meta_sync.breakdown_set(i.breakdown_key) = p_part.breakdown end
  group by d
  order by d
  on conflict (workspace_id, account_id, level, breakdown_set, day) do update
  set rows = excluded.rows, is_final = excluded.is_final, read_at = excluded.read_at;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.derive_older_columns()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.differing_days(p_job public.background_jobs)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_level text := p_job.request ->> 'level';
  -- The day that it was when the job began: it may end, or be retried, on another one.
  v_today date := meta_sync.account_day(p_job.workspace_id, p_job.account_id, p_job.started_at);
begin
  if v_level = 'account' then return '[]'::jsonb; end if;
  return (
    select coalesce(jsonb_agg(d.day order by d.day), '[]'::jsonb)
    from (
      select i.date_start as day from meta_ads.insights_daily i
      where i.workspace_id = p_job.workspace_id and i.account_id = p_job.account_id and i.breakdown_key = ''
        and i.level in ('account', v_level) and i.date_start between p_job.window_since and p_job.window_until
        and i.date_start < v_today
      group by i.date_start
      having sum(case when i.level = 'account' then i.spend else -i.spend end) <> 0
        or sum(case when i.level = 'account' then i.impressions else -i.impressions end) <> 0
        or sum(case when i.level = 'account' then i.clicks else -i.clicks end) <> 0
    ) d
  );
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.end_job(p_workspace_id text, p_job_id uuid, p_state text, p_failure jsonb, p_cancelled_by text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_now timestamptz := meta_sync.clock();
begin
  update public.background_jobs
  set state = p_state, failure = p_failure, cancelled_by = p_cancelled_by, finished_at = v_now,
    snoozed_until = null, snooze_reason = null, stalled_at = null, planning_token = null, revision = revision + 1,
    progress = case when p_state = 'succeeded' then 100 else greatest(progress, meta_sync.percent_done(p_workspace_id, p_job_id)) end
  where id = p_job_id and workspace_id = p_workspace_id;
  update meta_sync.job_parts set state = 'waiting', lane = null, lease_token = null
  where workspace_id = p_workspace_id and job_id = p_job_id and state = 'leased';
  -- seq moves on, so that every message under way is stale.
  update meta_sync.lanes
  set state = 'parked', seq = seq + 1, copy = 1, lease_token = null, lease_until = null, due_at = null,
    message_lost = false, lost_count = 0, lost_at = null
  where workspace_id = p_workspace_id and job_id = p_job_id;
  delete from meta_sync.outbox
  where workspace_id = p_workspace_id and job_id = p_job_id and kind = 'slice' and sent_at is null;
  insert into meta_sync.outbox (workspace_id, env, kind, job_id, attempt, not_before, created_at)
  select j.workspace_id, j.env, 'report', j.id, j.attempt, v_now, v_now
  from public.background_jobs j join meta_sync.messages m on m.workspace_id = j.workspace_id and m.job_id = j.id
  where j.id = p_job_id and j.workspace_id = p_workspace_id;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.facts_cell(p_workspace_id text, p_user_id text, p_channel_id text)
 RETURNS text
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select p.kind || '|' || c.kind
  from meta_sync.people p, meta_sync.channels c
  where p.workspace_id = p_workspace_id and p.user_id = p_user_id
    and p.read_at > meta_sync.clock() - case p.kind when 'unknown' then interval '10 seconds' else interval '10 minutes' end
    and c.workspace_id = p_workspace_id and c.channel_id = p_channel_id
    and c.read_at > meta_sync.clock()
      - case when c.kind in ('unknown', 'archived') then interval '10 seconds' else interval '10 minutes' end
$function$;

CREATE OR REPLACE FUNCTION meta_sync.final_before(p_workspace_id text, p_account_id text)
 RETURNS date
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select meta_sync.account_day(p_workspace_id, p_account_id, meta_sync.clock()) - 28
$function$;

CREATE OR REPLACE FUNCTION meta_sync.hold_lane(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_finished timestamptz;
begin
  select finished_at into v_finished from public.background_jobs
  where id = p_job_id and workspace_id = p_workspace_id for no key update;
  if not found or v_finished is not null then return 'final'; end if;
  perform 1 from meta_sync.lanes
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane and lease_token = p_lease_token for update;
  return case when found then 'held' else 'lease_lost' end;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.holds_lease(p_workspace_id text, p_job_id uuid, p_lease_token uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (select 1 from meta_sync.lanes l where l.workspace_id = p_workspace_id and l.job_id = p_job_id
    and l.lease_token = p_lease_token)
$function$;

CREATE OR REPLACE FUNCTION meta_sync.known_accounts(p_workspace_id text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('accountId', k.account_id, 'name', k.name, 'aliases', k.aliases)
    order by k.name), '[]'::jsonb)
  from (
    select a.account_id, a.name, coalesce((select jsonb_agg(s.alias order by s.alias) from meta_sync.account_aliases s
      where s.workspace_id = a.workspace_id and s.account_id = a.account_id), '[]'::jsonb) as aliases
    from meta_sync.accounts a where a.workspace_id = p_workspace_id
    order by a.name limit 200
  ) k
$function$;

CREATE OR REPLACE FUNCTION meta_sync.make_job(p_workspace_id text, p_env text, p_account_id text, p_order jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_job_id uuid := gen_random_uuid();
  v_now timestamptz := meta_sync.clock();
  v_twin uuid;
begin
  loop
    insert into public.background_jobs (id, workspace_id, env, user_id, request, account_id, twin_key, origin,
      slice_concurrency, created_at)
    values (v_job_id, p_workspace_id, p_env, (p_order ->> 'userId')::uuid,
      (p_order -> 'request') || jsonb_build_object('accountId', p_account_id), p_account_id,
      p_order ->> 'twinKey', p_order -> 'origin', (p_order ->> 'sliceConcurrency')::integer, v_now)
    on conflict (workspace_id, env, account_id, twin_key) where finished_at is null and account_id is not null
    do nothing;
    exit when found;
    select id into v_twin from public.background_jobs
    where workspace_id = p_workspace_id and env = p_env and account_id = p_account_id
      and twin_key = p_order ->> 'twinKey' and finished_at is null;
    -- The twin may have ended between the two statements: then the insert is tried again.
    -- With its view, because the ack links to it and may wait for no second call.
    if found then
      return jsonb_build_object('outcome', 'twin', 'jobId', v_twin,
        'view', (select meta_sync.view_json(j) from public.background_jobs j where j.id = v_twin));
    end if;
  end loop;
  perform meta_sync.add_parts(p_workspace_id, v_job_id, 1, p_order -> 'parts', null);
  insert into meta_sync.lanes (workspace_id, job_id, lane, state)
  select p_workspace_id, v_job_id, n, 'parked' from generate_series(1, (p_order ->> 'lanes')::integer) n;
  perform meta_sync.send_lane(p_workspace_id, v_job_id, 1::smallint, v_now);
  if p_order #>> '{origin,channel}' is not null then
    insert into meta_sync.messages (workspace_id, env, job_id) values (p_workspace_id, p_env, v_job_id);
    insert into meta_sync.outbox (workspace_id, env, kind, job_id, not_before, created_at)
    values (p_workspace_id, p_env, 'post', v_job_id, v_now, v_now);
  end if;
  return jsonb_build_object('outcome', 'started', 'jobId', v_job_id);
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.mark_listed(p_job public.background_jobs, p_part meta_sync.job_parts)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into meta_sync.listed as l (workspace_id, account_id, stream, until_at, whole_at)
  values (p_job.workspace_id, p_job.account_id, p_part.stream, p_job.started_at,
    case when p_part.filter is null then p_job.started_at end)
  on conflict (workspace_id, account_id, stream) do update
  set until_at = greatest(l.until_at, excluded.until_at), whole_at = greatest(l.whole_at, excluded.whole_at)
$function$;

CREATE OR REPLACE FUNCTION meta_sync.next_work_at(p_job public.background_jobs, p_now timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_at timestamptz;
  v_at_work boolean := exists (
    select 1 from meta_sync.job_parts p
    where p.workspace_id = p_job.workspace_id and p.job_id = p_job.id and p.phase = p_job.phase and p.state = 'leased');
begin
  -- After a block one part is tried alone: what else waits has no time before it ends.
  if p_job.resumes_carefully and v_at_work then return null; end if;
  select min(w.at) into v_at from meta_sync.waiting_parts(p_job, p_now) w;
  if v_at is null and not v_at_work and not exists (
    select 1 from meta_sync.lanes l
    where l.workspace_id = p_job.workspace_id and l.job_id = p_job.id and l.lease_token = p_job.planning_token
  ) then
    v_at := p_now;
  end if;
  if v_at is null then return null; end if;
  return greatest(v_at, coalesce(meta_sync.blocked_until(p_job), v_at));
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.part_json(p meta_sync.job_parts)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('part', p.part, 'phase', p.phase, 'stream', p.stream, 'level', p.level,
    'breakdown', p.breakdown, 'since', p.since, 'until', p.until, 'mode', p.mode, 'filter', p.filter, 'fields', p.fields,
    'pageSize', p.page_size, 'state', p.state, 'cursor', p.cursor,
    'pages', p.pages, 'mostPages', p.most_pages, 'rowsRead', p.rows_read, 'rowsWritten', p.rows_written, 'claims', p.claims,
    'transientTries', p.transient_tries, 'expectedCalls', p.expected_calls,
    'reportId', p.report_run_id, 'reportStarts', p.report_starts, 'polls', p.report_polls,
    'reportPercent', p.report_percent, 'reportStartedAt', p.report_started_at, 'reportMovedAt', p.report_moved_at)
$function$;

CREATE OR REPLACE FUNCTION meta_sync.pass_finished_phases(p_job public.background_jobs)
 RETURNS smallint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_phase smallint := p_job.phase;
begin
  while exists (select 1 from meta_sync.job_parts p where p.workspace_id = p_job.workspace_id
                and p.job_id = p_job.id and p.phase = v_phase + 1)
    and not exists (select 1 from meta_sync.job_parts p where p.workspace_id = p_job.workspace_id
                and p.job_id = p_job.id and p.phase = v_phase and p.state in ('waiting', 'leased', 'polling'))
  loop
    v_phase := v_phase + 1;
  end loop;
  if v_phase <> p_job.phase then
    update public.background_jobs set phase = v_phase where id = p_job.id and workspace_id = p_job.workspace_id;
  end if;
  return v_phase;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.percent_done(p_workspace_id text, p_job_id uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(floor(sum(f.weight * f.done / greatest(f.expected, 1))), 0)::integer
  from (
    select s.weight, sum(p.expected_calls) as expected,
      sum(case when p.state in ('done', 'failed', 'skipped') then p.expected_calls
               else least(p.most_pages, p.expected_calls) end)::numeric as done
    from meta_sync.job_parts p
    join (values (1, 2), (2, 8), (3, 85), (4, 4)) as s (phase, weight) on s.phase = p.phase
    where p.workspace_id = p_workspace_id and p.job_id = p_job_id and p.state <> 'split'
    group by s.phase, s.weight
  ) f
$function$;

CREATE OR REPLACE FUNCTION meta_sync.plan_facts(p_job public.background_jobs)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'timezone', (select a.timezone_name from meta_ads.ad_accounts a
                 where a.workspace_id = p_job.workspace_id and a.id = p_job.account_id),
    'window', case when p_job.window_since is null then null
      else jsonb_build_object('since', p_job.window_since, 'until', p_job.window_until) end,
    'previousWindow', case when p_job.previous_since is null then null
      else jsonb_build_object('since', p_job.previous_since, 'until', p_job.previous_until) end,
    -- Stored ones, because a list may have brought only what changed.
    'entityCounts', jsonb_build_object(
      'campaigns', (select count(*) from meta_ads.campaigns e
        where e.workspace_id = p_job.workspace_id and e.account_id = p_job.account_id),
      'ad_sets', (select count(*) from meta_ads.ad_sets e
        where e.workspace_id = p_job.workspace_id and e.account_id = p_job.account_id),
      'ads', (select count(*) from meta_ads.ads e
        where e.workspace_id = p_job.workspace_id and e.account_id = p_job.account_id)),
    'learned', (select coalesce(jsonb_agg(jsonb_build_object('stream', l.stream, 'level', nullif(l.level, ''),
        'breakdown', l.breakdown, 'pageSize', l.page_size, 'maxDays', l.max_days)), '[]'::jsonb)
      from meta_sync.learned l where l.workspace_id = p_job.workspace_id and l.account_id = p_job.account_id
        -- Meta's ceilings move, so what was learned is tried again after a month.
        and l.learned_at > meta_sync.clock() - interval '30 days'),
    'listed', (select coalesce(jsonb_object_agg(l.stream, jsonb_build_object('until', l.until_at, 'whole', l.whole_at)),
        '{}'::jsonb)
      from meta_sync.listed l where l.workspace_id = p_job.workspace_id and l.account_id = p_job.account_id),
    'differingDays', case when p_job.phase >= 4 then meta_sync.differing_days(p_job) else '[]'::jsonb end,
    'failedStreams', (
      select coalesce(jsonb_agg(distinct p.stream), '[]'::jsonb) from meta_sync.job_parts p
      where p.workspace_id = p_job.workspace_id and p.job_id = p_job.id and p.state = 'failed'))
$function$;

CREATE OR REPLACE FUNCTION meta_sync.release_dead_lanes(p_workspace_id text, p_job_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_now timestamptz := meta_sync.clock();
begin
  update meta_sync.job_parts p set state = 'waiting', lane = null, lease_token = null
  from meta_sync.lanes l
  where p.workspace_id = p_workspace_id and p.job_id = p_job_id and p.state = 'leased'
    and l.workspace_id = p.workspace_id and l.job_id = p.job_id and l.lane = p.lane
    and (l.state <> 'leased' or l.lease_until <= v_now);
  update meta_sync.lanes set state = 'sent', due_at = v_now, lease_token = null, lease_until = null
  where workspace_id = p_workspace_id and job_id = p_job_id and state = 'leased' and lease_until <= v_now;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.reports_to_begin(p_job public.background_jobs)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select greatest(0, 4 - count(*))::integer from meta_sync.job_parts p
  where p.workspace_id = p_job.workspace_id and p.job_id = p_job.id and p.phase = p_job.phase and p.mode = 'report'
    and (p.state = 'leased' or (p.state in ('waiting', 'polling') and p.report_run_id is not null))
$function$;

CREATE OR REPLACE FUNCTION meta_sync.resend_lane(p_workspace_id text, p_job_id uuid, p_lane smallint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update meta_sync.lanes set copy = copy + 1
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane;
  perform meta_sync.send_lane(p_workspace_id, p_job_id, p_lane, meta_sync.clock());
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.resolve_account(p_workspace_id text, p_account jsonb, p_channel_id text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_word text := lower(p_account ->> 'name');
  v_found text[];
begin
  if p_account ->> 'kind' = 'id' then return p_account ->> 'accountId'; end if;
  if p_account ->> 'kind' = 'default' then
    return (select d.account_id from meta_sync.channel_defaults d
            where d.workspace_id = p_workspace_id and d.channel_id = p_channel_id);
  end if;
  select array_agg(a.account_id) into v_found from meta_sync.account_aliases a
  where a.workspace_id = p_workspace_id and a.alias = v_word;
  if v_found is null then
    select array_agg(a.account_id) into v_found from meta_sync.accounts a
    where a.workspace_id = p_workspace_id and lower(a.name) = v_word;
  end if;
  if v_found is null then
    select array_agg(a.account_id) into v_found from meta_sync.accounts a
    where a.workspace_id = p_workspace_id and starts_with(lower(a.name), v_word);
  end if;
  return case when cardinality(v_found) = 1 then v_found[1] end;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.seconds_left(p_job public.background_jobs)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select case
    when p_job.finished_at is not null then 0
    when p_job.phase < 3 then null
    -- At least 1: 0 is for jobs that are over.
    else greatest(1, ceil(
      (select coalesce(sum(greatest(p.expected_calls - p.pages, 1)), 0) from meta_sync.job_parts p
       where p.workspace_id = p_job.workspace_id and p.job_id = p_job.id and p.state in ('waiting', 'leased', 'polling'))
      * (select coalesce(avg(l.call_ms), 1000) / 1000.0 / greatest(count(*) filter (where l.state <> 'parked'), 1)
         from meta_sync.lanes l where l.workspace_id = p_job.workspace_id and l.job_id = p_job.id)
      + greatest(0, coalesce(extract(epoch from p_job.snoozed_until - meta_sync.clock()), 0))))::integer
  end
$function$;

CREATE OR REPLACE FUNCTION meta_sync.send_lane(p_workspace_id text, p_job_id uuid, p_lane smallint, p_not_before timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_id bigint;
begin
  update meta_sync.lanes
  set state = 'sent', lease_token = null, lease_until = null, due_at = p_not_before, message_lost = false
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane;
  insert into meta_sync.outbox (workspace_id, env, kind, job_id, lane, seq, copy, not_before, created_at)
  select l.workspace_id, j.env, 'slice', l.job_id, l.lane, l.seq, l.copy, p_not_before, meta_sync.clock()
  from meta_sync.lanes l join public.background_jobs j on j.id = l.job_id
  where l.workspace_id = p_workspace_id and l.job_id = p_job_id and l.lane = p_lane
  returning id into v_id;
  return v_id;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.set_clock_offset(p_offset_ms bigint)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into meta_sync.clock_offset (offset_ms) values (p_offset_ms)
  on conflict (only_row) do update set offset_ms = excluded.offset_ms
$function$;

CREATE OR REPLACE FUNCTION meta_sync.stream_counts(p_workspace_id text, p_job_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(to_jsonb(c) - 'first_part' order by c.first_part), '[]'::jsonb)
  from (
    select p.stream, min(p.part) as first_part, count(*)::integer as parts,
      (count(*) filter (where p.state in ('done', 'skipped')))::integer as "partsDone",
      (count(*) filter (where p.state = 'failed'))::integer as "partsFailed",
      sum(p.rows_read) as "rowsRead", sum(p.rows_written) as "rowsWritten", sum(p.calls)::integer as calls,
      sum(p.expected_calls)::integer as "expectedCalls"
    from meta_sync.job_parts p
    where p.workspace_id = p_workspace_id and p.job_id = p_job_id and p.state <> 'split'
    group by p.stream
  ) c
$function$;

CREATE OR REPLACE FUNCTION meta_sync.sum_days(p_workspace_id text, p_account_id text, p_level text, p_since date, p_until date)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with days as (
    select * from meta_ads.insights_daily i
    where i.workspace_id = p_workspace_id and i.account_id = p_account_id and i.level = p_level
      and i.breakdown_key = '' and i.date_start between p_since and p_until
  )
  select jsonb_build_object(
    'spend', coalesce(sum(d.spend), 0)::text, 'impressions', coalesce(sum(d.impressions), 0),
    'clicks', coalesce(sum(d.clicks), 0), 'inlineLinkClicks', coalesce(sum(d.inline_link_clicks), 0),
    -- Read days, not days with a row: Meta leaves days without delivery out.
    'days', (select count(*) from meta_sync.coverage c where c.workspace_id = p_workspace_id
      and c.account_id = p_account_id and c.level = p_level and c.breakdown_set = '' and c.day between p_since and p_until),
    'actions', (select coalesce(jsonb_object_agg(s.type, s.value::text), '{}'::jsonb) from (
      select a ->> 'action_type' as type, sum((a ->> 'value')::numeric) as value
      from days x cross join lateral jsonb_array_elements(x.actions) a
      where a ? 'value' group by 1) s),
    'actionValues', (select coalesce(jsonb_object_agg(s.type, s.value::text), '{}'::jsonb) from (
      select a ->> 'action_type' as type, sum((a ->> 'value')::numeric) as value
      from days x cross join lateral jsonb_array_elements(x.action_values) a
      where a ? 'value' group by 1) s))
  from days d
$function$;

CREATE OR REPLACE FUNCTION meta_sync.take_order(p_workspace_id text, p_env text, p_key text, p_request_hash text, p_outcome text)
 RETURNS meta_sync.orders
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order meta_sync.orders;
begin
  loop
    insert into meta_sync.orders (workspace_id, key, env, request_hash, outcome, created_at)
    values (p_workspace_id, p_key, p_env, p_request_hash, p_outcome, meta_sync.clock())
    on conflict (workspace_id, env, key) do nothing;
    exit when found;
    select * into v_order from meta_sync.orders
    where workspace_id = p_workspace_id and env = p_env and key = p_key for update;
    exit when found;
  end loop;
  return v_order;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.tell_lane(p_workspace_id text, p_job_id uuid, p_outcome text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select jsonb_build_object('outcome', p_outcome, 'blockedUntil', meta_sync.blocked_until(j))
  from public.background_jobs j where j.id = p_job_id and j.workspace_id = p_workspace_id
$function$;

CREATE OR REPLACE FUNCTION meta_sync.view_json(p_job public.background_jobs)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'workspaceId', p_job.workspace_id, 'env', p_job.env, 'jobId', p_job.id, 'userId', p_job.user_id,
    'request', p_job.request, 'origin', p_job.origin,
    'accountName', a.name, 'currency', a.currency, 'timezone', a.timezone_name,
    'window', case when p_job.window_since is null then null
      else jsonb_build_object('since', p_job.window_since, 'until', p_job.window_until) end,
    'previousWindow', case when p_job.previous_since is null then null
      else jsonb_build_object('since', p_job.previous_since, 'until', p_job.previous_until) end,
    'state', p_job.state, 'attempt', p_job.attempt, 'phase', p_job.phase, 'revision', p_job.revision,
    'progress', greatest(p_job.progress, case when p_job.state = 'succeeded' then 100
      else meta_sync.percent_done(p_job.workspace_id, p_job.id) end),
    'snoozeReason', coalesce(p_job.snooze_reason, case when meta_sync.waits_for_queue(p_job) then 'queue' end), 'snoozedUntil', p_job.snoozed_until, 'failure', p_job.failure,
    'warnings', p_job.warnings, 'cancelledBy', p_job.cancelled_by, 'createdAt', p_job.created_at,
    'startedAt', p_job.started_at, 'updatedAt', p_job.updated_at, 'finishedAt', p_job.finished_at,
    'estimatedSecondsLeft', meta_sync.seconds_left(p_job), 'resultData', p_job.result_data,
    'streams', meta_sync.stream_counts(p_job.workspace_id, p_job.id),
    'rowsRead', s.rows_read, 'rowsWritten', s.rows_written, 'quarantined', s.quarantined, 'calls', s.calls,
    'root', case when m.ts is null then null
      else jsonb_build_object('channel', m.channel, 'ts', m.ts, 'threadTs', m.thread_ts) end)
  from (select coalesce(sum(p.rows_read), 0) as rows_read, coalesce(sum(p.rows_written), 0) as rows_written,
          coalesce(sum(p.quarantined), 0) as quarantined, coalesce(sum(p.calls), 0) as calls
        from meta_sync.job_parts p
        where p.workspace_id = p_job.workspace_id and p.job_id = p_job.id and p.state <> 'split') s
  left join meta_ads.ad_accounts a on a.workspace_id = p_job.workspace_id and a.id = p_job.account_id
  left join meta_sync.messages m on m.workspace_id = p_job.workspace_id and m.job_id = p_job.id
$function$;

CREATE OR REPLACE FUNCTION meta_sync.waiting_parts(p_job public.background_jobs, p_now timestamp with time zone)
 RETURNS TABLE(part integer, at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select w.part, w.at
  from (
    select p.part, greatest(p.not_before, p_now) as at, p.mode = 'report' and p.report_run_id is null as is_new,
      row_number() over (partition by p.mode = 'report' and p.report_run_id is null order by p.part) as place
    from meta_sync.job_parts p
    where p.workspace_id = p_job.workspace_id and p.job_id = p_job.id and p.phase = p_job.phase
      and p.state in ('waiting', 'polling')
  ) w
  where not w.is_new or w.place <= (select meta_sync.reports_to_begin(p_job))
$function$;

CREATE OR REPLACE FUNCTION meta_sync.waits_for_queue(p_job public.background_jobs)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select p_job.state in ('queued', 'running')
    and exists (select 1 from meta_sync.outbox o where o.workspace_id = p_job.workspace_id and o.job_id = p_job.id
      and o.kind = 'slice' and o.sent_at is null and o.last_error is not null)
    and not exists (select 1 from meta_sync.lanes l where l.workspace_id = p_job.workspace_id and l.job_id = p_job.id
      and l.state = 'leased')
$function$;

CREATE OR REPLACE FUNCTION meta_sync.wake_lanes(p_workspace_id text, p_job_id uuid, p_at_hand integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_now timestamptz := meta_sync.clock();
  v_claimable integer;
  v_concurrency integer;
  v_coming integer;
  v_lane smallint;
begin
  select count(*) into v_claimable from public.background_jobs j, meta_sync.waiting_parts(j, v_now) w
  where j.id = p_job_id and j.workspace_id = p_workspace_id and w.at <= v_now;
  select slice_concurrency into v_concurrency from public.background_jobs where id = p_job_id;
  select count(*) into v_coming from meta_sync.lanes
  where workspace_id = p_workspace_id and job_id = p_job_id and state = 'sent' and due_at <= v_now;
  for v_lane in
    select lane from meta_sync.lanes
    where workspace_id = p_workspace_id and job_id = p_job_id and state = 'parked'
    order by lane
    limit greatest(0, ceil(v_claimable::numeric / v_concurrency)::integer - v_coming - p_at_hand)
  loop
    perform meta_sync.send_lane(p_workspace_id, p_job_id, v_lane, v_now);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.write_ad_accounts(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  with changed as (
    insert into meta_ads.ad_accounts as t (workspace_id, id, name, account_status, disable_reason, currency,
      currency_minor_digits, timezone_name, timezone_offset_hours_utc, business_name, business_country_code,
      business_state, amount_spent_minor, balance_minor, spend_cap_minor, min_daily_budget_minor, created_time, raw,
      row_hash, first_seen_at, synced_at, job_id)
    select p_workspace_id, r.id, r.name, r.account_status, r.disable_reason, r.currency, r.currency_minor_digits,
      r.timezone_name, r.timezone_offset_hours_utc, r.business_name, r.business_country_code, r.business_state,
      r.amount_spent_minor, r.balance_minor, r.spend_cap_minor, r.min_daily_budget_minor, r.created_time,
      r.raw, r.row_hash, p_now, p_now, p_job_id
    from jsonb_populate_recordset(null::meta_ads.ad_accounts, p_rows) r
    order by r.id
    on conflict (workspace_id, id) do update set name = excluded.name, account_status = excluded.account_status,
      disable_reason = excluded.disable_reason, currency = excluded.currency,
      currency_minor_digits = excluded.currency_minor_digits,
      timezone_name = excluded.timezone_name, timezone_offset_hours_utc = excluded.timezone_offset_hours_utc,
      business_name = excluded.business_name, business_country_code = excluded.business_country_code,
      business_state = excluded.business_state, amount_spent_minor = excluded.amount_spent_minor,
      balance_minor = excluded.balance_minor, spend_cap_minor = excluded.spend_cap_minor,
      min_daily_budget_minor = excluded.min_daily_budget_minor, created_time = excluded.created_time,
      raw = excluded.raw, row_hash = excluded.row_hash,
      synced_at = greatest(excluded.synced_at, t.synced_at + interval '1 microsecond'), job_id = excluded.job_id
    where t.row_hash is distinct from excluded.row_hash
    returning t.*
  ), versions as (
    insert into meta_ads.entity_versions (workspace_id, entity_type, id, valid_from, account_id, updated_time, row_hash,
      raw, job_id)
    select c.workspace_id, 'ad_account', c.id, c.synced_at, c.id, null::timestamptz, c.row_hash, c.raw, c.job_id
    from changed c
  )
  select count(*) into v_count from changed;
  insert into meta_sync.accounts (workspace_id, account_id, name, currency, timezone, seen_at)
  select p_workspace_id, r.id, coalesce(r.name, 'act_' || r.id), r.currency, r.timezone_name, p_now
  from jsonb_populate_recordset(null::meta_ads.ad_accounts, p_rows) r
  order by r.id
  on conflict (workspace_id, account_id) do update
  set name = excluded.name, currency = excluded.currency, timezone = excluded.timezone, seen_at = excluded.seen_at;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.write_ad_sets(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  with changed as (
    insert into meta_ads.ad_sets as t (workspace_id, account_id, id, campaign_id, name, status, configured_status,
      effective_status, optimization_goal, billing_event, bid_strategy, bid_amount_minor, daily_budget_minor,
      lifetime_budget_minor, budget_remaining_minor, destination_type, attribution_spec, promoted_object,
      start_time, end_time, created_time, updated_time, raw, row_hash, first_seen_at, synced_at, job_id)
    select p_workspace_id, r.account_id, r.id, r.campaign_id, r.name, r.status, r.configured_status, r.effective_status,
      r.optimization_goal, r.billing_event, r.bid_strategy, r.bid_amount_minor, r.daily_budget_minor,
      r.lifetime_budget_minor, r.budget_remaining_minor, r.destination_type, r.attribution_spec, r.promoted_object,
      r.start_time, r.end_time, r.created_time, r.updated_time, r.raw, r.row_hash, p_now, p_now, p_job_id
    from jsonb_populate_recordset(null::meta_ads.ad_sets, p_rows) r
    order by r.account_id, r.id
    on conflict (workspace_id, account_id, id) do update set campaign_id = excluded.campaign_id, name = excluded.name,
      status = excluded.status, configured_status = excluded.configured_status,
      effective_status = excluded.effective_status, optimization_goal = excluded.optimization_goal,
      billing_event = excluded.billing_event, bid_strategy = excluded.bid_strategy,
      bid_amount_minor = excluded.bid_amount_minor, daily_budget_minor = excluded.daily_budget_minor,
      lifetime_budget_minor = excluded.lifetime_budget_minor, budget_remaining_minor = excluded.budget_remaining_minor,
      destination_type = excluded.destination_type, attribution_spec = excluded.attribution_spec,
      promoted_object = excluded.promoted_object, start_time = excluded.start_time, end_time = excluded.end_time,
      created_time = excluded.created_time, updated_time = excluded.updated_time, raw = excluded.raw,
      row_hash = excluded.row_hash,
      synced_at = greatest(excluded.synced_at, t.synced_at + interval '1 microsecond'), job_id = excluded.job_id
    where t.row_hash is distinct from excluded.row_hash
    returning t.*
  ), versions as (
    insert into meta_ads.entity_versions (workspace_id, entity_type, id, valid_from, account_id, updated_time, row_hash,
      raw, job_id)
    select c.workspace_id, 'ad_set', c.id, c.synced_at, c.account_id, c.updated_time, c.row_hash, c.raw, c.job_id
    from changed c
  )
  select count(*) into v_count from changed;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.write_ads(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  with changed as (
    insert into meta_ads.ads as t (workspace_id, account_id, id, campaign_id, ad_set_id, creative_id, name, status,
      configured_status, effective_status, conversion_domain, preview_shareable_link, tracking_specs, created_time,
      updated_time, raw, row_hash, first_seen_at, synced_at, job_id)
    select p_workspace_id, r.account_id, r.id, r.campaign_id, r.ad_set_id, r.creative_id, r.name, r.status,
      r.configured_status, r.effective_status, r.conversion_domain, r.preview_shareable_link, r.tracking_specs,
      r.created_time, r.updated_time, r.raw, r.row_hash, p_now, p_now, p_job_id
    from jsonb_populate_recordset(null::meta_ads.ads, p_rows) r
    order by r.account_id, r.id
    on conflict (workspace_id, account_id, id) do update set campaign_id = excluded.campaign_id,
      ad_set_id = excluded.ad_set_id, creative_id = excluded.creative_id, name = excluded.name, status = excluded.status,
      configured_status = excluded.configured_status, effective_status = excluded.effective_status,
      conversion_domain = excluded.conversion_domain, preview_shareable_link = excluded.preview_shareable_link,
      tracking_specs = excluded.tracking_specs, created_time = excluded.created_time,
      updated_time = excluded.updated_time, raw = excluded.raw,
      row_hash = excluded.row_hash,
      synced_at = greatest(excluded.synced_at, t.synced_at + interval '1 microsecond'), job_id = excluded.job_id
    where t.row_hash is distinct from excluded.row_hash
    returning t.*
  ), versions as (
    insert into meta_ads.entity_versions (workspace_id, entity_type, id, valid_from, account_id, updated_time, row_hash,
      raw, job_id)
    select c.workspace_id, 'ad', c.id, c.synced_at, c.account_id, c.updated_time, c.row_hash, c.raw, c.job_id
    from changed c
  )
  select count(*) into v_count from changed;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.write_campaigns(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  with changed as (
    insert into meta_ads.campaigns as t (workspace_id, account_id, id, name, objective, buying_type, status,
      configured_status, effective_status, bid_strategy, daily_budget_minor, lifetime_budget_minor,
      budget_remaining_minor, spend_cap_minor, special_ad_categories, start_time, stop_time, created_time,
      updated_time, raw, row_hash, first_seen_at, synced_at, job_id)
    select p_workspace_id, r.account_id, r.id, r.name, r.objective, r.buying_type, r.status, r.configured_status,
      r.effective_status, r.bid_strategy, r.daily_budget_minor, r.lifetime_budget_minor, r.budget_remaining_minor,
      r.spend_cap_minor, r.special_ad_categories, r.start_time, r.stop_time, r.created_time, r.updated_time, r.raw,
      r.row_hash, p_now, p_now, p_job_id
    from jsonb_populate_recordset(null::meta_ads.campaigns, p_rows) r
    order by r.account_id, r.id
    on conflict (workspace_id, account_id, id) do update set name = excluded.name, objective = excluded.objective,
      buying_type = excluded.buying_type, status = excluded.status, configured_status = excluded.configured_status,
      effective_status = excluded.effective_status, bid_strategy = excluded.bid_strategy,
      daily_budget_minor = excluded.daily_budget_minor, lifetime_budget_minor = excluded.lifetime_budget_minor,
      budget_remaining_minor = excluded.budget_remaining_minor, spend_cap_minor = excluded.spend_cap_minor,
      special_ad_categories = excluded.special_ad_categories, start_time = excluded.start_time,
      stop_time = excluded.stop_time, created_time = excluded.created_time,
      updated_time = excluded.updated_time, raw = excluded.raw, row_hash = excluded.row_hash,
      synced_at = greatest(excluded.synced_at, t.synced_at + interval '1 microsecond'), job_id = excluded.job_id
    where t.row_hash is distinct from excluded.row_hash
    returning t.*
  ), versions as (
    insert into meta_ads.entity_versions (workspace_id, entity_type, id, valid_from, account_id, updated_time, row_hash,
      raw, job_id)
    select c.workspace_id, 'campaign', c.id, c.synced_at, c.account_id, c.updated_time, c.row_hash, c.raw, c.job_id
    from changed c
  )
  select count(*) into v_count from changed;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.write_creatives(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  with changed as (
    insert into meta_ads.creatives as t (workspace_id, account_id, id, name, title, body, status, object_type,
      call_to_action_type, link_url, url_tags, image_hash, image_url, thumbnail_url, video_id,
      effective_object_story_id, instagram_permalink_url, object_story_spec, asset_feed_spec, raw,
      row_hash, first_seen_at, synced_at, job_id)
    select p_workspace_id, r.account_id, r.id, r.name, r.title, r.body, r.status, r.object_type, r.call_to_action_type,
      r.link_url, r.url_tags, r.image_hash, r.image_url, r.thumbnail_url, r.video_id, r.effective_object_story_id,
      r.instagram_permalink_url, r.object_story_spec, r.asset_feed_spec, r.raw, r.row_hash, p_now, p_now, p_job_id
    from jsonb_populate_recordset(null::meta_ads.creatives, p_rows) r
    order by r.account_id, r.id
    on conflict (workspace_id, account_id, id) do update set name = excluded.name, title = excluded.title,
      body = excluded.body, status = excluded.status, object_type = excluded.object_type,
      call_to_action_type = excluded.call_to_action_type, link_url = excluded.link_url, url_tags = excluded.url_tags,
      image_hash = excluded.image_hash, image_url = excluded.image_url, thumbnail_url = excluded.thumbnail_url,
      video_id = excluded.video_id, effective_object_story_id = excluded.effective_object_story_id,
      instagram_permalink_url = excluded.instagram_permalink_url, object_story_spec = excluded.object_story_spec,
      asset_feed_spec = excluded.asset_feed_spec, raw = excluded.raw,
      row_hash = excluded.row_hash,
      synced_at = greatest(excluded.synced_at, t.synced_at + interval '1 microsecond'), job_id = excluded.job_id
    where t.row_hash is distinct from excluded.row_hash
    returning t.*
  ), versions as (
    insert into meta_ads.entity_versions (workspace_id, entity_type, id, valid_from, account_id, updated_time, row_hash,
      raw, job_id)
    select c.workspace_id, 'creative', c.id, c.synced_at, c.account_id, null::timestamptz, c.row_hash, c.raw, c.job_id
    from changed c
  )
  select count(*) into v_count from changed;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.write_insights_daily(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
  v_final_before date := meta_sync.final_before(p_workspace_id, p_rows #>> '{0,account_id}');
begin
  insert into meta_ads.insights_daily as t (workspace_id, account_id, level, date_start, entity_id, breakdown_key,
    breakdowns, campaign_id, campaign_name, adset_id, adset_name, ad_id, ad_name, account_currency, objective,
    optimization_goal, attribution_setting, spend, impressions, clicks, inline_link_clicks, reach, frequency, actions,
    action_values, raw, is_final, row_hash, first_seen_at, synced_at, job_id)
  select p_workspace_id, r.account_id, r.level, r.date_start, r.entity_id, coalesce(r.breakdown_key, ''), r.breakdowns,
    r.campaign_id, r.campaign_name, r.adset_id, r.adset_name, r.ad_id, r.ad_name, r.account_currency, r.objective,
    r.optimization_goal, r.attribution_setting, coalesce(r.spend, 0), coalesce(r.impressions, 0),
    coalesce(r.clicks, 0), coalesce(r.inline_link_clicks, 0), r.reach, r.frequency, r.actions, r.action_values,
    r.raw, coalesce(r.date_start < v_final_before, false), r.row_hash, p_now, p_now, p_job_id
  from jsonb_populate_recordset(null::meta_ads.insights_daily, p_rows) r
  order by r.account_id, r.level, r.date_start, r.entity_id, r.breakdown_key
  on conflict (workspace_id, account_id, level, date_start, entity_id, breakdown_key) do update
  set campaign_id = excluded.campaign_id, campaign_name = excluded.campaign_name, adset_id = excluded.adset_id,
    adset_name = excluded.adset_name, ad_id = excluded.ad_id, ad_name = excluded.ad_name,
    account_currency = excluded.account_currency, objective = excluded.objective,
    optimization_goal = excluded.optimization_goal, attribution_setting = excluded.attribution_setting,
    spend = excluded.spend, impressions = excluded.impressions, clicks = excluded.clicks,
    inline_link_clicks = excluded.inline_link_clicks, reach = coalesce(excluded.reach, t.reach), frequency = coalesce(excluded.frequency, t.frequency),
    breakdowns = excluded.breakdowns, actions = excluded.actions, action_values = excluded.action_values,
    raw = excluded.raw, is_final = excluded.is_final, row_hash = excluded.row_hash,
    synced_at = excluded.synced_at, job_id = excluded.job_id
  where t.row_hash is distinct from excluded.row_hash;
  get diagnostics v_count = row_count;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.write_insights_period(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  insert into meta_ads.insights_period as t (workspace_id, account_id, level, since, until, entity_id, breakdown_key,
    breakdowns, campaign_id, campaign_name, account_currency, objective, spend, impressions, clicks, inline_link_clicks,
    reach, frequency, actions, action_values, raw, row_hash, first_seen_at, synced_at, job_id)
  select p_workspace_id, r.account_id, r.level, r.since, r.until, r.entity_id, coalesce(r.breakdown_key, ''),
    r.breakdowns, r.campaign_id, r.campaign_name, r.account_currency, r.objective, coalesce(r.spend, 0),
    coalesce(r.impressions, 0), coalesce(r.clicks, 0), coalesce(r.inline_link_clicks, 0), r.reach, r.frequency,
    r.actions, r.action_values, r.raw, r.row_hash, p_now, p_now, p_job_id
  from jsonb_populate_recordset(null::meta_ads.insights_period, p_rows) r
  order by r.account_id, r.level, r.since, r.until, r.entity_id, r.breakdown_key
  on conflict (workspace_id, account_id, level, since, until, entity_id, breakdown_key) do update
  set campaign_id = excluded.campaign_id, campaign_name = excluded.campaign_name,
    account_currency = excluded.account_currency, objective = excluded.objective, spend = excluded.spend,
    impressions = excluded.impressions, clicks = excluded.clicks, inline_link_clicks = excluded.inline_link_clicks,
    reach = coalesce(excluded.reach, t.reach), frequency = coalesce(excluded.frequency, t.frequency), breakdowns = excluded.breakdowns,
    actions = excluded.actions, action_values = excluded.action_values, raw = excluded.raw, row_hash = excluded.row_hash,
    synced_at = excluded.synced_at, job_id = excluded.job_id
  where t.row_hash is distinct from excluded.row_hash;
  get diagnostics v_count = row_count;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION meta_sync.write_rows(p_workspace_id text, p_job_id uuid, p_table text, p_rows jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_now timestamptz := meta_sync.clock();
begin
  return case p_table
    when 'ad_accounts' then meta_sync.write_ad_accounts(p_workspace_id, p_job_id, p_rows, v_now)
    when 'campaigns' then meta_sync.write_campaigns(p_workspace_id, p_job_id, p_rows, v_now)
    when 'ad_sets' then meta_sync.write_ad_sets(p_workspace_id, p_job_id, p_rows, v_now)
    when 'ads' then meta_sync.write_ads(p_workspace_id, p_job_id, p_rows, v_now)
    when 'creatives' then meta_sync.write_creatives(p_workspace_id, p_job_id, p_rows, v_now)
    when 'insights_daily' then meta_sync.write_insights_daily(p_workspace_id, p_job_id, p_rows, v_now)
    when 'insights_period' then meta_sync.write_insights_period(p_workspace_id, p_job_id, p_rows, v_now)
  end;
end $function$;

-- ----------------------------------------------------------------------
create schema meta_ads;

create table meta_ads.ad_accounts (
  workspace_id text not null,
  id text not null,
  name text,
  account_status integer,
  disable_reason integer,
  currency text not null,
  currency_minor_digits smallint not null default 2,
  timezone_name text not null,
  timezone_offset_hours_utc numeric,
  business_name text,
  business_country_code text,
  business_state text,
  amount_spent_minor bigint,
  balance_minor bigint,
  spend_cap_minor bigint,
  min_daily_budget_minor bigint,
  created_time timestamp with time zone,
  raw jsonb not null,
  row_hash text not null,
  first_seen_at timestamp with time zone not null,
  synced_at timestamp with time zone not null,
  job_id uuid not null,
  constraint ad_accounts_pkey PRIMARY KEY (workspace_id, id)
);
alter table meta_ads.ad_accounts enable row level security;

create table meta_ads.ad_sets (
  workspace_id text not null,
  account_id text not null,
  id text not null,
  campaign_id text not null,
  name text,
  status text,
  configured_status text,
  effective_status text,
  optimization_goal text,
  billing_event text,
  bid_strategy text,
  bid_amount_minor bigint,
  daily_budget_minor bigint,
  lifetime_budget_minor bigint,
  budget_remaining_minor bigint,
  destination_type text,
  attribution_spec jsonb,
  promoted_object jsonb,
  start_time timestamp with time zone,
  end_time timestamp with time zone,
  created_time timestamp with time zone,
  updated_time timestamp with time zone,
  raw jsonb not null,
  row_hash text not null,
  first_seen_at timestamp with time zone not null,
  synced_at timestamp with time zone not null,
  job_id uuid not null,
  constraint ad_sets_pkey PRIMARY KEY (workspace_id, account_id, id)
);
alter table meta_ads.ad_sets enable row level security;
CREATE INDEX ad_sets_campaign ON meta_ads.ad_sets USING btree (workspace_id, account_id, campaign_id);

create table meta_ads.ads (
  workspace_id text not null,
  account_id text not null,
  id text not null,
  campaign_id text not null,
  ad_set_id text not null,
  creative_id text,
  name text,
  status text,
  configured_status text,
  effective_status text,
  conversion_domain text,
  preview_shareable_link text,
  tracking_specs jsonb,
  created_time timestamp with time zone,
  updated_time timestamp with time zone,
  raw jsonb not null,
  row_hash text not null,
  first_seen_at timestamp with time zone not null,
  synced_at timestamp with time zone not null,
  job_id uuid not null,
  constraint ads_pkey PRIMARY KEY (workspace_id, account_id, id)
);
alter table meta_ads.ads enable row level security;
CREATE INDEX ads_ad_set ON meta_ads.ads USING btree (workspace_id, account_id, ad_set_id);

create table meta_ads.campaigns (
  workspace_id text not null,
  account_id text not null,
  id text not null,
  name text,
  objective text,
  buying_type text,
  status text,
  configured_status text,
  effective_status text,
  bid_strategy text,
  daily_budget_minor bigint,
  lifetime_budget_minor bigint,
  budget_remaining_minor bigint,
  spend_cap_minor bigint,
  special_ad_categories text[],
  start_time timestamp with time zone,
  stop_time timestamp with time zone,
  created_time timestamp with time zone,
  updated_time timestamp with time zone,
  raw jsonb not null,
  row_hash text not null,
  first_seen_at timestamp with time zone not null,
  synced_at timestamp with time zone not null,
  job_id uuid not null,
  constraint campaigns_pkey PRIMARY KEY (workspace_id, account_id, id)
);
alter table meta_ads.campaigns enable row level security;

create table meta_ads.creatives (
  workspace_id text not null,
  account_id text not null,
  id text not null,
  name text,
  title text,
  body text,
  status text,
  object_type text,
  call_to_action_type text,
  link_url text,
  url_tags text,
  image_hash text,
  image_url text,
  thumbnail_url text,
  video_id text,
  effective_object_story_id text,
  instagram_permalink_url text,
  object_story_spec jsonb,
  asset_feed_spec jsonb,
  raw jsonb not null,
  row_hash text not null,
  first_seen_at timestamp with time zone not null,
  synced_at timestamp with time zone not null,
  job_id uuid not null,
  constraint creatives_pkey PRIMARY KEY (workspace_id, account_id, id)
);
alter table meta_ads.creatives enable row level security;

create table meta_ads.entity_versions (
  workspace_id text not null,
  entity_type text not null,
  id text not null,
  valid_from timestamp with time zone not null,
  account_id text not null,
  updated_time timestamp with time zone,
  row_hash text not null,
  raw jsonb not null,
  job_id uuid not null,
  constraint entity_versions_pkey PRIMARY KEY (workspace_id, entity_type, id, valid_from),
  constraint entity_versions_entity_type_check CHECK ((entity_type = ANY (ARRAY['ad_account'::text, 'campaign'::text, 'ad_set'::text, 'ad'::text, 'creative'::text])))
);
alter table meta_ads.entity_versions enable row level security;

create table meta_ads.insights_daily (
  workspace_id text not null,
  account_id text not null,
  level text not null,
  date_start date not null,
  entity_id text not null,
  breakdown_key text not null default ''::text,
  breakdowns jsonb,
  campaign_id text,
  campaign_name text,
  adset_id text,
  adset_name text,
  ad_id text,
  ad_name text,
  account_currency text,
  objective text,
  optimization_goal text,
  attribution_setting text,
  spend numeric not null default 0,
  impressions bigint not null default 0,
  clicks bigint not null default 0,
  inline_link_clicks bigint not null default 0,
  reach bigint,
  frequency numeric,
  actions jsonb,
  action_values jsonb,
  raw jsonb not null,
  is_final boolean not null default false,
  row_hash text not null,
  first_seen_at timestamp with time zone not null,
  synced_at timestamp with time zone not null,
  job_id uuid not null,
  constraint insights_daily_pkey PRIMARY KEY (workspace_id, account_id, level, date_start, entity_id, breakdown_key),
  constraint insights_daily_level_check CHECK ((level = ANY (ARRAY['account'::text, 'campaign'::text, 'adset'::text, 'ad'::text])))
);
alter table meta_ads.insights_daily enable row level security;
CREATE INDEX insights_daily_entity ON meta_ads.insights_daily USING btree (workspace_id, entity_id, date_start);

create table meta_ads.insights_period (
  workspace_id text not null,
  account_id text not null,
  level text not null,
  since date not null,
  until date not null,
  entity_id text not null,
  breakdown_key text not null default ''::text,
  breakdowns jsonb,
  campaign_id text,
  campaign_name text,
  account_currency text,
  objective text,
  spend numeric not null default 0,
  impressions bigint not null default 0,
  clicks bigint not null default 0,
  inline_link_clicks bigint not null default 0,
  reach bigint,
  frequency numeric,
  actions jsonb,
  action_values jsonb,
  raw jsonb not null,
  row_hash text not null,
  first_seen_at timestamp with time zone not null,
  synced_at timestamp with time zone not null,
  job_id uuid not null,
  constraint insights_period_pkey PRIMARY KEY (workspace_id, account_id, level, since, until, entity_id, breakdown_key),
  constraint insights_period_level_check CHECK ((level = ANY (ARRAY['account'::text, 'campaign'::text, 'adset'::text, 'ad'::text])))
);
alter table meta_ads.insights_period enable row level security;

-- ----------------------------------------------------------------------
create schema facebook_ads;

create view facebook_ads.account_history as
 SELECT workspace_id,
    (id)::bigint AS id,
    valid_from AS _fivetran_synced,
    (raw ->> 'name'::text) AS name,
    (raw ->> 'account_status'::text) AS account_status,
    (raw ->> 'business_country_code'::text) AS business_country_code,
    (raw ->> 'business_state'::text) AS business_state,
    ((raw ->> 'created_time'::text))::timestamp with time zone AS created_time,
    (raw ->> 'currency'::text) AS currency,
    (raw ->> 'timezone_name'::text) AS timezone_name,
    ((raw ->> 'timezone_offset_hours_utc'::text))::double precision AS timezone_offset_hours_utc,
    ((raw ->> 'min_daily_budget'::text))::bigint AS min_daily_budget
   FROM facebook_ads.versions v
  WHERE (entity_type = 'ad_account'::text);

create view facebook_ads.ad_history as
 SELECT workspace_id,
    (id)::bigint AS id,
    changed_at AS updated_time,
    valid_from AS _fivetran_synced,
    (account_id)::bigint AS account_id,
    ((raw ->> 'campaign_id'::text))::bigint AS campaign_id,
    ((raw ->> 'adset_id'::text))::bigint AS ad_set_id,
    ((raw #>> '{creative,id}'::text[]))::bigint AS creative_id,
    (raw ->> 'name'::text) AS name,
    (raw ->> 'conversion_domain'::text) AS conversion_domain
   FROM facebook_ads.versions v
  WHERE (entity_type = 'ad'::text);

create view facebook_ads.ad_set_history as
 SELECT workspace_id,
    (id)::bigint AS id,
    changed_at AS updated_time,
    valid_from AS _fivetran_synced,
    (account_id)::bigint AS account_id,
    ((raw ->> 'campaign_id'::text))::bigint AS campaign_id,
    (raw ->> 'name'::text) AS name,
    (raw ->> 'status'::text) AS status,
    (raw ->> 'bid_strategy'::text) AS bid_strategy,
    (raw ->> 'optimization_goal'::text) AS optimization_goal,
    ((raw ->> 'start_time'::text))::timestamp with time zone AS start_time,
    ((raw ->> 'end_time'::text))::timestamp with time zone AS end_time,
    ((raw ->> 'daily_budget'::text))::bigint AS daily_budget,
    ((raw ->> 'budget_remaining'::text))::bigint AS budget_remaining
   FROM facebook_ads.versions v
  WHERE (entity_type = 'ad_set'::text);

create view facebook_ads.basic_ad as
 SELECT workspace_id,
    _fivetran_id,
    synced_at AS _fivetran_synced,
    (account_id)::bigint AS account_id,
    ad_id,
    ad_name,
    adset_name,
    date_start AS date,
    impressions,
    inline_link_clicks,
    (spend)::double precision AS spend,
    reach,
    (frequency)::double precision AS frequency
   FROM facebook_ads.figures f
  WHERE ((level = 'ad'::text) AND (breakdown_key = ''::text));

create view facebook_ads.basic_ad_action_values as
 SELECT f.workspace_id,
    f._fivetran_id,
    f.synced_at AS _fivetran_synced,
    f.ad_id,
    f.date_start AS date,
    (a.place - 1) AS index,
    (a.action ->> 'action_type'::text) AS action_type,
    ((a.action ->> 'value'::text))::double precision AS value,
    ((a.action ->> 'inline'::text))::double precision AS inline,
    ((a.action ->> '1d_view'::text))::double precision AS _1_d_view,
    ((a.action ->> '7d_click'::text))::double precision AS _7_d_click,
    ((a.action ->> '28d_click'::text))::double precision AS _28_d_click
   FROM (facebook_ads.figures f
     CROSS JOIN LATERAL jsonb_array_elements(f.action_values) WITH ORDINALITY a(action, place))
  WHERE ((f.level = 'ad'::text) AND (f.breakdown_key = ''::text));

create view facebook_ads.basic_ad_actions as
 SELECT f.workspace_id,
    f._fivetran_id,
    f.synced_at AS _fivetran_synced,
    f.ad_id,
    f.date_start AS date,
    (a.place - 1) AS index,
    (a.action ->> 'action_type'::text) AS action_type,
    ((a.action ->> 'value'::text))::double precision AS value,
    ((a.action ->> 'inline'::text))::double precision AS inline,
    ((a.action ->> '1d_view'::text))::double precision AS _1_d_view,
    ((a.action ->> '7d_click'::text))::double precision AS _7_d_click,
    ((a.action ->> '28d_click'::text))::double precision AS _28_d_click
   FROM (facebook_ads.figures f
     CROSS JOIN LATERAL jsonb_array_elements(f.actions) WITH ORDINALITY a(action, place))
  WHERE ((f.level = 'ad'::text) AND (f.breakdown_key = ''::text));

create view facebook_ads.campaign_history as
 SELECT workspace_id,
    (id)::bigint AS id,
    changed_at AS updated_time,
    valid_from AS _fivetran_synced,
    (account_id)::bigint AS account_id,
    (raw ->> 'name'::text) AS name,
    (raw ->> 'status'::text) AS status,
    ((raw ->> 'created_time'::text))::timestamp with time zone AS created_time,
    ((raw ->> 'start_time'::text))::timestamp with time zone AS start_time,
    ((raw ->> 'stop_time'::text))::timestamp with time zone AS stop_time,
    ((raw ->> 'daily_budget'::text))::bigint AS daily_budget,
    ((raw ->> 'lifetime_budget'::text))::bigint AS lifetime_budget,
    ((raw ->> 'budget_remaining'::text))::double precision AS budget_remaining
   FROM facebook_ads.versions v
  WHERE (entity_type = 'campaign'::text);

create view facebook_ads.creative_history as
 SELECT workspace_id,
    (id)::bigint AS id,
    valid_from AS _fivetran_synced,
    md5(concat_ws('|'::text, workspace_id, id, EXTRACT(epoch FROM valid_from))) AS _fivetran_id,
    (account_id)::bigint AS account_id,
    (raw ->> 'name'::text) AS name,
    COALESCE((raw #>> '{object_story_spec,link_data,link}'::text[]), (raw #>> '{object_story_spec,video_data,call_to_action,value,link}'::text[]), (raw ->> 'link_url'::text), (raw #>> '{object_story_spec,link_data,child_attachments,0,link}'::text[]), (raw #>> '{asset_feed_spec,link_urls,0,website_url}'::text[])) AS page_link,
    COALESCE((raw #>> '{object_story_spec,template_data,link}'::text[]), (raw #>> '{template_url_spec,web,url}'::text[]), (raw ->> 'template_url'::text)) AS template_page_link,
    ( SELECT jsonb_agg(jsonb_build_object('key', split_part(t.tag, '='::text, 1), 'type', 'AD', 'value',
                CASE
                    WHEN (POSITION(('='::text) IN (t.tag)) > 0) THEN substr(t.tag, (POSITION(('='::text) IN (t.tag)) + 1))
                    ELSE NULL::text
                END) ORDER BY t.place) AS jsonb_agg
           FROM regexp_split_to_table(ltrim((v.raw ->> 'url_tags'::text), '?'::text), '&'::text) WITH ORDINALITY t(tag, place)
          WHERE (t.tag <> ''::text)) AS url_tags,
    (raw #>> '{asset_feed_spec,link_urls}'::text[]) AS asset_feed_spec_link_urls,
    (raw #>> '{object_story_spec,link_data,child_attachments}'::text[]) AS object_story_link_data_child_attachments,
    (raw #>> '{object_story_spec,link_data,caption}'::text[]) AS object_story_link_data_caption,
    (raw #>> '{object_story_spec,link_data,description}'::text[]) AS object_story_link_data_description,
    (raw #>> '{object_story_spec,link_data,link}'::text[]) AS object_story_link_data_link,
    (raw #>> '{object_story_spec,link_data,message}'::text[]) AS object_story_link_data_message,
    (raw #>> '{template_url_spec,android}'::text[]) AS template_app_link_spec_android,
    (raw #>> '{template_url_spec,ios}'::text[]) AS template_app_link_spec_ios,
    (raw #>> '{template_url_spec,ipad}'::text[]) AS template_app_link_spec_ipad,
    (raw #>> '{template_url_spec,iphone}'::text[]) AS template_app_link_spec_iphone
   FROM facebook_ads.versions v
  WHERE (entity_type = 'creative'::text);

create view facebook_ads.demographics as
 SELECT workspace_id,
    _fivetran_id,
    synced_at AS _fivetran_synced,
    account_id,
    date_start AS date,
    breakdowns,
    split_part(breakdown_key, '='::text, 1) AS broken_down_by,
    actions,
    impressions,
    inline_link_clicks,
    reach,
    (spend)::double precision AS spend,
    (frequency)::double precision AS frequency,
    ((spend / (NULLIF(inline_link_clicks, 0))::numeric))::double precision AS cost_per_inline_link_click,
    ((spend / (NULLIF(clicks, 0))::numeric))::double precision AS cpc,
    (((spend * (1000)::numeric) / (NULLIF(impressions, 0))::numeric))::double precision AS cpm,
    ((((clicks)::numeric * 100.0) / (NULLIF(impressions, 0))::numeric))::double precision AS ctr,
    ((((inline_link_clicks)::numeric * 100.0) / (NULLIF(impressions, 0))::numeric))::double precision AS inline_link_click_ctr
   FROM facebook_ads.figures f
  WHERE ((level = 'account'::text) AND (breakdown_key ~~ '%=%'::text) AND (breakdown_key !~~ '%|%'::text));

create view facebook_ads.demographics_actions as
 SELECT d.workspace_id,
    d._fivetran_id,
    d._fivetran_synced,
    d.account_id,
    d.date,
    d.broken_down_by,
    (a.place - 1) AS index,
    (a.action ->> 'action_type'::text) AS action_type,
    ((a.action ->> 'value'::text))::double precision AS value,
    ((a.action ->> 'inline'::text))::double precision AS inline,
    ((a.action ->> '1d_view'::text))::double precision AS _1_d_view,
    ((a.action ->> '7d_click'::text))::double precision AS _7_d_click
   FROM (facebook_ads.demographics d
     CROSS JOIN LATERAL jsonb_array_elements(d.actions) WITH ORDINALITY a(action, place));

create view facebook_ads.demographics_country as
 SELECT workspace_id,
    _fivetran_id,
    _fivetran_synced,
    account_id,
    date,
    (breakdowns ->> 'country'::text) AS country,
    impressions,
    inline_link_clicks,
    reach,
    spend,
    frequency,
    cost_per_inline_link_click,
    cpc,
    cpm,
    ctr,
    inline_link_click_ctr
   FROM facebook_ads.demographics d
  WHERE (broken_down_by = 'country'::text);

create view facebook_ads.demographics_country_actions as
 SELECT workspace_id,
    _fivetran_id,
    _fivetran_synced,
    account_id,
    date,
    index,
    action_type,
    value,
    inline,
    _1_d_view,
    _7_d_click
   FROM facebook_ads.demographics_actions d
  WHERE (broken_down_by = 'country'::text);

create view facebook_ads.demographics_region as
 SELECT workspace_id,
    _fivetran_id,
    _fivetran_synced,
    account_id,
    date,
    (breakdowns ->> 'region'::text) AS region,
    impressions,
    inline_link_clicks,
    reach,
    spend,
    frequency,
    cost_per_inline_link_click,
    cpc,
    cpm,
    ctr,
    inline_link_click_ctr
   FROM facebook_ads.demographics d
  WHERE (broken_down_by = 'region'::text);

create view facebook_ads.demographics_region_actions as
 SELECT workspace_id,
    _fivetran_id,
    _fivetran_synced,
    account_id,
    date,
    index,
    action_type,
    value,
    inline,
    _1_d_view,
    _7_d_click
   FROM facebook_ads.demographics_actions d
  WHERE (broken_down_by = 'region'::text);

create view facebook_ads.figures as
 SELECT workspace_id,
    account_id,
    level,
    date_start,
    entity_id,
    breakdown_key,
    breakdowns,
    campaign_id,
    campaign_name,
    adset_id,
    adset_name,
    ad_id,
    ad_name,
    account_currency,
    objective,
    optimization_goal,
    attribution_setting,
    spend,
    impressions,
    clicks,
    inline_link_clicks,
    reach,
    frequency,
    actions,
    action_values,
    raw,
    is_final,
    row_hash,
    first_seen_at,
    synced_at,
    job_id,
    md5(concat_ws('|'::text, workspace_id, account_id, level, entity_id, date_start, breakdown_key)) AS _fivetran_id
   FROM meta_ads.insights_daily i
  WHERE (workspace_id IN ( SELECT facebook_ads.workspaces() AS workspaces));

create view facebook_ads.url_tag as
 SELECT c.workspace_id,
    c._fivetran_id,
    c.id AS creative_id,
    (t.tag ->> 'key'::text) AS key,
    (t.tag ->> 'value'::text) AS value,
    (t.tag ->> 'type'::text) AS type
   FROM (facebook_ads.creative_history c
     CROSS JOIN LATERAL jsonb_array_elements(c.url_tags) t(tag));

create view facebook_ads.versions as
 SELECT workspace_id,
    entity_type,
    id,
    account_id,
    raw,
    valid_from,
        CASE
            WHEN ((updated_time <= valid_from) AND (updated_time > COALESCE(lag(valid_from) OVER earlier, '-infinity'::timestamp with time zone))) THEN updated_time
            ELSE valid_from
        END AS changed_at
   FROM meta_ads.entity_versions v
  WHERE (workspace_id IN ( SELECT facebook_ads.workspaces() AS workspaces))
  WINDOW earlier AS (PARTITION BY workspace_id, entity_type, id ORDER BY valid_from);

CREATE OR REPLACE FUNCTION facebook_ads.workspaces()
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO ''
AS $function$
declare
  v_all text[];
begin
  return query select r.workspace_id from meta_sync.dbt_readers r where r.role_name = session_user;
  if found then return; end if;
  select array_agg(distinct a.workspace_id) into v_all from meta_ads.ad_accounts a;
  if cardinality(v_all) > 1 then
    raise exception 'facebook_ads: % workspaces hold ad accounts, and role "%" reads none of them yet',
      cardinality(v_all), session_user
      using errcode = 'invalid_parameter_value',
        hint = format('insert into meta_sync.dbt_readers (workspace_id, role_name) values (''<workspace>'', %L)', session_user);
  end if;
  return query select unnest(v_all);
end $function$;

-- Who may do what. Everything that isn't named here is for the owner alone.
grant usage on schema public to public;
grant usage on schema public to anon;
grant usage on schema public to authenticated;
grant usage on schema public to service_role;
grant select on table public.background_jobs to authenticated;
grant delete, insert, references, select, trigger, truncate, update on table public.background_jobs to service_role;
grant execute on function public.meta_sync_await_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_seconds numeric, p_percent integer) to service_role;
grant execute on function public.meta_sync_block(p_scope text, p_key text, p_seconds numeric, p_reason text) to service_role;
grant execute on function public.meta_sync_campaign_ids(p_workspace_id text, p_account_id text) to service_role;
grant execute on function public.meta_sync_cancel_job(p_workspace_id text, p_job_id uuid, p_actor text) to service_role;
grant execute on function public.meta_sync_claim_lane(p_workspace_id text, p_env text, p_job_id uuid, p_lane integer, p_seq integer, p_meta_app text, p_lease_seconds integer) to service_role;
grant execute on function public.meta_sync_claim_parts(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_max_parts integer, p_lease_seconds integer) to service_role;
grant execute on function public.meta_sync_delay_outbox(p_id bigint, p_error text, p_seconds numeric) to service_role;
grant execute on function public.meta_sync_drop_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer) to service_role;
grant execute on function public.meta_sync_dry_run_facts(p_workspace_id text, p_meta_app text, p_account jsonb, p_channel_id text) to service_role;
grant execute on function public.meta_sync_end_slice(p_workspace_id text, p_job_id uuid, p_lane integer, p_seq integer, p_lease_token uuid, p_jitter_seconds numeric) to service_role;
grant execute on function public.meta_sync_facts_cell(p_workspace_id text, p_user_id text, p_channel_id text) to service_role;
grant execute on function public.meta_sync_fail_job(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_failure jsonb) to service_role;
grant execute on function public.meta_sync_fail_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_failure jsonb, p_ends_job boolean) to service_role;
grant execute on function public.meta_sync_finish_job(p_workspace_id text, p_job_id uuid, p_lease_token uuid, p_result jsonb, p_warnings jsonb) to service_role;
grant execute on function public.meta_sync_finish_phase(p_workspace_id text, p_job_id uuid, p_lease_token uuid, p_phase integer, p_parts jsonb, p_plan jsonb) to service_role;
grant execute on function public.meta_sync_first_message_id(p_workspace_id text, p_job_id uuid) to service_role;
grant execute on function public.meta_sync_give_up(p_workspace_id text, p_env text, p_job_id uuid, p_lane integer, p_seq integer, p_copy integer, p_failure jsonb) to service_role;
grant execute on function public.meta_sync_job_view(p_workspace_id text, p_job_id uuid) to service_role;
grant execute on function public.meta_sync_learn(p_workspace_id text, p_account_id text, p_stream text, p_level text, p_breakdown text, p_page_size integer, p_max_days integer) to service_role;
grant execute on function public.meta_sync_list_accounts(p_workspace_id text) to service_role;
grant execute on function public.meta_sync_mark_outbox(p_id bigint, p_message_id text) to service_role;
grant execute on function public.meta_sync_mark_report(p_workspace_id text, p_job_id uuid, p_attempt integer, p_channel text, p_ts text) to service_role;
grant execute on function public.meta_sync_postpone_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_seconds numeric, p_transient boolean) to service_role;
grant execute on function public.meta_sync_put_accounts(p_workspace_id text, p_accounts jsonb) to service_role;
grant execute on function public.meta_sync_put_facts(p_workspace_id text, p_person jsonb, p_channel jsonb) to service_role;
grant execute on function public.meta_sync_ready() to service_role;
grant execute on function public.meta_sync_recent_jobs(p_workspace_id text, p_channel_id text, p_limit integer) to service_role;
grant execute on function public.meta_sync_release_editor(p_workspace_id text, p_job_id uuid, p_editor_token uuid, p_place jsonb, p_final_attempt integer) to service_role;
grant execute on function public.meta_sync_report_figures(p_workspace_id text, p_job_id uuid) to service_role;
grant execute on function public.meta_sync_republish_lane(p_workspace_id text, p_job_id uuid, p_lane integer, p_seq integer, p_copy integer) to service_role;
grant execute on function public.meta_sync_retry_job(p_workspace_id text, p_job_id uuid, p_attempt integer) to service_role;
grant execute on function public.meta_sync_save_page(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_page integer, p_table text, p_rows jsonb, p_quarantined jsonb, p_cursor text, p_done boolean, p_lease_seconds integer, p_call_ms integer) to service_role;
grant execute on function public.meta_sync_see_event(p_workspace_id text, p_env text, p_event_id text) to service_role;
grant execute on function public.meta_sync_settle_start(p_workspace_id text, p_env text, p_key text) to service_role;
grant execute on function public.meta_sync_split_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_parts jsonb) to service_role;
grant execute on function public.meta_sync_start_job(p_workspace_id text, p_env text, p_key text, p_request_hash text, p_order jsonb) to service_role;
grant execute on function public.meta_sync_start_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_part integer, p_report_id text) to service_role;
grant execute on function public.meta_sync_sweep(p_env text) to service_role;
grant execute on function public.meta_sync_take_editor(p_workspace_id text, p_job_id uuid, p_attempt integer, p_final boolean) to service_role;
grant execute on function public.meta_sync_take_outbox(p_env text, p_limit integer, p_job_id uuid) to service_role;
grant execute on function public.meta_sync_waiting_order(p_workspace_id text, p_env text, p_key text) to service_role;
grant execute on function public.meta_sync_whoami() to authenticated;
grant execute on function public.meta_sync_whoami() to service_role;
