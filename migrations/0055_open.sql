-- 开放数据: what was published, in the order of its commits. A change is written in the transaction that
-- writes its release; SQLite has one writer, and rows are never deleted, so the number (the greatest and
-- one) is taken under the write lock and seen only after its commit: numbers rise by commit order, and a
-- reader who has seen n has seen everything before it. A database with several writers would need a
-- number given at commit instead.
create table open_changes (
  n       integer primary key,
  lot     text not null references lots (id),
  ocid    text not null,
  -- The release's place among those of its contracting process, from 1.
  version integer not null,
  kind    text not null constraint open_changes_kind check (kind in
          ('bids', 'floor', 'notice', 'correction', 'suspended', 'resumed', 'closed', 'terminated', 'award',
           'contract', 'published')),
  at      integer not null,
  -- SHA-256 of the release but for its id, date and tag: what changes nothing is not published again.
  content blob not null,
  release text not null,
  constraint open_changes_once unique (ocid, version)
);
create index open_changes_by_lot on open_changes (lot, version);
create trigger open_changes_are_not_changed before update on open_changes
begin
  select raise(abort, 'open_changes_is_append_only');
end;
create trigger open_changes_are_not_erased before delete on open_changes
begin
  select raise(abort, 'open_changes_is_append_only');
end;

-- Acts of staff waiting to be published: noted in their own transaction, taken out in the release's.
create table open_outbox (
  n    integer primary key autoincrement,
  lot  text not null,
  kind text not null,
  at   integer not null
);
create trigger open_outbox_hears_notices after update of published_at on notices
when old.published_at is null and new.published_at is not null
begin
  insert into open_outbox (lot, kind, at)
  values (new.lot, case when new.corrects is null then 'notice' else 'correction' end, new.published_at);
end;
create trigger open_outbox_hears_lives after insert on life_events
begin
  insert into open_outbox (lot, kind, at)
  values (new.lot, case when new.act in ('contract', 'pay', 'register') then 'contract' else 'award' end, new.at);
end;
create index open_changes_first on open_changes (n) where version = 1;
