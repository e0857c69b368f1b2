-- Every turn with a card or an order has its limit: since when it stands where it stands, and a red card for a correction
-- nobody reported. SQLite changes no constraint in place: the table of cards is written anew, its rows kept.
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
             'order_unanswered', 'refused_valid', 'no_reasons', 'illegal_fees', 'forwarded_late', 'not_online',
             'procedure', 'uncorrected')),
  -- The limit that was near or passed, as it stood; a decree imported later does not rewrite it.
  due       text,
  agency    text references agencies (id),
  center    text references centers (id),
  -- Which officers of the agency are to act; null: all.
  duty      text,
  raised_at integer not null,
  state     text not null default 'open' constraint cards_state check (state in
            ('open', 'notified', 'explained', 'confirmed', 'withdrawn', 'corrected', 'closed')),
  kind      text constraint cards_kind check (kind in ('case', 'complaint', 'transfer', 'handover', 'task')),
  -- JSON list of accounts.
  named     text not null default '[]',
  -- Since when it is in its state; a limit of whose turn it is runs from here.
  since     integer not null,
  constraint cards_once unique (of, subject, step, level),
  constraint cards_of_one_unit check ((agency is null) <> (center is null)),
  constraint cards_others_are_reminded check (reason <> 'others_late' or level = 'blue'),
  constraint cards_irregular_are_red check (level = 'red' or reason not in
    ('refused_valid', 'no_reasons', 'illegal_fees', 'forwarded_late', 'not_online', 'procedure'))
);
insert into cards_anew (no, of, subject, number, name_zh, name_en, step, level, reason, due, agency, center, duty, raised_at,
    state, kind, named, since)
  select no, of, subject, number, name_zh, name_en, step, level, reason, due, agency, center, duty, raised_at, state,
    kind, named, coalesce((select max(at) from card_events where card = cards.no), raised_at)
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
alter table dispatch_orders add column since integer not null default 0;
update dispatch_orders set since = coalesce(
  (select max(at) from dispatch_events
   where order_no = dispatch_orders.no
     and act in ('issue', 'acknowledge', 'answer', 'accept', 'return', 'close', 'lift')), issued_at);
