-- The warehouse in the shape that the dbt package facebook_ads 1.4 reads: its names, its types, its keys. Histories have
-- one row per version; the package takes the newest per id, by updated_time or by _fivetran_synced.
create schema if not exists facebook_ads;

-- Which workspaces a database role reads through these views: for whoever gives dbt a login of its own per workspace.
create table meta_sync.dbt_readers (
  workspace_id text not null,
  role_name text not null,
  primary key (workspace_id, role_name)
);

-- The workspaces of the role that logged in; without any, the only one there is. The package joins by Meta's ids, so two
-- workspaces on one ad account would count every figure twice: several of them are refused, not mixed.
create function facebook_ads.workspaces() returns setof text
language plpgsql stable rows 1 security definer set search_path = '' as $$
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
end $$;

-- Every version with the time it is to be ordered by: Meta's updated_time where that lies between the last version and
-- this one, else when we read it (Meta leaves updated_time alone when only a status or a budget moved). So it grows from
-- version to version, and the newest one is the last one.
create view facebook_ads.versions as
select v.workspace_id, v.entity_type, v.id, v.account_id, v.raw, v.valid_from,
  case when v.updated_time <= v.valid_from
      and v.updated_time > coalesce(lag(v.valid_from) over earlier, '-infinity'::timestamptz)
    then v.updated_time else v.valid_from end as changed_at
from meta_ads.entity_versions v
where v.workspace_id in (select facebook_ads.workspaces())
window earlier as (partition by v.workspace_id, v.entity_type, v.id order by v.valid_from);

create view facebook_ads.account_history as
select v.workspace_id, v.id::bigint as id, v.valid_from as _fivetran_synced,
  v.raw ->> 'name' as name,
  v.raw ->> 'account_status' as account_status,
  v.raw ->> 'business_country_code' as business_country_code,
  v.raw ->> 'business_state' as business_state,
  (v.raw ->> 'created_time')::timestamptz as created_time,
  v.raw ->> 'currency' as currency,
  v.raw ->> 'timezone_name' as timezone_name,
  (v.raw ->> 'timezone_offset_hours_utc')::double precision as timezone_offset_hours_utc,
  (v.raw ->> 'min_daily_budget')::bigint as min_daily_budget
from facebook_ads.versions v where v.entity_type = 'ad_account';

create view facebook_ads.campaign_history as
select v.workspace_id, v.id::bigint as id, v.changed_at as updated_time, v.valid_from as _fivetran_synced,
  v.account_id::bigint as account_id,
  v.raw ->> 'name' as name,
  v.raw ->> 'status' as status,
  (v.raw ->> 'created_time')::timestamptz as created_time,
  (v.raw ->> 'start_time')::timestamptz as start_time,
  (v.raw ->> 'stop_time')::timestamptz as stop_time,
  (v.raw ->> 'daily_budget')::bigint as daily_budget,
  (v.raw ->> 'lifetime_budget')::bigint as lifetime_budget,
  (v.raw ->> 'budget_remaining')::double precision as budget_remaining
from facebook_ads.versions v where v.entity_type = 'campaign';

create view facebook_ads.ad_set_history as
select v.workspace_id, v.id::bigint as id, v.changed_at as updated_time, v.valid_from as _fivetran_synced,
  v.account_id::bigint as account_id,
  (v.raw ->> 'campaign_id')::bigint as campaign_id,
  v.raw ->> 'name' as name,
  v.raw ->> 'status' as status,
  v.raw ->> 'bid_strategy' as bid_strategy,
  v.raw ->> 'optimization_goal' as optimization_goal,
  (v.raw ->> 'start_time')::timestamptz as start_time,
  (v.raw ->> 'end_time')::timestamptz as end_time,
  (v.raw ->> 'daily_budget')::bigint as daily_budget,
  (v.raw ->> 'budget_remaining')::bigint as budget_remaining
from facebook_ads.versions v where v.entity_type = 'ad_set';

