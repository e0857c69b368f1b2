-- 专家抽取: what is drawn, for a lot, of which field; a panel drawn anew is another row.
create table panels (
  lot      text not null references lots (id),
  no       integer not null,
  field    text not null,
  wanted   integer not null constraint panels_wanted check (wanted between 1 and 99),
  -- JSON: credit codes and experts' numbers that take no part, beside the applicants' own.
  recused  text not null,
  -- Why there is another after the first.
  reason   text not null constraint panels_reason check (no = 1 or length(trim(reason)) > 0),
  asked_by text not null references accounts (id),
  asked_at integer not null,
  constraint panels_numbered primary key (lot, no)
) strict;
-- Two offices each put down the hash of a seed, unseen; the seeds are shown when both hashes stand.
create table panel_seeds (
  lot          text not null,
  no           integer not null,
  office       text not null constraint panel_seeds_office check (office in ('clerk', 'supervisor')),
  -- No two alike: who repeats another's hash, or an old one, binds himself to a seed that others know or will show.
  commitment   text not null constraint panel_seeds_commitment check (length(commitment) = 64)
               constraint panel_seeds_own unique,
  committed_by text not null references accounts (id),
  committed_at integer not null,
  seed         text,
  revealed_at  integer,
  constraint panel_seeds_one primary key (lot, no, office),
  constraint panel_seeds_of foreign key (lot, no) references panels (lot, no),
  constraint panel_seeds_shown check ((seed is null) = (revealed_at is null))
) strict;
-- Who may be drawn, written with the second hash: from here on nothing but the seeds decides.
create table panel_pools (
  lot      text not null,
  no       integer not null,
  -- JSON, with a salt, so that its hash does not tell who was left out before it is shown.
  pool     text not null,
  sha256   text not null constraint panel_pools_hash check (length(sha256) = 64),
  fixed_at integer not null,
  constraint panel_pools_one primary key (lot, no),
  constraint panel_pools_of foreign key (lot, no) references panels (lot, no)
) strict;
create table panel_draws (
  lot      text not null,
  no       integer not null,
  -- JSON: seed, field, tickets and places, by which anybody draws again.
  drawn    text not null,
  drawn_at integer not null,
  constraint panel_draws_one primary key (lot, no),
  constraint panel_draws_of foreign key (lot, no) references panel_pools (lot, no)
) strict;
create trigger panels_are_not_changed before update on panels
begin
  select raise(abort, 'panels_is_append_only');
end;
create trigger panels_are_not_erased before delete on panels
begin
  select raise(abort, 'panels_is_append_only');
end;
create trigger panel_seeds_are_shown_once before update on panel_seeds
when old.seed is not null or new.lot <> old.lot or new.no <> old.no or new.office <> old.office
  or new.commitment <> old.commitment or new.committed_by <> old.committed_by or new.committed_at <> old.committed_at
begin
  select raise(abort, 'panel_seeds_are_shown_once');
end;
create trigger panel_seeds_are_not_erased before delete on panel_seeds
begin
  select raise(abort, 'panel_seeds_are_shown_once');
end;
create trigger panel_pools_are_not_changed before update on panel_pools
begin
  select raise(abort, 'panel_pools_is_append_only');
end;
create trigger panel_pools_are_not_erased before delete on panel_pools
begin
  select raise(abort, 'panel_pools_is_append_only');
end;
create trigger panel_draws_are_not_changed before update on panel_draws
begin
  select raise(abort, 'panel_draws_is_append_only');
end;
create trigger panel_draws_are_not_erased before delete on panel_draws
begin
  select raise(abort, 'panel_draws_is_append_only');
end;

-- The hashes stand in the log before any seed is shown: two more kinds of what is due.
drop trigger published_notices_are_noted;
drop trigger issued_documents_are_noted;
alter table notes_due rename to notes_due_before;
create table notes_due (
  no      integer primary key autoincrement,
  kind    text not null constraint notes_due_kind check (kind in ('notice', 'document', 'panel_seed', 'panel_pool')),
  -- The notice; the fingerprint of a document that is everybody's; whose seed. Absent for a document that is
  -- somebody's: its fingerprint opens a door that tells what kind of paper was issued on which lot.
  id      text,
  -- Absent likewise: papers of one lot could be counted, and bidders with them.
  lot     text references lots (id),
  -- A panel's is its number.
  version integer not null,
  -- Hex; of a document it is its file's. A notice's is of its words, and reckoned where they are put together.
  sha256  text,
  constraint notes_due_hash check (kind = 'notice' or sha256 is not null)
);
insert into notes_due (kind, id, lot, version, sha256)
  select kind, id, lot, version, sha256 from notes_due_before order by no;
drop table notes_due_before;
create trigger published_notices_are_noted after update of published_at on notices
when old.published_at is null and new.published_at is not null
begin
  insert into notes_due (kind, id, lot, version) values ('notice', new.id, new.lot, new.version);
end;
create trigger issued_documents_are_noted after insert on issued_documents
begin
  insert into notes_due (kind, id, lot, version, sha256)
  values ('document', case when new.owner is null then new.fingerprint end, case when new.owner is null then new.lot end,
    case when new.owner is null then new.version else 1 end, new.file_sha256);
end;
create trigger panel_commitments_are_noted after insert on panel_seeds
begin
  insert into notes_due (kind, id, lot, version, sha256)
  values ('panel_seed', new.office, new.lot, new.no, new.commitment);
end;
create trigger panel_pools_are_noted after insert on panel_pools
begin
  insert into notes_due (kind, id, lot, version, sha256)
  values ('panel_pool', null, new.lot, new.no, new.sha256);
end;
