-- 投诉: on a lot, by a bidder or anybody. 3 working days to accept, 30 to decide.
create table complaints (
  id        text primary key,
  number    text not null constraint complaints_number_taken unique,
  lot       text not null,
  agency    text not null references agencies (id),
  -- Whose it is, where he was signed in.
  account   text references accounts (id),
  name      text not null,
  contact   text not null,
  facts     text not null,
  request   text not null,
  at        integer not null,
  status    text not null constraint complaints_status
            check (status in ('filed', 'accepted', 'refused', 'upheld', 'rejected')),
  accepted_at integer,
  decided_at  integer,
  answer    text not null default '',
  case_id   text references enforcement_cases (id)
) strict;
create index complaints_by_agency on complaints (agency, status, at);
create index complaints_by_lot on complaints (lot, at);
