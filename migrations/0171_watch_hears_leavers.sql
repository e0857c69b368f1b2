-- The watch hears of those who leave beside the record, too: applications taken back, and winners who give up. Written
-- anew for the wider check; what waits is kept.
create table watch_notes_kept as select * from watch_notes;
drop table watch_notes;
create table watch_notes (
  seq  integer primary key autoincrement,
  at   integer not null,
  kind text not null constraint watch_notes_kind
       check (kind in ('sealed_read', 'annulled', 'credit', 'entity', 'left', 'gave_up')),
  -- The lot's id; the credit's number; the legal entity's code; "<lot>/<application no>".
  ref  text not null,
  -- What happened twice before anybody looked is looked at once.
  constraint watch_notes_once unique (kind, ref)
) strict;
insert into watch_notes (seq, at, kind, ref) select seq, at, kind, ref from watch_notes_kept;
drop table watch_notes_kept;

-- 撤回申请.
create trigger watch_notes_of_leavers after insert on application_ends
when new.how = 'withdrawn'
begin
  insert into watch_notes (at, kind, ref) values (new.at, 'left', new.lot || '/' || new.no) on conflict do nothing;
end;

-- 悔拍: who defaulted is barred from the lot's next sale.
create trigger watch_notes_of_defaults after insert on life_bars
begin
  insert into watch_notes (at, kind, ref)
  select new.at, 'gave_up', a.lot || '/' || a.no
  from applications a
  where a.lot = new.lot and a.account = new.account and a.paddle is not null
  on conflict do nothing;
end;
