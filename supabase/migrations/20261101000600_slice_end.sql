-- How a part and a slice end otherwise than well: failed, postponed, split, blocked; and the hand-over to the next slice.

-- True when this lane still holds its lease; takes the locks in their order (job, lane). 'final' when the job is over.
create function meta_sync.hold_lane(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid) returns text
language plpgsql set search_path = '' as $$
declare
  v_finished timestamptz;
begin
  select finished_at into v_finished from public.background_jobs
  where id = p_job_id and workspace_id = p_workspace_id for no key update;
  if not found or v_finished is not null then return 'final'; end if;
  perform 1 from meta_sync.lanes
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane and lease_token = p_lease_token for update;
  return case when found then 'held' else 'lease_lost' end;
end $$;

-- An answer to a lane at work. Each tells of a block, so that no part of the lane begins a call after it.
create function meta_sync.tell_lane(p_workspace_id text, p_job_id uuid, p_outcome text) returns jsonb
language sql volatile set search_path = '' as $$
  select jsonb_build_object('outcome', p_outcome, 'blockedUntil', meta_sync.blocked_until(j))
  from public.background_jobs j where j.id = p_job_id and j.workspace_id = p_workspace_id
$$;

/* A part can't be done. p_ends_job: the job needs it (a required stream, or a reason that stops every part).
   Outcomes: failed (jobFailed), final, lease_lost. */
create function public.meta_sync_fail_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid,
  p_part integer, p_failure jsonb, p_ends_job boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- The whole job can't go on, whatever its parts say. Outcomes: failed, final, lease_lost.
create function public.meta_sync_fail_job(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid, p_failure jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  perform meta_sync.end_job(p_workspace_id, p_job_id, 'failed', p_failure, null);
  return jsonb_build_object('outcome', 'failed');
end $$;

/* A part must wait: a passing error (p_transient), or Meta asked for a break. A GET starts again at its first page.
   A throttle isn't a fault of the part, so it doesn't count as a claim. */
create function public.meta_sync_postpone_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid,
  p_part integer, p_seconds numeric, p_transient boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

/* Meta is making a report for the part: the id is kept before anything else is done with it.
   Outcomes: started, final, lease_lost. */
create function public.meta_sync_start_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid,
  p_part integer, p_report_id text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  update meta_sync.job_parts
  set report_run_id = p_report_id, report_starts = report_starts + 1, report_polls = 0, report_percent = 0,
    report_started_at = meta_sync.clock(), report_moved_at = meta_sync.clock(), cursor = null, pages = 0
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part and lease_token = p_lease_token;
  return meta_sync.tell_lane(p_workspace_id, p_job_id, case when found then 'started' else 'lease_lost' end);
end $$;

/* The report isn't ready: the part is looked at again after p_seconds. Outcomes: postponed, final, lease_lost. */
create function public.meta_sync_await_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid,
  p_part integer, p_seconds numeric, p_percent integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- The report came to nothing: the lane that holds the part begins anew. Outcomes: dropped, final, lease_lost.
create function public.meta_sync_drop_report(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid,
  p_part integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_held text := meta_sync.hold_lane(p_workspace_id, p_job_id, p_lane, p_lease_token);
begin
  if v_held <> 'held' then return jsonb_build_object('outcome', v_held); end if;
  update meta_sync.job_parts
  set report_run_id = null, cursor = null, pages = 0, rows_read = 0, quarantined = 0, transient_tries = 0
  where workspace_id = p_workspace_id and job_id = p_job_id and part = p_part and lease_token = p_lease_token;
  return meta_sync.tell_lane(p_workspace_id, p_job_id, case when found then 'dropped' else 'lease_lost' end);
end $$;

-- What Meta could answer for this account, for the next plan; the smaller value stays. Null leaves a value as it is.
create function public.meta_sync_learn(p_workspace_id text, p_account_id text, p_stream text, p_level text, p_breakdown text,
  p_page_size integer, p_max_days integer) returns jsonb
language sql security definer set search_path = '' as $$
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
$$;

-- The account's campaigns, to cut a part by: stored ones and those that delivered.
create function public.meta_sync_campaign_ids(p_workspace_id text, p_account_id text) returns jsonb
language sql security definer set search_path = '' as $$
  select jsonb_build_object('ids', coalesce(jsonb_agg(c.id order by c.id), '[]'::jsonb)) from (
    select e.id from meta_ads.campaigns e where e.workspace_id = p_workspace_id and e.account_id = p_account_id
    union
    select p.entity_id from meta_ads.insights_period p
    where p.workspace_id = p_workspace_id and p.account_id = p_account_id and p.level = 'campaign'
  ) c
$$;

-- A part was too large: smaller ones take its place in the same phase. Outcomes: split, final, lease_lost.
create function public.meta_sync_split_part(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid,
  p_part integer, p_parts jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- Meta wants no calls for an account (or the whole app) before a time. The later end wins.
create function public.meta_sync_block(p_scope text, p_key text, p_seconds numeric, p_reason text) returns jsonb
language sql security definer set search_path = '' as $$
  insert into meta_sync.blocks as b (scope, key, blocked_until, reason, created_at)
  values (p_scope, p_key, meta_sync.clock() + make_interval(secs => p_seconds), p_reason, meta_sync.clock())
  on conflict (scope, key) do update
  set blocked_until = greatest(b.blocked_until, excluded.blocked_until),
    reason = case when excluded.blocked_until >= b.blocked_until then excluded.reason else b.reason end,
    -- A block that is over says nothing of when this one began.
    created_at = case when b.blocked_until <= excluded.created_at then excluded.created_at else b.created_at end
  returning jsonb_build_object('blockedUntil', b.blocked_until)
$$;

-- When the job's next part can be claimed: at p_now, at a known later time, or null while other lanes hold what is left.
-- p_now is the caller's: two readings of a clock are never equal, and 'now' must not look like 'later'.
create function meta_sync.next_work_at(p_job public.background_jobs, p_now timestamptz) returns timestamptz
language plpgsql set search_path = '' as $$
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
end $$;

/* Ends a slice: frees what the lane still holds, moves seq on (only from p_seq, so that a duplicate can't fork the
   chain), then sends the lane's next message, snoozes the job, or parks the lane. The last lane of a running job never
   parks. Outcomes: sent, snoozed (until), parked, final, stale. */
create function public.meta_sync_end_slice(p_workspace_id text, p_job_id uuid, p_lane integer, p_seq integer,
  p_lease_token uuid, p_jitter_seconds numeric) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;
