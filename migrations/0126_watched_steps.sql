-- The card that follows on an unanswered one is a card of its own: it must not take the place of the one the law's
-- limit raises on the same step. Named after the card it follows from now on, those that stand included.
drop trigger cards_are_not_rewritten;
update cards set step = 'unanswered/' || coalesce(
  (select y.no from cards y
   where y.of = cards.of and y.subject = cards.subject and y.step = cards.step and y.level = 'yellow'), cards.no)
where reason = 'unanswered';
create trigger cards_are_not_rewritten before update on cards
when new.of <> old.of or new.subject <> old.subject or new.step <> old.step or new.level <> old.level
  or new.reason <> old.reason or new.raised_at <> old.raised_at
begin
  select raise(abort, 'cards_are_not_rewritten');
end;

-- Steps that had a moment to end by and were open at the last round: what ended late between two rounds is found
-- by them, whenever the server stopped.
create table watched_steps (
  of      text not null,
  subject text not null,
  -- As its card would be named.
  step    text not null,
  number  text not null,
  name_zh text not null,
  name_en text not null,
  agency  text not null references agencies (id),
  duty    text,
  -- The first moment that is too late, and the level of the card that says so.
  late_at integer not null,
  level   text not null constraint watched_steps_level check (level in ('yellow', 'red')),
  primary key (of, subject, step)
) strict;
