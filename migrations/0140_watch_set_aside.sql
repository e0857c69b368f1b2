-- What the watch could not look at, having fallen over it time and again: an entry of the record, or a fact kept
-- behind one. A red alert tells of each; everything else is looked at, and a watch that begins anew leaves out the same.
create table watch_set_aside (
  n        integer not null,
  -- seq of watch_facts; 0 for the entry itself.
  fact     integer not null,
  lot      text not null,
  -- When it happened, and when it was set aside.
  at       integer not null,
  aside_at integer not null,
  constraint watch_set_aside_once primary key (n, fact)
) strict;
create trigger watch_set_aside_is_not_changed before update on watch_set_aside
begin
  select raise(abort, 'watch_set_aside_is_append_only');
end;
create trigger watch_set_aside_is_not_erased before delete on watch_set_aside
begin
  select raise(abort, 'watch_set_aside_is_append_only');
end;
