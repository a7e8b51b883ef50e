-- What people and doors do to a job: look, cancel, retry; and what happens when the queue gives a message up.

-- Seconds left: expected calls left × mean call ÷ lanes at work, plus what is left of a block. Null before phase 3.
create function meta_sync.seconds_left(p_job public.background_jobs) returns integer
language sql volatile set search_path = '' as $$
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
$$;

create function meta_sync.stream_counts(p_workspace_id text, p_job_id uuid) returns jsonb
language sql stable set search_path = '' as $$
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
$$;

-- True while nobody works a job because the queue hasn't taken its next message.
create function meta_sync.waits_for_queue(p_job public.background_jobs) returns boolean
language sql stable set search_path = '' as $$
  select p_job.state in ('queued', 'running')
    and exists (select 1 from meta_sync.outbox o where o.workspace_id = p_job.workspace_id and o.job_id = p_job.id
      and o.kind = 'slice' and o.sent_at is null and o.last_error is not null)
    and not exists (select 1 from meta_sync.lanes l where l.workspace_id = p_job.workspace_id and l.job_id = p_job.id
      and l.state = 'leased')
$$;

create function meta_sync.view_json(p_job public.background_jobs) returns jsonb
language sql volatile set search_path = '' as $$
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
$$;

-- One job as everyone sees it, or null. Only this engine's jobs: rows of the older route have no account.
create function public.meta_sync_job_view(p_workspace_id text, p_job_id uuid) returns jsonb
language sql security definer set search_path = '' as $$
  select meta_sync.view_json(j) from public.background_jobs j
  where j.id = p_job_id and j.workspace_id = p_workspace_id and j.account_id is not null
$$;

-- The newest jobs of a channel (or of the workspace when null), running ones first.
create function public.meta_sync_recent_jobs(p_workspace_id text, p_channel_id text, p_limit integer) returns jsonb
language sql security definer set search_path = '' as $$
  select coalesce(jsonb_agg(meta_sync.view_json(r.j)), '[]'::jsonb)
  from (
    select j from public.background_jobs j
    where j.workspace_id = p_workspace_id and j.account_id is not null
      and (p_channel_id is null or j.origin ->> 'channel' = p_channel_id)
    order by (j.finished_at is null) desc, j.created_at desc limit least(p_limit, 50)
  ) r
$$;

-- What a job of this order would be planned from, without making one: nothing is written.
-- Outcomes: facts (accountId, facts, blockedUntil), unknown_account.
create function public.meta_sync_dry_run_facts(p_workspace_id text, p_meta_app text, p_account jsonb, p_channel_id text)
returns jsonb language plpgsql security definer set search_path = '' as $$
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
end $$;

-- True at the first sight of an event. Old ones go: Slack sends an event again for an hour at most.
create function public.meta_sync_see_event(p_workspace_id text, p_env text, p_event_id text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from meta_sync.events_seen
  where workspace_id = p_workspace_id and env = p_env and seen_at < meta_sync.clock() - interval '1 day';
  insert into meta_sync.events_seen (workspace_id, env, event_id, seen_at)
  values (p_workspace_id, p_env, p_event_id, meta_sync.clock())
  on conflict (workspace_id, env, event_id) do nothing;
  return found;
end $$;

/* Cancel: one transaction, after which no fenced save writes a row.
   Outcomes: cancelled, already_final (state, cancelledBy), not_found. */
create function public.meta_sync_cancel_job(p_workspace_id text, p_job_id uuid, p_actor text) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

/* Retry: the next attempt of a failed or cancelled job works every part that isn't done. p_attempt is the one the
   button stood under, so that a double click opens one attempt.
   Outcomes: retried, twin (jobId), not_retryable (state), already_retried (attempt), not_found. */
create function public.meta_sync_retry_job(p_workspace_id text, p_job_id uuid, p_attempt integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

/* The queue tried a message to the end. The lane's message counts as lost and is sent anew; after the third loss
   without a page in between the job fails. A stale message, an older copy, a loss told twice, a lane at work: nothing. */
create function public.meta_sync_give_up(p_workspace_id text, p_env text, p_job_id uuid, p_lane integer, p_seq integer,
  p_copy integer, p_failure jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;
