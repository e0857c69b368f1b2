-- Granted refunds that cannot be put on their way: told once, shown until they can.
create table refund_case_faults (
  case_id text primary key references cases (id),
  code    text not null,
  at      integer not null
);
