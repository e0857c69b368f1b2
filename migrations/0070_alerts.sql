-- 预警 as the rules of the watch raise them and as people answer them.

-- Written anew: an alert is told apart by its lot, entry, rule and paddles; what was measured stands beside it.
-- A projection: made of the journal and watch_facts, in their order, so that the same record gives the same rows.
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
  constraint alerts_once unique (lot, n, rule, paddles),
  constraint alerts_taken check (state = 'new' or taken_by is not null)
);
insert into alerts_anew (id, n, at, lot, rule, level, zh, en, paddles, evidence)
  select id, n, at, lot, rule, level, zh, en, paddles, evidence from alerts;
drop table alerts;
alter table alerts_anew rename to alerts;
create index alerts_by_lot on alerts (lot);
create index alerts_by_state on alerts (state, id);
create index alerts_by_rule on alerts (rule, id);

-- What a supervisor did with an alert: nothing is taken back, a wrong word is followed by a better one.
create table alert_acts (
  n     integer primary key,
  alert integer not null references alerts (id),
  act   text not null constraint alert_acts_act check (act in ('take', 'note', 'confirm', 'dismiss')),
  by    text not null references accounts (id),
  at    integer not null,
  text  text,
  constraint alert_acts_reason check (act = 'take' or (text is not null and text <> ''))
) strict;
create index alert_acts_by_alert on alert_acts (alert, n);
create trigger alert_acts_are_not_changed before update on alert_acts
begin
  select raise(abort, 'alert_acts_is_append_only');
end;
create trigger alert_acts_are_not_erased before delete on alert_acts
begin
  select raise(abort, 'alert_acts_is_append_only');
end;

-- What the watch was told that is not in the journal, and where in its order: after entry n, before the next. Kept
-- so that whoever reads the record again sees the same stream.
create table watch_facts (
  seq  integer primary key,
  n    integer not null,
  -- Whose seat or opening made one ask.
  lot  text not null,
  -- JSON of the fact. Payers are hashes.
  fact text not null
) strict;
create index watch_facts_by_lot on watch_facts (lot, seq);
create trigger watch_facts_are_not_changed before update on watch_facts
begin
  select raise(abort, 'watch_facts_is_append_only');
end;
create trigger watch_facts_are_not_erased before delete on watch_facts
begin
  select raise(abort, 'watch_facts_is_append_only');
end;
