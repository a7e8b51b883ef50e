-- The worker's half: claim a lane, take parts, save pages, end the slice. Locks are taken in one order everywhere:
-- job row, lane row, part row, data rows by primary key.

-- Frees what lanes with a dead lease hold. Their messages are still owed, so the lanes wait for them as 'sent'.
create function meta_sync.release_dead_lanes(p_workspace_id text, p_job_id uuid) returns void
language plpgsql set search_path = '' as $$
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
end $$;

-- How many more reports may be begun: Meta makes few at once for one account. Those of a later phase don't count: after a
-- retry they wait for this one, which would wait for them.
create function meta_sync.reports_to_begin(p_job public.background_jobs) returns integer
language sql stable set search_path = '' as $$
  select greatest(0, 4 - count(*))::integer from meta_sync.job_parts p
  where p.workspace_id = p_job.workspace_id and p.job_id = p_job.id and p.phase = p_job.phase and p.mode = 'report'
    and (p.state = 'leased' or (p.state in ('waiting', 'polling') and p.report_run_id is not null))
$$;

-- The parts of the job's phase that a lane could take at p_now or, by their time, later: in the order of the plan.
create function meta_sync.waiting_parts(p_job public.background_jobs, p_now timestamptz)
returns table (part integer, at timestamptz) language sql stable set search_path = '' as $$
  select w.part, w.at
  from (
    select p.part, greatest(p.not_before, p_now) as at, p.mode = 'report' and p.report_run_id is null as is_new,
      row_number() over (partition by p.mode = 'report' and p.report_run_id is null order by p.part) as place
    from meta_sync.job_parts p
    where p.workspace_id = p_job.workspace_id and p.job_id = p_job.id and p.phase = p_job.phase
      and p.state in ('waiting', 'polling')
  ) w
  where not w.is_new or w.place <= (select meta_sync.reports_to_begin(p_job))
$$;

-- One outbox row per parked lane that the claimable parts can keep busy, beside lanes that come anyway: those with a due
-- message, and p_at_hand at work that will claim next. The caller holds the job row.
create function meta_sync.wake_lanes(p_workspace_id text, p_job_id uuid, p_at_hand integer) returns void
language plpgsql set search_path = '' as $$
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
end $$;

-- The end of the block that holds the job's account (or its Meta app) back, or null.
create function meta_sync.blocked_until(p_job public.background_jobs) returns timestamptz
language sql volatile set search_path = '' as $$
  select max(b.blocked_until) from meta_sync.blocks b
  where b.blocked_until > meta_sync.clock()
    and ((b.scope = 'account' and b.key = p_job.account_id) or (b.scope = 'app' and b.key = p_job.meta_app))
$$;

create function meta_sync.part_json(p meta_sync.job_parts) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('part', p.part, 'phase', p.phase, 'stream', p.stream, 'level', p.level,
    'breakdown', p.breakdown, 'since', p.since, 'until', p.until, 'mode', p.mode, 'filter', p.filter, 'fields', p.fields,
    'pageSize', p.page_size, 'state', p.state, 'cursor', p.cursor,
    'pages', p.pages, 'mostPages', p.most_pages, 'rowsRead', p.rows_read, 'rowsWritten', p.rows_written, 'claims', p.claims,
    'transientTries', p.transient_tries, 'expectedCalls', p.expected_calls,
    'reportId', p.report_run_id, 'reportStarts', p.report_starts, 'polls', p.report_polls,
    'reportPercent', p.report_percent, 'reportStartedAt', p.report_started_at, 'reportMovedAt', p.report_moved_at)
$$;

-- Ends the job: state, report row, lanes. The one way into a final state; the caller holds the job row.
create function meta_sync.end_job(p_workspace_id text, p_job_id uuid, p_state text, p_failure jsonb, p_cancelled_by text)
returns void language plpgsql set search_path = '' as $$
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
end $$;

-- Per cent of the expected calls: phases 1 and 2 are the first tenth, insights go to 95, proof to 99.
-- A part counts the most pages it ever had, so that a restarted part doesn't take anything back.
create function meta_sync.percent_done(p_workspace_id text, p_job_id uuid) returns integer
language sql stable set search_path = '' as $$
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
$$;

