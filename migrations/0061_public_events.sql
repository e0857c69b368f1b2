-- 公开流水: everything that has become public, once each and in order. Search, feeds, e-mails and webhooks
-- follow it, each with a cursor of its own. Triggers write it in the transaction that makes a thing public,
-- and date it as that thing is dated.
create table public_events (
  n    integer primary key autoincrement,
  kind text not null constraint public_events_kind check (kind in ('lot', 'notice', 'result', 'item', 'answer')),
  ref  text not null,
  -- Absent for what is of no lot.
  lot  text,
  at   integer not null,
  constraint public_events_once unique (kind, ref)
);

-- The tables of the floor may be rebuilt at will: what was told once is not told again. No "or ignore":
-- inside an upsert SQLite would not heed it.
create trigger lots_become_public after insert on lot_states when new.announced_at is not null
begin
  insert into public_events (kind, ref, lot, at)
  select 'lot', new.lot, new.lot, new.announced_at
  where not exists (select 1 from public_events where kind = 'lot' and ref = new.lot);
end;
create trigger results_become_public after update on lot_states
  when new.closed_at is not null and new.stage in ('sold', 'unsold', 'terminated')
begin
  insert into public_events (kind, ref, lot, at)
  select 'result', new.lot, new.lot, new.closed_at
  where not exists (select 1 from public_events where kind = 'result' and ref = new.lot);
end;
-- The rows of a rebuilt table may come closed; after "lots_become_public", so that a lot is told first.
create trigger results_become_public_at_once after insert on lot_states
  when new.closed_at is not null and new.stage in ('sold', 'unsold', 'terminated')
begin
  insert into public_events (kind, ref, lot, at)
  select 'lot', new.lot, new.lot, new.announced_at
  where not exists (select 1 from public_events where kind = 'lot' and ref = new.lot);
  insert into public_events (kind, ref, lot, at)
  select 'result', new.lot, new.lot, new.closed_at
  where not exists (select 1 from public_events where kind = 'result' and ref = new.lot);
end;
create trigger notices_become_public after update on notices
  when old.published_at is null and new.published_at is not null
begin
  insert into public_events (kind, ref, lot, at) values ('notice', new.id, new.lot, new.published_at);
end;
create trigger items_become_public after update on items
  when old.status = 'draft' and new.status = 'in_force'
begin
  insert into public_events (kind, ref, at) values ('item', new.code || '/' || new.version, new.published_at);
end;
create trigger seeded_items_become_public after insert on items when new.status = 'in_force'
begin
  insert into public_events (kind, ref, at) values ('item', new.code || '/' || new.version, new.published_at);
end;

-- What was public before this table was there; lots come with the rebuilt tables of the floor.
insert into public_events (kind, ref, at)
  select 'item', code || '/' || version, published_at from items
  where published_at is not null and status in ('in_force', 'suspended')
  order by published_at, code;
insert into public_events (kind, ref, lot, at)
  select 'notice', id, lot, published_at from notices where published_at is not null order by published_at, id;

-- 全文检索: what was indexed, as it is shown; its number is the event's.
create table search_texts (
  id       integer primary key references public_events (n),
  kind     text not null,
  ref      text not null,
  lot      text,
  at       integer not null,
  title_zh text not null,
  title_en text not null,
  text_zh  text not null,
  text_en  text not null
);
create index search_texts_by_ref on search_texts (kind, ref);
-- The words alone: Han runs come as pairs of characters, written by the platform (service/words.rs), for
-- no tokenizer here finds a Chinese word of two characters.
create virtual table search_words using fts5 (title, body, content = '', tokenize = 'unicode61');
