-- One upsert a page and table. A row whose hash is unchanged is not touched, so that a second sync writes nothing.
-- Rows come sorted and without duplicates (meta/rows.ts); they are sorted again because two pages in flight must
-- lock rows in the same order. Each function returns how many rows were inserted or changed.
-- An entity that is new or changed gets its version in the same statement. synced_at of one row only grows, also when
-- two changes fall on one microsecond or wait for each other's lock, so it can date the version.

create function meta_sync.write_ad_accounts(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamptz)
returns integer language plpgsql set search_path = '' as $$
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
end $$;

create function meta_sync.write_campaigns(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamptz)
returns integer language plpgsql set search_path = '' as $$
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
end $$;

create function meta_sync.write_ad_sets(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamptz)
returns integer language plpgsql set search_path = '' as $$
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
end $$;

create function meta_sync.write_ads(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamptz)
returns integer language plpgsql set search_path = '' as $$
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
end $$;

create function meta_sync.write_creatives(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamptz)
returns integer language plpgsql set search_path = '' as $$
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
end $$;

-- The account's day at an instant; null before the account is known. A zone that Postgres doesn't know counts as the
-- last one on earth, so that no day is taken for older than it is.
create function meta_sync.account_day(p_workspace_id text, p_account_id text, p_at timestamptz) returns date
language plpgsql stable set search_path = '' as $$
declare
  v_zone text := (select a.timezone_name from meta_ads.ad_accounts a
                  where a.workspace_id = p_workspace_id and a.id = p_account_id);
begin
  return (p_at at time zone v_zone)::date;
exception when invalid_parameter_value then
  return (p_at at time zone 'Etc/GMT+12')::date;
end $$;

-- Days before this one ended more than 28 days ago in the account's zone: Meta's figures of them don't change any more.
-- Null while the account is unknown. A zone that Postgres doesn't know counts as the last one of the world.
create function meta_sync.final_before(p_workspace_id text, p_account_id text) returns date
language sql stable set search_path = '' as $$
  select meta_sync.account_day(p_workspace_id, p_account_id, meta_sync.clock()) - 28
$$;

-- The names in a breakdown_key: 'age=25-34|gender=female' → 'age,gender'; '' → ''.
create function meta_sync.breakdown_set(p_breakdown_key text) returns text
language sql immutable set search_path = '' as $$
  select replace(regexp_replace(p_breakdown_key, '=[^|]*', '', 'g'), '|', ',')
$$;

create function meta_sync.write_insights_daily(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamptz)
returns integer language plpgsql set search_path = '' as $$
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
end $$;

create function meta_sync.write_insights_period(p_workspace_id text, p_job_id uuid, p_rows jsonb, p_now timestamptz)
returns integer language plpgsql set search_path = '' as $$
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
end $$;

create function meta_sync.write_rows(p_workspace_id text, p_job_id uuid, p_table text, p_rows jsonb) returns integer
language plpgsql set search_path = '' as $$
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
end $$;
