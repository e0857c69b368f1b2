-- A reminder of what others owe, once their limit has passed: a reason of its own. SQLite changes no constraint in place:
-- the table is written anew, its rows kept.
pragma defer_foreign_keys = on;

create table cards_anew (
  no        integer primary key autoincrement,
  -- What it is about: a case, an enforcement case, an order; its id and what people call it.
  of        text not null constraint cards_of check (of in ('case', 'enforcement', 'order')),
  subject   text not null,
  number    text not null,
  name_zh   text not null,
  name_en   text not null,
  step      text not null,
  level     text not null constraint cards_level check (level in ('blue', 'yellow', 'red')),
  reason    text not null constraint cards_reason check (reason in
            ('due_soon', 'others_late', 'step_over', 'over_promised', 'over_legal', 'decided_late', 'unanswered',
             'order_unanswered')),
  -- The limit that was near or passed, as it stood; a decree imported later does not rewrite it.
  due       text,
  agency    text references agencies (id),
  center    text references centers (id),
  -- Which officers of the agency are to act; null: all.
  duty      text,
  raised_at integer not null,
  state     text not null default 'open' constraint cards_state check (state in
            ('open', 'notified', 'explained', 'confirmed', 'withdrawn', 'corrected', 'closed')),
  constraint cards_once unique (of, subject, step, level),
  constraint cards_of_one_unit check ((agency is null) <> (center is null)),
  constraint cards_others_are_reminded check (reason <> 'others_late' or level = 'blue')
);
insert into cards_anew (no, of, subject, number, name_zh, name_en, step, level, reason, due, agency, center, duty, raised_at,
    state)
  select no, of, subject, number, name_zh, name_en, step, level, reason, due, agency, center, duty, raised_at, state
  from cards;
drop table cards;
alter table cards_anew rename to cards;
create index cards_by_state on cards (state, level);
create index cards_by_agency on cards (agency, raised_at);
create index cards_by_center on cards (center, raised_at);
create trigger cards_are_not_erased before delete on cards
begin
  select raise(abort, 'cards_are_not_erased');
end;
create trigger cards_are_not_rewritten before update on cards
when new.of <> old.of or new.subject <> old.subject or new.step <> old.step or new.level <> old.level
  or new.reason <> old.reason or new.raised_at <> old.raised_at
begin
  select raise(abort, 'cards_are_not_rewritten');
end;
