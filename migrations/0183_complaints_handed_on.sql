-- 投诉移送: a complaint is handed on as a case is, and the receiver answers for having it. SQLite loosens no column in
-- place: the table is written anew, its rows kept.
create table handovers (
  id           text primary key,
  -- What is handed on: one of the two.
  case_id      text references enforcement_cases (id),
  complaint_id text references complaints (id),
  from_agency  text not null references agencies (id),
  to_agency    text not null references agencies (id),
  note         text not null,
  at           integer not null,
  status       text not null constraint handovers_status check (status in ('sent', 'acknowledged', 'returned')),
  answered_at  integer,
  constraint handovers_of_one check ((case_id is null) <> (complaint_id is null)),
  constraint handovers_elsewhere check (from_agency <> to_agency)
) strict;
insert into handovers (id, case_id, from_agency, to_agency, note, at, status, answered_at)
select id, case_id, from_agency, to_agency, note, at, status, answered_at
from case_handovers;
drop table case_handovers;
create unique index handovers_one_open_of_case on handovers (case_id) where status = 'sent';
create unique index handovers_one_open_of_complaint on handovers (complaint_id) where status = 'sent';
create index handovers_of_complaint on handovers (complaint_id, at);
create index handovers_to on handovers (to_agency, status);
