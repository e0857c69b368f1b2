-- 事项暂停、恢复、取消: asked for by one, confirmed by another, like a publication.
create table item_status_asks (
  id         text primary key,
  code       text not null,
  status     text not null constraint item_status_asks_status check (status in ('in_force', 'suspended', 'cancelled')),
  asked_by   text not null references accounts (id),
  asked_at   integer not null,
  decided_by text references accounts (id),
  decided_at integer,
  granted    integer,
  constraint item_status_asks_two_persons check (granted is null or granted = 0 or decided_by <> asked_by),
  constraint item_status_asks_decided check ((decided_by is null) = (granted is null))
);
create unique index item_status_asks_one_waits on item_status_asks (code) where decided_by is null;
