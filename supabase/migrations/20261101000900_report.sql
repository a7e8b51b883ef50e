-- The figures of a report, from stored rows only. Sums, never ratios; reach comes from one all_days row.

-- Sums over days of one level; actions are added up per action_type, each type by itself.
create function meta_sync.sum_days(p_workspace_id text, p_account_id text, p_level text, p_since date, p_until date)
returns jsonb language sql stable set search_path = '' as $$
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
$$;

-- [{action_type, value}] as {type: value}, for one row.
create function meta_sync.action_map(p_actions jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_object_agg(a ->> 'action_type', a ->> 'value'), '{}'::jsonb)
  from jsonb_array_elements(coalesce(p_actions, '[]'::jsonb)) a where a ? 'value'
$$;

-- Null until the account and the window are known.
create function public.meta_sync_report_figures(p_workspace_id text, p_job_id uuid) returns jsonb
language sql security definer set search_path = '' as $$
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
$$;
