-- What must follow on a word given to the floor: the floor's record is another file than these tables, so the
-- intent is written before the word, and taken out in the one transaction that does what follows.
create table life_dues (
  id  text primary key,
  lot text not null references lots (id),
  -- JSON: which word, its ground, its notice.
  word text not null,
  by  text not null references accounts (id),
  at  integer not null,
  constraint life_dues_one_word_at_a_time unique (lot)
);

-- A deposit is kept by two persons' word when the winner fails his review, as when he defaults.
create trigger life_events_two_persons_for_void before insert on life_events
when new.act = 'void' and (new.asked_by is null or new.asked_by = new.by)
begin
  select raise(abort, 'life_events_two_persons');
end;

-- 社会信用 against a person, found by the platform itself.
create index register_rows_by_person on register_rows (data ->> '$.subject_id')
  where register = 'social_credit' and replaced_at is null;
