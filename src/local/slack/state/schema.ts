/** The tables of the local Slack's own file. Objects are kept as JSON; columns are only what is asked for. */
export const schema = `
create table if not exists settings (key text primary key, value text not null);
create table if not exists people (id text primary key, data text not null);
create table if not exists channels (id text primary key, data text not null);
create table if not exists grants (token text primary key, data text not null);
create table if not exists user_groups (id text primary key, data text not null);
create table if not exists homes (user text primary key, data text not null);
create table if not exists files (id text primary key, data text not null, bytes blob);
create table if not exists messages (
  channel text not null, ts text not null, thread_ts text, deleted integer not null default 0, data text not null,
  primary key (channel, ts)
);
create index if not exists messages_by_thread on messages (channel, thread_ts);
create table if not exists revisions (
  channel text not null, ts text not null, revision integer not null, at_ms integer not null,
  kind text not null, data text not null,
  primary key (channel, ts, revision)
);
create table if not exists ephemerals (
  seq integer primary key, channel text not null, ts text not null, recipient text not null,
  deleted integer not null default 0, data text not null
);
create table if not exists response_urls (
  secret text primary key, id text not null, uses integer not null default 0, made_ms integer not null, data text not null
);
create table if not exists calls (
  seq integer primary key, at_ms integer not null, method text not null, ok integer not null, data text not null
);
create table if not exists call_counts (
  method text not null, outcome text not null, count integer not null, primary key (method, outcome)
);
`;
