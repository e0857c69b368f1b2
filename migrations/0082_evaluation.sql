-- 绩效评估: weights as they were published, each from a month on. A version is never changed: what a month was
-- measured by stays what it was.
create table evaluation_schemes (
  kind         text not null constraint evaluation_schemes_kind check (kind in ('agency', 'center')),
  version      integer not null,
  -- 2026-12: the first month measured by it.
  from_month   text not null,
  body         text not null,
  published_by text not null references accounts (id),
  published_at integer not null,
  primary key (kind, version)
);
create trigger evaluation_schemes_are_not_changed before update on evaluation_schemes
begin
  select raise(abort, 'evaluation_schemes_is_append_only');
end;
create trigger evaluation_schemes_are_not_erased before delete on evaluation_schemes
begin
  select raise(abort, 'evaluation_schemes_is_append_only');
end;