/* Takes the lease of a lane for one message. Called first by every slice.
   Outcomes: claimed (leaseToken, job), gone, other_env, final, stale, leased (retryAfterSeconds). */
create function public.meta_sync_claim_lane(p_workspace_id text, p_env text, p_job_id uuid, p_lane integer, p_seq integer,
  p_meta_app text, p_lease_seconds integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- After a retry that went back to an earlier phase: steps over phases that are planned and finished already.
create function meta_sync.pass_finished_phases(p_job public.background_jobs) returns smallint
language plpgsql set search_path = '' as $$
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
end $$;

/* Hands parts to a lane that holds its lease; when every part of the phase is final, hands out the planning instead.
   Outcomes: parts, plan (phase: the one to plan; 6 = finish; facts), idle (nextAt: null while other lanes hold what is left),
   blocked (until), final, lease_lost. */
create function public.meta_sync_claim_parts(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid,
  p_max_parts integer, p_lease_seconds integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- Days of the window on which the account's own figures aren't the sum of the level below. Today is left out: its two
-- readings are minutes apart, and it grows.
create function meta_sync.differing_days(p_job public.background_jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
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
end $$;

-- What the pure planner needs to know, from what is stored.
create function meta_sync.plan_facts(p_job public.background_jobs) returns jsonb
language sql stable set search_path = '' as $$
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
$$;

/* Rows, checkpoint, counters and lease renewal in one transaction. p_page counts from 0 within this claim.
   Outcomes: saved (rowsWritten, blockedUntil), final, lease_lost. A page saved before (its answer was lost) is 'saved'. */
create function public.meta_sync_save_page(p_workspace_id text, p_job_id uuid, p_lane integer, p_lease_token uuid,
  p_part integer, p_page integer, p_table text, p_rows jsonb, p_quarantined jsonb, p_cursor text, p_done boolean,
  p_lease_seconds integer, p_call_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- An edge is known up to the beginning of the job that listed it: what changed meanwhile is listed again next time.
create function meta_sync.mark_listed(p_job public.background_jobs, p_part meta_sync.job_parts) returns void
language sql set search_path = '' as $$
  insert into meta_sync.listed as l (workspace_id, account_id, stream, until_at, whole_at)
  values (p_job.workspace_id, p_job.account_id, p_part.stream, p_job.started_at,
    case when p_part.filter is null then p_job.started_at end)
  on conflict (workspace_id, account_id, stream) do update
  set until_at = greatest(l.until_at, excluded.until_at), whole_at = greatest(l.whole_at, excluded.whole_at)
$$;

-- A day is covered when the part that holds it has been read to its end; zero rows is an answer too. Rows whose day has
-- become final since they were written are marked here, because an unchanged row isn't touched when it is read again.
create function meta_sync.cover(p_workspace_id text, p_account_id text, p_part meta_sync.job_parts) returns void
language plpgsql set search_path = '' as $$
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
end $$;

-- True while some lane of the job holds this lease: for calls that don't name their lane. The caller holds the job row.
create function meta_sync.holds_lease(p_workspace_id text, p_job_id uuid, p_lease_token uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (select 1 from meta_sync.lanes l where l.workspace_id = p_workspace_id and l.job_id = p_job_id
    and l.lease_token = p_lease_token)
$$;

/* The planner's parts for one phase. Inserted only if the job still stands at the phase before and this lane holds the
   planning. p_plan: {window?, previousWindow?, warnings?}. Outcomes: planned, late, final, lease_lost. */
create function public.meta_sync_finish_phase(p_workspace_id text, p_job_id uuid, p_lease_token uuid, p_phase integer,
  p_parts jsonb, p_plan jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- The job is done: every part of the last phase is final. Outcomes: finished, late, final, lease_lost.
create function public.meta_sync_finish_job(p_workspace_id text, p_job_id uuid, p_lease_token uuid, p_result jsonb, p_warnings jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
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
end $$;
