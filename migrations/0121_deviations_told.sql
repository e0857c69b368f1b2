-- 偏离裁量基准: supervisors are told when one is proposed and when it is decided on, each once.
create table deviation_notices (
  deviation integer not null references deviations (id),
  stage     text not null constraint deviation_notices_stage check (stage in ('proposed', 'decided')),
  at        integer not null,
  primary key (deviation, stage)
) strict, without rowid;

-- And one of them says that he has read it, and what comes of it.
create table deviation_answers (
  deviation integer primary key references deviations (id),
  by        text not null references accounts (id),
  at        integer not null,
  note      text not null
) strict;
