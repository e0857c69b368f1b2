-- 涉嫌犯罪案件移送 (国务院令310).
create table criminal_transfers (
  id        text primary key,
  case_id   text not null references enforcement_cases (id),
  agency    text not null references agencies (id),
  place     text not null,
  status    text not null,
  opened_at integer not null
) strict;
create unique index criminal_transfers_one_open on criminal_transfers (case_id)
  where status not in ('rejected', 'goods_handed_over', 'ended');

-- 案件移送: to another agency or a district, which answers for having it.
create table case_handovers (
  id          text primary key,
  case_id     text not null references enforcement_cases (id),
  from_agency text not null references agencies (id),
  to_agency   text not null references agencies (id),
  note        text not null,
  at          integer not null,
  status      text not null constraint case_handovers_status check (status in ('sent', 'acknowledged', 'returned')),
  answered_at integer,
  constraint case_handovers_elsewhere check (from_agency <> to_agency)
) strict;
create unique index case_handovers_one_open on case_handovers (case_id) where status = 'sent';
create index case_handovers_to on case_handovers (to_agency, status);

-- 任务派遣.
create table enforcement_tasks (
  id      text primary key,
  case_id text references enforcement_cases (id),
  agency  text not null references agencies (id),
  title   text not null,
  text    text not null,
  officer text not null references accounts (id),
  set_by  text not null references accounts (id),
  at      integer not null,
  due_at  integer not null,
  status  text not null constraint enforcement_tasks_status
          check (status in ('dispatched', 'accepted', 'reported', 'returned', 'done'))
) strict;
create index enforcement_tasks_by_agency on enforcement_tasks (agency, status, due_at);
create index enforcement_tasks_by_officer on enforcement_tasks (officer, status, due_at);
