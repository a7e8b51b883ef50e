-- The outbox (every queue message and first post is born here, in the transaction that needs it), the editor's right
-- to a message, and the sweep that repairs what was lost. All of them touch rows of their own env only.

/* Takes due rows under a 15 s lease; what isn't marked sent by then is due again. Rows of a lane that moved on are
   dropped. Slices and reports go to the queue at once, whatever their time: the queue holds them until not_before. */
create function public.meta_sync_take_outbox(p_env text, p_limit integer, p_job_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- The queue (or Slack) has it; after an 'admit' the person knows, so what was kept for the answer is forgotten.
create function public.meta_sync_mark_outbox(p_id bigint, p_message_id text) returns void
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- It didn't go out: again after a growing while, at most a minute.
create function public.meta_sync_delay_outbox(p_id bigint, p_error text, p_seconds numeric default null) returns void
language sql security definer set search_path = '' as $$
  update meta_sync.outbox
  set last_error = left(p_error, 500),
    taken_until = meta_sync.clock() + make_interval(secs => coalesce(p_seconds, least(60, 2 ^ least(tries, 6))))
  where id = p_id and sent_at is null
$$;

-- The queue's id of a job's first message, or outbox-<id> while the queue hasn't taken it, or outbox-none when the job
-- ended before it did; null when there is no such job.
create function public.meta_sync_first_message_id(p_workspace_id text, p_job_id uuid) returns text
language sql security definer set search_path = '' as $$
  select coalesce((select coalesce(o.message_id, 'outbox-' || o.id) from meta_sync.outbox o
    where o.workspace_id = j.workspace_id and o.job_id = j.id and o.kind = 'slice' order by o.id limit 1), 'outbox-none')
  from public.background_jobs j where j.id = p_job_id and j.workspace_id = p_workspace_id
$$;

/* The right to write a job's living message: one holder at a time, at most one edit per 3 s, none after the final one
   of this attempt. p_final waits for no spacing. The lease (15 s) is longer than the call's own time-out.
   Outcomes: granted (editorToken, revision, channel, ts, threadTs, summarySent), busy (retryAfterSeconds), done, none. */
create function public.meta_sync_take_editor(p_workspace_id text, p_job_id uuid, p_attempt integer, p_final boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
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
end $$;

-- Gives the right back. p_place: where the message stands now, if Slack took it; null when the edit failed.
create function public.meta_sync_release_editor(p_workspace_id text, p_job_id uuid, p_editor_token uuid, p_place jsonb,
  p_final_attempt integer) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update meta_sync.messages
  set editor_token = null, editor_until = null,
    channel = coalesce(p_place ->> 'channel', channel), ts = coalesce(p_place ->> 'ts', ts),
    thread_ts = case when p_place is null then thread_ts else p_place ->> 'threadTs' end,
    edited_at = case when p_place is null then edited_at else meta_sync.clock() end,
    final_attempt = greatest(final_attempt, coalesce(p_final_attempt, 0))
  where workspace_id = p_workspace_id and job_id = p_job_id and editor_token = p_editor_token;
  return found;
end $$;

-- Slack took the summary of an attempt: from here on it is never sent again.
create function public.meta_sync_mark_report(p_workspace_id text, p_job_id uuid, p_attempt integer, p_channel text, p_ts text)
returns void language sql security definer set search_path = '' as $$
  insert into meta_sync.reports (workspace_id, job_id, attempt, channel, ts, sent_at)
  select j.workspace_id, j.id, p_attempt, p_channel, p_ts, meta_sync.clock()
  from public.background_jobs j where j.id = p_job_id and j.workspace_id = p_workspace_id
  on conflict (workspace_id, job_id, attempt) do nothing
$$;

/* Repairs what can be repaired in the database and lists what the queue must be asked about.
   1. dead leases are freed, their parked neighbours woken; 2. a running job without any message or lease gets one;
   3. a final job whose summary never reached Slack gets its report row again; 4. lost messages are sent anew;
   returns lanes whose message is overdue by 5 minutes, with its id, so that the caller can ask the queue. */
create function public.meta_sync_sweep(p_env text) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- The same slice under a new copy number, so that the queue's deduplication can't swallow it.
create function meta_sync.resend_lane(p_workspace_id text, p_job_id uuid, p_lane smallint) returns void
language plpgsql set search_path = '' as $$
begin
  update meta_sync.lanes set copy = copy + 1
  where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane;
  perform meta_sync.send_lane(p_workspace_id, p_job_id, p_lane, meta_sync.clock());
end $$;

-- The queue doesn't know an overdue message: its lane gets a new one, unless it moved on meanwhile.
create function public.meta_sync_republish_lane(p_workspace_id text, p_job_id uuid, p_lane integer, p_seq integer,
  p_copy integer) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform 1 from public.background_jobs
  where id = p_job_id and workspace_id = p_workspace_id and finished_at is null for update;
  if not found then return false; end if;
  perform 1 from meta_sync.lanes where workspace_id = p_workspace_id and job_id = p_job_id and lane = p_lane
    and seq = p_seq and copy = p_copy and state = 'sent' for update;
  if not found then return false; end if;
  perform meta_sync.resend_lane(p_workspace_id, p_job_id, p_lane::smallint);
  return true;
end $$;

-- True when the schema answers: for /readyz. Returns the newest applied migration's clock, so that it can't be cached.
create function public.meta_sync_ready() returns jsonb
language sql security definer set search_path = '' as $$
  select jsonb_build_object('now', meta_sync.clock())
$$;

-- Who a Supabase user's token belongs to; called under that token, so Postgres itself has checked it.
create function public.meta_sync_whoami() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('userId', auth.uid())
$$;
