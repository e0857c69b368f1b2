-- 竞买咨询: a bidder asks about a lot, the center answers. Both become public with the first answer, the
-- asker's name never. A corrected answer is a new version beside the old.
create table questions (
  id       text primary key,
  lot      text not null references lots (id),
  account  text not null references accounts (id),
  text     text not null,
  asked_at integer not null
);
create index questions_by_lot on questions (lot, asked_at);
create index questions_by_account on questions (account, asked_at);

create table answers (
  question    text not null references questions (id),
  version     integer not null,
  text        text not null,
  answered_by text not null references accounts (id),
  answered_at integer not null,
  primary key (question, version)
) without rowid;
create trigger answers_are_not_changed before update on answers
begin
  select raise(abort, 'answers_is_append_only');
end;
create trigger answers_are_not_erased before delete on answers
begin
  select raise(abort, 'answers_is_append_only');
end;
create trigger questions_are_not_changed before update on questions
begin
  select raise(abort, 'questions_is_append_only');
end;
create trigger answers_become_public after insert on answers
begin
  insert into public_events (kind, ref, lot, at)
  select 'answer', new.question || '/' || new.version, lot, new.answered_at from questions where id = new.question;
end;
