-- 保证金异议退还: granted cases whose money has been put on its way, each once.
create table refund_cases (
  case_id text primary key references cases (id),
  at      integer not null
);
