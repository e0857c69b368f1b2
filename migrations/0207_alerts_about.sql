-- Written anew: a rule that tells things of one kind apart (a kind of relation, a reading) may speak of each of them at
-- one entry of a lot.
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
  -- What it is about beside its paddles; 0 for nothing.
  about    integer not null default 0,
  constraint alerts_once unique (lot, n, rule, level, paddles, about),
  constraint alerts_taken check (state = 'new' or taken_by is not null)
);
insert into alerts_anew (id, n, at, lot, rule, level, zh, en, paddles, evidence, measured, state, taken_by)
select id, n, at, lot, rule, level, zh, en, paddles, evidence, measured, state, taken_by
from alerts;
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
