-- 绩效评估定稿: a month or a quarter as it stood at its end. What is found later is a new version beside it; no version
-- is changed.
create table evaluation_versions (
  -- 2026-11 or 2026-Q4.
  period    text not null,
  version   integer not null,
  frozen_at integer not null,
  -- JSON: the weights, and each unit with the facts it was measured by.
  body      text not null,
  primary key (period, version)
) strict;
create trigger evaluation_versions_are_not_changed before update on evaluation_versions
begin
  select raise(abort, 'evaluation_versions_is_append_only');
end;
create trigger evaluation_versions_are_not_erased before delete on evaluation_versions
begin
  select raise(abort, 'evaluation_versions_is_append_only');
end;

-- Weights one administrator has written wait for another: one draft for each kind of unit.
create table evaluation_scheme_drafts (
  kind       text primary key constraint evaluation_scheme_drafts_kind check (kind in ('agency', 'center')),
  from_month text not null,
  body       text not null,
  written_by text not null references accounts (id),
  written_at integer not null
) strict;
alter table evaluation_schemes add column written_by text references accounts (id)
  constraint evaluation_schemes_two_persons check (written_by is null or written_by <> published_by);
