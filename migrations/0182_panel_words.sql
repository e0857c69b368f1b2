-- 评分录入 under two persons: a word of a panel waits here for a second clerk who enters the same.
create table panel_words (
  lot        text not null references lots (id),
  -- The expert's place on the panel, from 0.
  expert     integer not null,
  paddle     integer not null,
  -- His number in the experts' register, where the lot has a drawn panel.
  number     text,
  pass       integer not null,
  points     integer not null,
  entered_by text not null references accounts (id),
  entered_at integer not null,
  -- Who entered the same: the word stands.
  second_by  text references accounts (id),
  second_at  integer,
  constraint panel_words_one primary key (lot, expert, paddle),
  constraint panel_words_two_persons check (second_by is null or second_by <> entered_by),
  constraint panel_words_stood check ((second_by is null) = (second_at is null))
) strict;
create trigger panel_words_that_stand_are_not_changed before update on panel_words
when old.second_by is not null
begin
  select raise(abort, 'panel_words_stands');
end;
create trigger panel_words_that_stand_are_not_erased before delete on panel_words
when old.second_by is not null
begin
  select raise(abort, 'panel_words_stands');
end;
