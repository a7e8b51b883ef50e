/** The SQLite tables of the embedded queue. Times are epoch milliseconds of world time. */
export const TABLES = `
create table if not exists counters (name text primary key, value integer not null) strict;

create table if not exists messages (
  seq integer primary key autoincrement,
  id text not null unique,
  state text not null,
  url text not null,
  body blob not null,
  options text not null,
  retried integer not null,
  created_at integer not null,
  not_before integer not null,
  next_delivery_at integer,
  finished_at integer,
  flow_key text,
  schedule_id text,
  source_message_id text,
  caller_ip text not null
) strict;
create index if not exists messages_waiting on messages (next_delivery_at, seq) where next_delivery_at is not null;
create index if not exists messages_open on messages (seq) where finished_at is null;
create index if not exists messages_schedule on messages (schedule_id) where schedule_id is not null;

create table if not exists attempts (
  seq integer primary key autoincrement,
  message_id text not null,
  retried integer not null,
  copy integer not null,
  started_at integer not null,
  ended_at integer,
  status integer,
  error text,
  headers text,
  body blob
) strict;
create index if not exists attempts_message on attempts (message_id);

create table if not exists events (
  seq integer primary key autoincrement,
  message_id text not null,
  time integer not null,
  state text not null,
  error text,
  next_delivery_at integer,
  attempt_seq integer
) strict;
create index if not exists events_message on events (message_id);

create table if not exists dead_letters (
  seq integer primary key autoincrement,
  id text not null unique,
  message_id text not null,
  attempt_seq integer,
  created_at integer not null
) strict;

create table if not exists deduplications (
  key text primary key,
  message_id text not null,
  expires_at integer not null
) strict;

create table if not exists flow_keys (
  key text primary key,
  parallelism integer,
  rate integer,
  period_seconds real not null,
  window_start integer not null default 0,
  window_count integer not null default 0
) strict;

create table if not exists schedules (
  id text primary key,
  destination text not null,
  cron text not null,
  headers text not null,
  body blob not null,
  caller_ip text not null,
  is_paused integer not null,
  created_at integer not null,
  last_fired_at integer,
  last_message_id text,
  next_fire_at integer
) strict;
`;
