-- Notes of what happened beside the record that the watch fell over time and again: it goes on with the next, and a
-- person looks at these.
create table watch_notes_aside (
  seq      integer primary key,
  at       integer not null,
  kind     text not null,
  ref      text not null,
  aside_at integer not null
) strict;
create trigger watch_notes_aside_are_not_changed before update on watch_notes_aside
begin
  select raise(abort, 'watch_notes_aside_is_append_only');
end;
create trigger watch_notes_aside_are_not_erased before delete on watch_notes_aside
begin
  select raise(abort, 'watch_notes_aside_is_append_only');
end;
