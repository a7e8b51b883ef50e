-- Starting: one call decides, writes the job, its lanes, its first part and its outbox rows, or says why not.

-- An outbox row for the message that a lane now waits for.
create function meta_sync.send_lane(p_workspace_id text, p_job_id uuid, p_lane smallint, p_not_before timestamptz) returns bigint
language plpgsql set search_path = '' as $$
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
end $$;

-- Adds planned parts (JSON as sync/part.ts makes them) behind those the job has; returns how many.
create function meta_sync.add_parts(p_workspace_id text, p_job_id uuid, p_phase integer, p_parts jsonb, p_split_from integer)
returns integer language plpgsql set search_path = '' as $$
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
end $$;

-- The account that a typed word means: a number as it is, else exact alias, exact name, a name's only match by prefix.
create function meta_sync.resolve_account(p_workspace_id text, p_account jsonb, p_channel_id text) returns text
language plpgsql stable set search_path = '' as $$
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
end $$;

-- Facts about who asks and where, at most 10 minutes old: 'member|internal', or null when one is missing. What a person
-- can mend at once (not known to us, archived) is asked again after 10 seconds, so that our advice works.
create function meta_sync.facts_cell(p_workspace_id text, p_user_id text, p_channel_id text) returns text
language sql volatile set search_path = '' as $$
  select p.kind || '|' || c.kind
  from meta_sync.people p, meta_sync.channels c
  where p.workspace_id = p_workspace_id and p.user_id = p_user_id
    and p.read_at > meta_sync.clock() - case p.kind when 'unknown' then interval '10 seconds' else interval '10 minutes' end
    and c.workspace_id = p_workspace_id and c.channel_id = p_channel_id
    and c.read_at > meta_sync.clock()
      - case when c.kind in ('unknown', 'archived') then interval '10 seconds' else interval '10 minutes' end
$$;

-- Makes the job of a decided order; a running twin is returned instead. The caller holds the order's row.
create function meta_sync.make_job(p_workspace_id text, p_env text, p_account_id text, p_order jsonb)
returns jsonb language plpgsql set search_path = '' as $$
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
end $$;

-- The order under a key, locked; all null when there was none: then it is written with this outcome. Waits for another
-- transaction that writes the same key. An order that vanishes between the two statements is looked for again.
create function meta_sync.take_order(p_workspace_id text, p_env text, p_key text, p_request_hash text, p_outcome text)
returns meta_sync.orders language plpgsql set search_path = '' as $$
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
end $$;

/* Called by verbs/jobs/start with everything decided but the facts that only the database has. Idempotent on the key:
   the same key with the same request gives the same answer, with another request 'conflict'.
   p_order: request, account, twinKey, origin, userId, policy (cell → 'allow' | reason, null = no policy), personId,
   lanes, sliceConcurrency, parts, sealedResponseUrl, isLastTry.
   Outcomes: started, twin, refused, waiting (a fact is missing: an 'admit' row is written), not_started, conflict,
   unknown_account. */
create function public.meta_sync_start_job(p_workspace_id text, p_env text, p_key text, p_request_hash text, p_order jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
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
end $$;

-- After a start whose answer never came: what became of it. Writes 'not_started' under the key when nothing did,
-- which a start that arrives later finds, so that the sentence told to the person stays true.
create function public.meta_sync_settle_start(p_workspace_id text, p_env text, p_key text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order meta_sync.orders;
begin
  v_order := meta_sync.take_order(p_workspace_id, p_env, p_key, '', 'not_started');
  return jsonb_build_object('outcome', coalesce(v_order.outcome, 'not_started'), 'jobId', v_order.job_id, 'reason', v_order.reason);
end $$;

-- An order that waits for facts, or was decided after waiting and whose person may not know yet, as it was placed; null
-- once its 'admit' row is done.
create function public.meta_sync_waiting_order(p_workspace_id text, p_env text, p_key text) returns jsonb
language sql security definer set search_path = '' as $$
  select jsonb_build_object('order', o.placed, 'requestHash', o.request_hash,
    'sealedResponseUrl', o.sealed_response_url, 'createdAt', o.created_at)
  from meta_sync.orders o
  where o.workspace_id = p_workspace_id and o.env = p_env and o.key = p_key and o.placed is not null
$$;

create function meta_sync.known_accounts(p_workspace_id text) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('accountId', k.account_id, 'name', k.name, 'aliases', k.aliases)
    order by k.name), '[]'::jsonb)
  from (
    select a.account_id, a.name, coalesce((select jsonb_agg(s.alias order by s.alias) from meta_sync.account_aliases s
      where s.workspace_id = a.workspace_id and s.account_id = a.account_id), '[]'::jsonb) as aliases
    from meta_sync.accounts a where a.workspace_id = p_workspace_id
    order by a.name limit 200
  ) k
$$;

-- The accounts a person can be offered by name.
create function public.meta_sync_list_accounts(p_workspace_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select meta_sync.known_accounts(p_workspace_id)
$$;

-- Accounts that the token can see, so that names work before the first sync.
create function public.meta_sync_put_accounts(p_workspace_id text, p_accounts jsonb) returns void
language sql security definer set search_path = '' as $$
  insert into meta_sync.accounts (workspace_id, account_id, name, currency, timezone, seen_at)
  select distinct on (a ->> 'accountId') p_workspace_id, a ->> 'accountId', a ->> 'name', a ->> 'currency',
    a ->> 'timezone', meta_sync.clock()
  from jsonb_array_elements(p_accounts) a
  order by a ->> 'accountId'
  on conflict (workspace_id, account_id) do update
  set name = excluded.name, currency = excluded.currency, timezone = excluded.timezone, seen_at = excluded.seen_at
$$;

-- What Slack said about a person and a channel, with the time it was read.
create function public.meta_sync_put_facts(p_workspace_id text, p_person jsonb, p_channel jsonb) returns void
language plpgsql security definer set search_path = '' as $$
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
end $$;

-- May this person do this here? For verbs other than start: the cell of the facts that are cached, or null.
create function public.meta_sync_facts_cell(p_workspace_id text, p_user_id text, p_channel_id text) returns text
language sql security definer set search_path = '' as $$
  select meta_sync.facts_cell(p_workspace_id, p_user_id, p_channel_id)
$$;
