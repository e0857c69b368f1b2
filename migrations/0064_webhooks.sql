-- 数据推送: an account's own addresses to which news are sent, signed. The secret must be kept to sign with.
create table webhooks (
  id          text primary key,
  account     text not null references accounts (id),
  url         text not null,
  secret      blob not null,
  topics      text not null,
  kind        text,
  center      text references centers (id),
  made_at     integer not null,
  -- Tries that failed one after another.
  failures    integer not null default 0,
  disabled_at integer
);
create index webhooks_by_account on webhooks (account);

create table hook_deliveries (
  id      integer primary key autoincrement,
  hook    text not null references webhooks (id) on delete cascade,
  event   integer not null references public_events (n),
  made_at integer not null,
  next_at integer not null,
  tries   integer not null default 0,
  -- What was answered last; absent where nobody answered.
  status  integer,
  done_at integer,
  outcome text constraint hook_deliveries_outcome check (outcome in ('delivered', 'given_up')),
  constraint hook_deliveries_once unique (hook, event),
  constraint hook_deliveries_done check ((done_at is null) = (outcome is null))
);
create index hook_deliveries_due on hook_deliveries (hook, id) where done_at is null;
create index hook_deliveries_done_at on hook_deliveries (done_at);
