-- 红黄牌: what the clocks of open steps have raised.
create table cards (
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
            ('due_soon', 'step_over', 'over_promised', 'over_legal', 'decided_late', 'unanswered', 'order_unanswered')),
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
  constraint cards_of_one_unit check ((agency is null) <> (center is null))
);
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

-- Who was told, and so may answer.
create table card_people (
  card    integer not null references cards (no),
  account text not null references accounts (id),
  primary key (card, account)
);
create index card_people_by_account on card_people (account, card);

create table card_events (
  n        integer primary key autoincrement,
  card     integer not null references cards (no),
  at       integer not null,
  act      text not null,
  to_state text not null,
  -- Null: the platform.
  by       text references accounts (id),
  note     text not null default ''
);
create index card_events_by_card on card_events (card, n);
create trigger card_events_are_not_changed before update on card_events
begin
  select raise(abort, 'card_events_is_append_only');
end;
create trigger card_events_are_not_erased before delete on card_events
begin
  select raise(abort, 'card_events_is_append_only');
end;

-- What people of offices are told by supervision.
create table desk_messages (
  id      integer primary key autoincrement,
  account text not null references accounts (id),
  at      integer not null,
  zh      text not null,
  en      text not null,
  -- Where it leads, as an address of this platform's pages.
  path    text not null
);
create index desk_messages_by_account on desk_messages (account, id);
