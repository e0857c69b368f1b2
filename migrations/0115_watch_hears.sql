-- What the watch is told beside the journal after somebody sat down: notes of what happened, left by triggers in the
-- transaction that makes it happen. The watch turns a note into facts of watch_facts, in their place in the record,
-- and takes it away in the same transaction.
create table watch_notes (
  seq  integer primary key autoincrement,
  at   integer not null,
  kind text not null constraint watch_notes_kind check (kind in ('sealed_read', 'annulled', 'credit', 'entity')),
  -- The lot's id; the credit's number; the legal entity's code.
  ref  text not null,
  -- What happened twice before anybody looked is looked at once.
  constraint watch_notes_once unique (kind, ref)
) strict;

-- 解封: bidders of a lot that has not closed were read.
create trigger watch_notes_of_sealed_reads after insert on audit
when new.action = 'read sealed bidders'
begin
  insert into watch_notes (at, kind, ref) values (new.at, 'sealed_read', new.subject) on conflict do nothing;
end;

-- 成交无效.
create trigger watch_notes_of_annulments after insert on life_events
when new.act = 'void'
begin
  insert into watch_notes (at, kind, ref) values (new.at, 'annulled', new.lot) on conflict do nothing;
end;

create trigger watch_notes_of_credits after insert on deposit_credits
begin
  insert into watch_notes (at, kind, ref) values (new.received_at, 'credit', new.n) on conflict do nothing;
end;

-- A new version of what the register holds of a legal entity: who is linked with whom may be another question now.
create trigger watch_notes_of_entities after insert on register_rows
when new.register = 'legal_entities'
begin
  insert into watch_notes (at, kind, ref) values (new.valid_from, 'entity', new.key) on conflict do nothing;
end;

-- 付款网点: the paying bank's branch, where the bank's notice names it.
alter table deposit_credits add column branch text;

-- Written anew: the same rule may speak of the same paddles at another level, when a link turns out to be closer, and
-- no entry need have come between.
create table alert_acts_kept as select * from alert_acts;
drop table alert_acts;
create table alerts_anew (
  id       integer primary key,
  n        integer not null,
  at       integer not null,
  lot      text not null,
  rule     text not null,
  level    text not null constraint alerts_level check (level in ('blue', 'yellow', 'red')),
  zh       text not null,
  en       text not null,
  -- JSON lists of numbers.
  paddles  text not null,
  evidence text not null,
  -- JSON: found, baseline, unit; none in rows older than it.
  measured text,
  -- The last of alert_acts, for lists; new where there is none.
  state    text not null default 'new'
           constraint alerts_state check (state in ('new', 'taken', 'explained', 'confirmed', 'dismissed')),
  taken_by text references accounts (id),
  constraint alerts_once unique (lot, n, rule, level, paddles),
  constraint alerts_taken check (state = 'new' or taken_by is not null)
);
insert into alerts_anew select id, n, at, lot, rule, level, zh, en, paddles, evidence, measured, state, taken_by from alerts;
drop table alerts;
alter table alerts_anew rename to alerts;
create index alerts_by_lot on alerts (lot);
create index alerts_by_state on alerts (state, id);
create index alerts_by_rule on alerts (rule, id);
create table alert_acts (
  n     integer primary key,
  alert integer not null references alerts (id),
  act   text not null constraint alert_acts_act check (act in ('take', 'note', 'confirm', 'dismiss')),
  by    text not null references accounts (id),
  at    integer not null,
  text  text,
  constraint alert_acts_reason check (act = 'take' or (text is not null and text <> ''))
) strict;
insert into alert_acts (n, alert, act, by, at, text) select n, alert, act, by, at, text from alert_acts_kept;
drop table alert_acts_kept;
create index alert_acts_by_alert on alert_acts (alert, n);
create trigger alert_acts_are_not_changed before update on alert_acts
begin
  select raise(abort, 'alert_acts_is_append_only');
end;
create trigger alert_acts_are_not_erased before delete on alert_acts
begin
  select raise(abort, 'alert_acts_is_append_only');
end;