create view facebook_ads.ad_history as
select v.workspace_id, v.id::bigint as id, v.changed_at as updated_time, v.valid_from as _fivetran_synced,
  v.account_id::bigint as account_id,
  (v.raw ->> 'campaign_id')::bigint as campaign_id,
  (v.raw ->> 'adset_id')::bigint as ad_set_id,
  (v.raw #>> '{creative,id}')::bigint as creative_id,
  v.raw ->> 'name' as name,
  v.raw ->> 'conversion_domain' as conversion_domain
from facebook_ads.versions v where v.entity_type = 'ad';

-- url_tags as the package unpacks them: [{key, value, type}] out of 'utm_source=x&utm_medium=y', null when there are none.
create view facebook_ads.creative_history as
select v.workspace_id, v.id::bigint as id, v.valid_from as _fivetran_synced,
  md5(concat_ws('|', v.workspace_id, v.id, extract(epoch from v.valid_from))) as _fivetran_id,
  v.account_id::bigint as account_id,
  v.raw ->> 'name' as name,
  coalesce(v.raw #>> '{object_story_spec,link_data,link}',
    v.raw #>> '{object_story_spec,video_data,call_to_action,value,link}', v.raw ->> 'link_url',
    v.raw #>> '{object_story_spec,link_data,child_attachments,0,link}',
    v.raw #>> '{asset_feed_spec,link_urls,0,website_url}') as page_link,
  coalesce(v.raw #>> '{object_story_spec,template_data,link}', v.raw #>> '{template_url_spec,web,url}',
    v.raw ->> 'template_url') as template_page_link,
  (select jsonb_agg(jsonb_build_object('key', split_part(tag, '=', 1), 'type', 'AD',
      'value', case when position('=' in tag) > 0 then substr(tag, position('=' in tag) + 1) end) order by place)
    from regexp_split_to_table(ltrim(v.raw ->> 'url_tags', '?'), '&') with ordinality t (tag, place)
    where tag <> '') as url_tags,
  v.raw #>> '{asset_feed_spec,link_urls}' as asset_feed_spec_link_urls,
  v.raw #>> '{object_story_spec,link_data,child_attachments}' as object_story_link_data_child_attachments,
  v.raw #>> '{object_story_spec,link_data,caption}' as object_story_link_data_caption,
  v.raw #>> '{object_story_spec,link_data,description}' as object_story_link_data_description,
  v.raw #>> '{object_story_spec,link_data,link}' as object_story_link_data_link,
  v.raw #>> '{object_story_spec,link_data,message}' as object_story_link_data_message,
  v.raw #>> '{template_url_spec,android}' as template_app_link_spec_android,
  v.raw #>> '{template_url_spec,ios}' as template_app_link_spec_ios,
  v.raw #>> '{template_url_spec,ipad}' as template_app_link_spec_ipad,
  v.raw #>> '{template_url_spec,iphone}' as template_app_link_spec_iphone
from facebook_ads.versions v where v.entity_type = 'creative';

create view facebook_ads.url_tag as
select c.workspace_id, c._fivetran_id, c.id as creative_id, t.tag ->> 'key' as key, t.tag ->> 'value' as value,
  t.tag ->> 'type' as type
from facebook_ads.creative_history c cross join lateral jsonb_array_elements(c.url_tags) t (tag);

-- What all reports of figures are made of. _fivetran_id names the row, and its actions name it by the same.
create view facebook_ads.figures as
select i.*, md5(concat_ws('|', i.workspace_id, i.account_id, i.level, i.entity_id, i.date_start, i.breakdown_key)) as _fivetran_id
from meta_ads.insights_daily i
where i.workspace_id in (select facebook_ads.workspaces());

create view facebook_ads.basic_ad as
select f.workspace_id, f._fivetran_id, f.synced_at as _fivetran_synced, f.account_id::bigint as account_id,
  f.ad_id, f.ad_name, f.adset_name, f.date_start as date,
  f.impressions, f.inline_link_clicks, f.spend::double precision as spend, f.reach, f.frequency::double precision as frequency
from facebook_ads.figures f where f.level = 'ad' and f.breakdown_key = '';

create view facebook_ads.basic_ad_actions as
select f.workspace_id, f._fivetran_id, f.synced_at as _fivetran_synced, f.ad_id, f.date_start as date,
  a.place - 1 as index, a.action ->> 'action_type' as action_type,
  (a.action ->> 'value')::double precision as value, (a.action ->> 'inline')::double precision as inline,
  (a.action ->> '1d_view')::double precision as _1_d_view, (a.action ->> '7d_click')::double precision as _7_d_click,
  (a.action ->> '28d_click')::double precision as _28_d_click
from facebook_ads.figures f cross join lateral jsonb_array_elements(f.actions) with ordinality a (action, place)
where f.level = 'ad' and f.breakdown_key = '';

create view facebook_ads.basic_ad_action_values as
select f.workspace_id, f._fivetran_id, f.synced_at as _fivetran_synced, f.ad_id, f.date_start as date,
  a.place - 1 as index, a.action ->> 'action_type' as action_type,
  (a.action ->> 'value')::double precision as value, (a.action ->> 'inline')::double precision as inline,
  (a.action ->> '1d_view')::double precision as _1_d_view, (a.action ->> '7d_click')::double precision as _7_d_click,
  (a.action ->> '28d_click')::double precision as _28_d_click
from facebook_ads.figures f cross join lateral jsonb_array_elements(f.action_values) with ordinality a (action, place)
where f.level = 'ad' and f.breakdown_key = '';

-- The account broken down by one thing and nothing else. Ratios as Meta defines them: money per thing, clicks per 100.
create view facebook_ads.demographics as
select f.workspace_id, f._fivetran_id, f.synced_at as _fivetran_synced, f.account_id, f.date_start as date, f.breakdowns,
  split_part(f.breakdown_key, '=', 1) as broken_down_by, f.actions,
  f.impressions, f.inline_link_clicks, f.reach, f.spend::double precision as spend, f.frequency::double precision as frequency,
  (f.spend / nullif(f.inline_link_clicks, 0))::double precision as cost_per_inline_link_click,
  (f.spend / nullif(f.clicks, 0))::double precision as cpc,
  (f.spend * 1000 / nullif(f.impressions, 0))::double precision as cpm,
  (f.clicks * 100.0 / nullif(f.impressions, 0))::double precision as ctr,
  (f.inline_link_clicks * 100.0 / nullif(f.impressions, 0))::double precision as inline_link_click_ctr
from facebook_ads.figures f where f.level = 'account' and f.breakdown_key like '%=%' and f.breakdown_key not like '%|%';

create view facebook_ads.demographics_country as
select d.workspace_id, d._fivetran_id, d._fivetran_synced, d.account_id, d.date, d.breakdowns ->> 'country' as country,
  d.impressions, d.inline_link_clicks, d.reach, d.spend, d.frequency, d.cost_per_inline_link_click, d.cpc, d.cpm, d.ctr,
  d.inline_link_click_ctr
from facebook_ads.demographics d where d.broken_down_by = 'country';

create view facebook_ads.demographics_region as
select d.workspace_id, d._fivetran_id, d._fivetran_synced, d.account_id, d.date, d.breakdowns ->> 'region' as region,
  d.impressions, d.inline_link_clicks, d.reach, d.spend, d.frequency, d.cost_per_inline_link_click, d.cpc, d.cpm, d.ctr,
  d.inline_link_click_ctr
from facebook_ads.demographics d where d.broken_down_by = 'region';

create view facebook_ads.demographics_actions as
select d.workspace_id, d._fivetran_id, d._fivetran_synced, d.account_id, d.date, d.broken_down_by,
  a.place - 1 as index, a.action ->> 'action_type' as action_type,
  (a.action ->> 'value')::double precision as value, (a.action ->> 'inline')::double precision as inline,
  (a.action ->> '1d_view')::double precision as _1_d_view, (a.action ->> '7d_click')::double precision as _7_d_click
from facebook_ads.demographics d cross join lateral jsonb_array_elements(d.actions) with ordinality a (action, place);

create view facebook_ads.demographics_country_actions as
select d.workspace_id, d._fivetran_id, d._fivetran_synced, d.account_id, d.date, d.index, d.action_type, d.value, d.inline,
  d._1_d_view, d._7_d_click
from facebook_ads.demographics_actions d where d.broken_down_by = 'country';

create view facebook_ads.demographics_region_actions as
select d.workspace_id, d._fivetran_id, d._fivetran_synced, d.account_id, d.date, d.index, d.action_type, d.value, d.inline,
  d._1_d_view, d._7_d_click
from facebook_ads.demographics_actions d where d.broken_down_by = 'region';

-- Nobody reads them but the owner and whom the owner lets in.
revoke all on schema facebook_ads from public, anon, authenticated;
revoke all on all tables in schema facebook_ads from public, anon, authenticated;
revoke all on all functions in schema facebook_ads from public, anon, authenticated;

select meta_sync.close_doors();
